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
        try library.drop(
            x, 0..<x.count, first: UInt32(truncatingIfNeeded: key.firstSample * perSample), rate: rate,
            RandomStream(seed: key.seed, tensor: key.layer, step: key.step, stream: RandomStreams.noise), into: y)
    }
}

extension KernelLibrary {
    /// `y = x` times 0 or `1 / (1 - rate)`, within a range of both.
    ///
    /// - Parameters:
    ///   - first: number of the range's first element in the stream
    ///   - y: may be `x`
    func drop<Element: Scalar>(
        _ x: Buffer<Element>, _ range: Range<Int>, first: UInt32, rate: Double, _ stream: RandomStream,
        into y: Buffer<Element>
    ) throws {
        let lanes = traits.noiseLanes
        try elementKernel("dropout", Element.self, helpers: ["philox"], lanes: lanes).launch(
            items: (range.count + lanes - 1) / lanes,
            [
                .int(range.lowerBound), .int(range.count), .uint(first), .uint(stream.key.x), .uint(stream.key.y),
                .uint(stream.tensor), .uint(stream.step), .uint(stream.stream), .uint(NoiseKey.threshold(rate)),
                .real(1 / (1 - rate), as: Element.self), .buffer(x), .buffer(y),
            ])
    }
}
