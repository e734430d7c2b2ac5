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
        let (S, H) = (configuration.setCount, configuration.hiddenSize)
        let blocks = S * cell.positions.count * (padded / packWidth)
        let helpers = ["layout", "weight_layout"]
        try rowKernel("pack_forward", helpers: helpers).launch(
            items: blocks * depth,
            [.int(S), .int(cell.inputSize), .int(H), .int(padded), .int(packWidth)] + productOffsets(slots) + [
                .buffer(parameters), .buffer(packedForward),
            ])
        if backward {
            try rowKernel("pack_backward", helpers: helpers).launch(
                items: blocks * cell.components * cell.componentAxes * cell.gates * padded,
                [
                    .int(S), .int(H), .int(padded), .int(packWidth), .int(slots.offset("weight_hh")),
                    .int(slots.offset(cell.moreWeights)), .buffer(parameters), .buffer(packedBackward),
                ])
        }
        var first = 0
        for (name, count) in cell.vectorTensors {
            try library.padRows(
                parameters, offset: slots.offset(name), rows: S * count, count: H, padded: padded, into: vectors,
                first: first)
            first += S * count
        }
    }

    /// Offsets of the products' weights: those of the input, of h, the other ones, bias and the other bias.
    func productOffsets(_ slots: RecurrentSlots) -> [KernelArgument] {
        [
            .int(slots.offset("weight_ih")), .int(slots.offset("weight_hh")), .int(slots.offset(cell.moreWeights)),
            .int(cell.productHasBias ? slots.offset("bias") : -1), .int(slots.offset("bias_v")),
        ]
    }
}

extension KernelLibrary {
    /// Copies rows of `count` elements into vectors of `padded`, zeros behind them.
    ///
    /// - Parameters:
    ///   - sourceStride: from one row to the next; `count` unless given
    ///   - first: the vector of `target` the first row goes to
    ///   - vectors: vectors of `target` from one row to the next
    func padRows<Element: Scalar>(
        _ source: Buffer<Element>, offset: Int = 0, sourceStride: Int? = nil, rows: Int, count: Int, padded: Int,
        into target: Buffer<Element>, first: Int = 0, vectors: Int = 1
    ) throws {
        try elementKernel("pad_rows", Element.self).launch(
            items: rows,
            [
                .int(rows), .int(count), .int(padded), .int(offset), .int(sourceStride ?? count), .int(first),
                .int(vectors), .buffer(source), .buffer(target),
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
