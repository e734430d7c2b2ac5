import MDLSTM
import OpenCLRuntime

extension Recurrent {
    /// dL/dx, `[sites, I]`, after ``backward(dy:)``.
    func inputGradient(parameters: Buffer<Element>, into dx: Buffer<Element>) throws {
        if let entrance { return try entrance.inputGradient(parameters: parameters, into: dx) }
        let packed = PackedInputWeights(
            buffer: weights.forward, setStride: shape.depth * shape.columns,
            inputStride: cell.gates * weights.packWidth, gateStride: weights.packWidth,
            blockStride: path.packsRows(library.traits) ? width : shape.depth * cell.gates * width)
        // One direction writes to the sites of the input, several each to its own rows, which are then summed.
        var target = dx
        if directions > 1 {
            target =
                try inputGradients ?? makeBuffer("inputGradients", count: schedule.host.rowCount * cell.inputSize)
            inputGradients = target
        } else if let padding = try schedule.padding() {
            try library.clearPadding(of: dx, width: cell.inputSize, by: padding)
        }
        try library.inputGradient(
            InputGradientSizes(
                rows: schedule.host.rowCount / configuration.setCount, sets: configuration.setCount,
                inputSize: cell.inputSize, hiddenSize: configuration.hiddenSize, padded: padded, gates: cell.gates,
                stride: cell.gradientStride, lanes: width, sharesTiles: path.sharesTiles || !library.traits.isProcessor),
            order: schedule.rowsOfSets(), sites: directions > 1 ? nil : schedule.sites(),
            weightOffset: slots.offset("weight_ih", perSet: cell.gates * configuration.hiddenSize * cell.inputSize),
            parameters: parameters, packed: packed, da: rows.da, into: target)
        guard directions > 1 else { return }
        try library.gatherRows(
            target, stride: cell.inputSize, index: schedule.rowsOfSites(), rows: schedule.host.grid.siteCount,
            terms: directions, width: cell.inputSize, into: dx)
    }
}

/// What the gradient by an input is computed over.
struct InputGradientSizes {
    let rows: Int, sets: Int
    let inputSize: Int, hiddenSize: Int, padded: Int
    let gates: Int, stride: Int

    /// Lanes that divide `padded`.
    let lanes: Int

    /// Whether work-groups compute tiles in local memory.
    let sharesTiles: Bool
}

/// Weights as the forward pass reads them: see `input_gradient_narrow.cl`.
struct PackedInputWeights<Element: Scalar> {
    let buffer: Buffer<Element>
    let setStride: Int, inputStride: Int, gateStride: Int, blockStride: Int
}

extension KernelLibrary {
    /// `dx_p = sum_y W_y^T da_y` for the rows of a recurrent or, with one set and one gate, a dense layer.
    ///
    /// - Parameter sites: where each row's gradient goes; nil to leave them by row
    func inputGradient<Element: Scalar>(
        _ sizes: InputGradientSizes, order: Buffer<Int32>, sites: Buffer<Int32>?, weightOffset: Int,
        parameters: Buffer<Element>, packed: PackedInputWeights<Element>, da: Buffer<Element>,
        into dx: Buffer<Element>
    ) throws {
        let lanes = traits.vectorWidth(dividing: sizes.inputSize, Element.precision)
        let byRow: KernelArgument = .int(sites == nil ? 1 : 0)
        if sizes.sharesTiles {
            return try tiledInputGradient(
                sizes, order: order, sites: sites, weightOffset: weightOffset, parameters: parameters, da: da, into: dx)
        }
        // Vectors of inputs where they fill one, else of hidden units.
        if lanes == traits.widestVector(Element.precision) || lanes > sizes.lanes {
            let span = traits.span(blocks: sizes.inputSize / lanes, vectors: 1, atMost: 2)
            let rows = traits.rows(sums: span)
            try tileKernel("input_gradient", Element.self, lanes: lanes, ["ROWS": rows, "SPAN": span]).launch(
                items: sizes.inputSize / (lanes * span) * ((sizes.rows + rows - 1) / rows), sets: sizes.sets,
                [
                    .int(sizes.rows), byRow, .int(sizes.inputSize), .int(sizes.hiddenSize), .int(sizes.padded),
                    .int(sizes.gates), .int(sizes.stride), .int(weightOffset), .buffer(order),
                    .buffer(sites ?? order), .buffer(parameters), .buffer(da), .buffer(dx),
                ])
            return
        }
        let inputs = min(4, sizes.inputSize)
        let rows = traits.rows(sums: inputs)
        try tileKernel(
            "input_gradient_narrow", Element.self, lanes: sizes.lanes, ["ROWS": rows, "INPUTS": inputs]
        ).launch(
            items: (sizes.rows + rows - 1) / rows, sets: sizes.sets,
            [
                .int(sizes.rows), byRow, .int(sizes.inputSize), .int(sizes.padded), .int(sizes.gates),
                .int(sizes.stride), .int(packed.setStride), .int(packed.inputStride), .int(packed.gateStride),
                .int(packed.blockStride), .buffer(order), .buffer(sites ?? order), .buffer(packed.buffer), .buffer(da),
                .buffer(dx),
            ])
    }

    /// The same in tiles of local memory: `tiles_input_gradient.cl`.
    private func tiledInputGradient<Element: Scalar>(
        _ sizes: InputGradientSizes, order: Buffer<Int32>, sites: Buffer<Int32>?, weightOffset: Int,
        parameters: Buffer<Element>, da: Buffer<Element>, into dx: Buffer<Element>
    ) throws {
        let lanes = traits.vectorWidth(dividing: sizes.inputSize, Element.precision)
        let vectors = min(4, (sizes.inputSize + SharedTile.units - 1) / SharedTile.units)
        let choices = try SharedTile.all(vectors: vectors, lanes: lanes, traits: traits, Element.precision)
        func groups(_ tile: SharedTile) -> Int { tile.count(rows: sizes.rows, width: sizes.inputSize) }
        let tile = choices.first { groups($0) * sizes.sets >= 2 * traits.computeUnits } ?? choices.last!
        let constants: KernelConstants = [
            "GATES": sizes.gates, "VECTOR_UNITS": tile.units, "WHOLE_PLACES": sizes.padded % 4 == 0 ? 1 : 0,
            "WHOLE_WEIGHTS": weightOffset % lanes == 0 && sizes.inputSize % lanes == 0 ? 1 : 0,
        ]
        try sharedTileKernel(
            "tiles_input_gradient", Element.self, helpers: ["tile_product"], lanes: lanes,
            constants.adding(tile.constants)
        ).launch(
            items: groups(tile) * traits.sharedGroup, sets: sizes.sets,
            [
                .int(sizes.rows), .int(sites == nil ? 1 : 0), .int(sizes.inputSize), .int(sizes.hiddenSize),
                .int(sizes.padded), .int(sizes.stride), .int(weightOffset), .buffer(order), .buffer(sites ?? order),
                .buffer(parameters), .buffer(da), .buffer(dx),
            ])
    }
}
