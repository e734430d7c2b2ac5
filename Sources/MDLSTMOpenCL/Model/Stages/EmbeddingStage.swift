import MDLSTM
import OpenCLRuntime

/// Looks up the vector of every site's symbol.
final class EmbeddingStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let symbols: Int, size: Int

    /// Offset of the table among all parameters.
    private let weight: Int
    private let output: Buffer<Element>

    init(symbols: Int, size: Int, _ maker: StageMaker<Element>) throws {
        library = maker.library
        self.symbols = symbols
        self.size = size
        weight = maker.offset("weight")
        output = try maker.makeBuffer(maker.grid, features: size)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try library.elementKernel("embedding_forward", Element.self).launch(
            items: x.count,
            [.int(x.count), .int(size), .int(weight), .buffer(x), .buffer(parameters), .buffer(output)])
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        guard let gradients = pass.gradients else { return }
        try library.elementKernel("embedding_backward", Element.self).launch(
            items: symbols,
            [
                .int(pass.x.count), .int(symbols), .int(size), .int(weight), .int(pass.adding ? 1 : 0),
                .buffer(pass.x), .buffer(pass.dy), .buffer(gradients),
            ])
    }
}
