import MDLSTM
import OpenCLRuntime

/// A vector for every site's symbol that is 1 at its number: rows of the identity, looked up as an embedding's are.
final class OneHotStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let symbols: Int
    private let output: Buffer<Element>

    /// `[symbols, symbols]`
    private let identity: Buffer<Element>

    init(symbols: Int, _ maker: StageMaker<Element>) throws {
        library = maker.library
        self.symbols = symbols
        var values = Array(repeating: Element(0), count: symbols * symbols)
        for symbol in 0..<symbols { values[symbol * symbols + symbol] = 1 }
        identity = try library.context.makeBuffer(copying: values)
        output = try maker.makeBuffer(maker.grid, features: symbols)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try library.elementKernel("embedding_forward", Element.self).launch(
            items: x.count, [.int(x.count), .int(symbols), .int(0), .buffer(x), .buffer(identity), .buffer(output)])
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {}
}
