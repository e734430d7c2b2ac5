import MDLSTM
import OpenCLRuntime

/// Dropout of the input and of the gradient; the mask depends only on the key.
final class DropoutStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let rate: Double

    /// Features stored for one sample.
    private let perSample: Int
    private let output: Buffer<Element>

    init(_ rate: Double, _ maker: StageMaker<Element>) throws {
        library = maker.library
        self.rate = rate
        perSample = maker.grid.sitesPerSample * maker.features
        output = try maker.makeBuffer(maker.grid, features: maker.features)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        guard let noise else { return x }
        try drop(x, key: noise, into: output)
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        if let dx = pass.dx, let noise = pass.noise { try drop(pass.dy, key: noise, into: dx) }
    }

    private func drop(_ x: Buffer<Element>, key: NoiseKey, into y: Buffer<Element>) throws {
        let first = UInt32(truncatingIfNeeded: key.firstSample * perSample)
        let lanes = library.traits.noiseLanes
        try library.elementKernel("dropout", Element.self, helpers: ["philox"], lanes: lanes).launch(
            items: (x.count + lanes - 1) / lanes,
            [
                .int(x.count), .uint(first), .uint(UInt32(truncatingIfNeeded: key.seed)),
                .uint(UInt32(truncatingIfNeeded: key.seed >> 32)), .uint(key.layer), .uint(key.step),
                .uint(RandomStreams.noise), .uint(NoiseKey.threshold(rate)), .real(1 / (1 - rate), as: Element.self),
                .buffer(x), .buffer(y),
            ])
    }
}
