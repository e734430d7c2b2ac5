import MDLSTM
import OpenCLRuntime

/// A vector for every site's symbol that is 1 at its number.
final class OneHotStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let symbols: Int
    private let output: Buffer<Element>

    init(symbols: Int, _ maker: StageMaker<Element>) throws {
        library = maker.library
        self.symbols = symbols
        output = try maker.makeBuffer(maker.grid, features: symbols)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try library.launchRows(
            "one_hot", Element.self, items: library.traits.itemsOfRow(vectors: symbols), rows: x.count,
            [.int(x.count), .int(symbols), .buffer(x), .buffer(output)])
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {}
}
