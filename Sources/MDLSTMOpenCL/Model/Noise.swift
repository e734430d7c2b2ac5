import MDLSTM
import OpenCLRuntime

extension KernelLibrary {
    /// Dropout of `x`, or of a gradient: the mask follows from the key alone.
    func dropout<Element: Scalar>(_ x: Buffer<Element>, rate: Double, key: NoiseKey, into y: Buffer<Element>) throws {
        var arguments: [KernelArgument] = [.int(x.count)]
        arguments += key.arguments
        arguments += [.uint(NoiseKey.threshold(rate)), .real(1 / (1 - rate), as: Element.self), .buffer(x), .buffer(y)]
        try elementKernel("dropout", Element.self, helpers: ["philox"]).launch(items: x.count, arguments)
    }
}

extension NoiseKey {
    /// The key as kernels take it: seed in two words, layer, step, stream.
    var arguments: [KernelArgument] {
        [
            .uint(UInt32(truncatingIfNeeded: seed)), .uint(UInt32(truncatingIfNeeded: seed >> 32)), .uint(layer),
            .uint(step), .uint(RandomStreams.noise),
        ]
    }
}
