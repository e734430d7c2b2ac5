import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// Lays out the weights for the products: after every change of the parameters.
    ///
    /// - Parameters:
    ///   - parameters: all parameters of the layer or model
    ///   - slots: where the layer's own begin
    ///   - backward: whether a backward pass follows
    package func pack(_ parameters: Buffer<Element>, slots: RecurrentSlots, backward: Bool) throws {
        let (S, N, G, H) = (
            configuration.setCount, configuration.axes, configuration.gates.count, configuration.hiddenSize
        )
        let blocks = padded / packWidth
        try rowKernel("pack_forward").launch(
            items: S * blocks * depth,
            [
                .int(S), .int(configuration.inputSize), .int(H), .int(padded), .int(packWidth), .int(slots.weightIH),
                .int(slots.weightHH), .int(slots.bias), .buffer(parameters), .buffer(packedForward),
            ])
        if backward {
            try rowKernel("pack_backward").launch(
                items: S * blocks * N * G * padded,
                [
                    .int(S), .int(H), .int(padded), .int(packWidth), .int(slots.weightHH), .buffer(parameters),
                    .buffer(packedBackward),
                ])
        }
        if configuration.options.peepholes {
            try library.padRows(
                parameters, offset: slots.weightCH, rows: S * configuration.peepholeVectors.count, count: H,
                padded: padded, into: peepholes)
        }
    }

    /// A kernel of one row a work-item.
    func rowKernel(_ name: String, _ more: KernelConstants = [:]) throws -> CompiledKernel {
        try library.kernel(
            KernelVariant(name: name, constants: constants(more), workGroupSize: library.traits.elementGroup))
    }
}

extension KernelLibrary {
    /// Copies rows of `count` elements into rows of `padded`, zeros behind them.
    func padRows<Element: Scalar>(
        _ source: Buffer<Element>, offset: Int = 0, rows: Int, count: Int, padded: Int, into target: Buffer<Element>,
        firstRow: Int = 0
    ) throws {
        try elementKernel("pad_rows", Element.self).launch(
            items: rows,
            [
                .int(rows), .int(count), .int(padded), .int(offset), .int(firstRow), .buffer(source),
                .buffer(target),
            ])
    }

    /// A kernel of one element or row a work-item that knows no cell.
    func elementKernel<Element: Scalar>(
        _ name: String, _ type: Element.Type, helpers: [String] = [], lanes: Int = 1, _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let constants: KernelConstants = ["DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes]
        return try kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants.adding(more), workGroupSize: traits.elementGroup))
    }
}
