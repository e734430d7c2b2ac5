import MDLSTM
import OpenCLRuntime

extension KernelLibrary {
    /// The vector of every site's symbol.
    ///
    /// - Parameters:
    ///   - x: `[sites]`
    ///   - weight: offset of the table among `parameters`
    ///   - y: `[sites, size]`
    func embed<Element: Scalar>(
        _ x: Buffer<Element>, size: Int, weight: Int, parameters: Buffer<Element>, into y: Buffer<Element>
    ) throws {
        try elementKernel("embedding_forward", Element.self).launch(
            items: x.count,
            [.int(x.count), .int(size), .int(weight), .buffer(x), .buffer(parameters), .buffer(y)])
    }

    /// The gradient by the table.
    func embeddingGradient<Element: Scalar>(
        _ x: Buffer<Element>, symbols: Int, size: Int, weight: Int, dy: Buffer<Element>,
        into gradients: Buffer<Element>
    ) throws {
        try elementKernel("embedding_backward", Element.self).launch(
            items: symbols,
            [
                .int(x.count), .int(symbols), .int(size), .int(weight), .buffer(x), .buffer(dy), .buffer(gradients),
            ])
    }
}
