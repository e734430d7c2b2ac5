import MDLSTM
import OpenCLRuntime

/// For each wavefront a gather, a batched product by CLBlast, and a kernel for gates and cell.
final class GemmWay<Element: Scalar>: Way {
    /// Operand and result of the product of the largest wavefront, made on first use.
    private var wavefronts: GemmScratch<Element>?

    /// The operands of a chunk of the weight gradient: `[S, rows, K]` and `[S, rows, G'*HP]`.
    private var chunks: (inputs: Buffer<Element>, gates: Buffer<Element>)?

    /// Gathers z = [x; sources; 1], multiplies it in one product for all directions, then computes gates and cell.
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let (shape, schedule) = (layer.shape, layer.schedule.host)
        let cell = shape.cell
        let scratch = try scratch(layer)
        let items = layer.library.traits.itemsOfRow(vectors: shape.depth)
        let gather = try layer.layoutKernel(
            "gather_inputs", items: .elements, lanes: 1, ["DIRECT": 1, "ITEMS": items])
        let state = try layer.forwardState()
        let finish = try finish(layer, "norm_forward", files: shape.program.forwardFiles, state: state)
        let kernel =
            try finish == nil
            ? layer.cellKernel(
                "gemm_forward", helpers: shape.program.forwardFiles, ["KEEP_GATES": shape.training ? 1 : 0]) : nil
        let starts = cell.phases.map(\.lowerBound)
        let (sites, predecessors) = (try layer.schedule.sites(), try layer.schedule.predecessors())
        for d in 0..<schedule.wavefrontCount {
            let (first, rows) = (schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d))
            for position in cell.positions.indices {
                // Positions of one phase have the same sources. DIRECT takes rows from `first` on; the table argument
                // is not read.
                if starts.contains(position) {
                    try gather.launch(
                        items: rows * items, sets: shape.directions,
                        [
                            .int(first), .int(rows), .int(rows), .int(position), .int(cell.inputSize),
                            .int(shape.padded), .buffer(sites), .buffer(x), .buffer(sites), .buffer(predecessors),
                            .buffer(layer.rows.h), .buffer(scratch.operand),
                        ])
                }
                try multiplySources(layer, wavefront: d, position: position, scratch: scratch)
                try kernel?.launch(
                    items: shape.padded / shape.width * rows, sets: shape.directions,
                    [
                        .int(first), .int(rows), .int(schedule.firstSet(wavefront: d)), .int(position),
                        .int(shape.padded), .buffer(scratch.result),
                    ] + state)
            }
            try finish?(d)
        }
    }

    /// Multiplies z by the weights of one position, into the scratch or, in a layer norm, into the buffer in which its
    /// rows are finished.
    private func multiplySources(
        _ layer: Recurrent<Element>, wavefront d: Int, position: Int, scratch: GemmScratch<Element>
    ) throws {
        let (shape, schedule) = (layer.shape, layer.schedule.host)
        let (cell, depth) = (shape.cell, shape.depth)
        let (first, rows) = (schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d))
        let columns = cell.cellGates * shape.padded
        let sets = cell.positions.count * depth * columns
        let weights = schedule.firstSet(wavefront: d) * sets + position * depth * columns
        func multiply(_ part: Range<Int>, into c: Buffer<Element>, offset: Int, leading: Int) throws {
            try layer.library.context.stridedBatchedProduct(
                m: rows, n: columns, k: part.count, a: scratch.operand, aOffset: part.lowerBound, aLeading: depth,
                aStride: rows * depth, b: layer.weights.forward, bOffset: weights + part.lowerBound * columns,
                bLeading: columns, bStride: sets, c: c, cOffset: offset, cLeading: leading, cStride: rows * leading,
                batchCount: shape.directions)
        }
        let raw = layer.rows.raw
        let stride = cell.gradientStride * shape.padded
        switch shape.configuration.options.layerNorm {
        case .none: try multiply(0..<depth, into: scratch.result, offset: 0, leading: columns)
        case .gates, .gatesAndCell: try multiply(0..<depth, into: raw, offset: first * stride, leading: stride)
        case .inputRecurrentCell:
            try multiply(0..<cell.inputSize, into: raw, offset: first * stride, leading: stride)
            try multiply(cell.inputSize..<depth, into: raw, offset: first * stride + columns, leading: stride)
        }
    }

    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws {
        let (shape, schedule) = (layer.shape, layer.schedule.host)
        let scratch = try scratch(layer)
        let kernel = try layer.cellKernel("gemm_backward", helpers: shape.program.backwardFiles + ["output_gradient"])
        let state = try layer.backwardState()
        let finish = try finish(layer, "norm_backward", files: shape.program.backwardFiles, state: state)
        for d in (0..<schedule.wavefrontCount).reversed() {
            let (first, rows) = (schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d))
            for position in shape.cell.positions.indices.reversed() {
                try multiplySuccessors(layer, wavefront: d, position: position, scratch: scratch)
                try kernel.launch(
                    items: shape.padded / shape.width * rows, sets: shape.directions,
                    [.int(first), .int(rows), .int(schedule.firstSet(wavefront: d)), .int(position)] + target
                        + [.buffer(scratch.result)] + state)
            }
            try finish?(d)
        }
    }

    /// The gradients of the vectors of h of one wavefront from its successors, by one product for each vector, over all
    /// directions.
    private func multiplySuccessors(
        _ layer: Recurrent<Element>, wavefront d: Int, position: Int, scratch: GemmScratch<Element>
    ) throws {
        let (shape, schedule) = (layer.shape, layer.schedule.host)
        let (cell, padded) = (shape.cell, shape.padded)
        let (first, rows) = (schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d))
        let deep = cell.componentAxes * shape.columns
        // FROM_SUCCESSORS takes rows from `first` on; the table of rows is not read.
        let items = layer.library.traits.itemsOfRow(vectors: shape.columns / shape.width)
        try layer.layoutKernel("gather_gates", items: .elements, ["FROM_SUCCESSORS": 1, "ITEMS": items]).launch(
            items: rows * items, sets: shape.directions,
            [
                .int(first), .int(rows), .int(rows), .int(position), .int(0), .int(0), .int(padded),
                .buffer(try layer.schedule.successors()), .buffer(try layer.schedule.successors()),
                .buffer(layer.rows.da), .buffer(scratch.operand),
            ])
        let matrix = deep * padded
        let sets = cell.positions.count * cell.components * matrix
        let ownSet = schedule.firstSet(wavefront: d)
        for q in 0..<cell.components {
            for (set, part) in successorParts(shape, position: position, ownSet: ownSet) {
                let weights = set * sets + (position * cell.components + q) * matrix + part.lowerBound * padded
                try layer.library.context.stridedBatchedProduct(
                    m: rows, n: padded, k: part.count, a: scratch.operand, aOffset: part.lowerBound, aLeading: deep,
                    aStride: rows * deep, b: layer.weights.backward, bOffset: weights, bLeading: padded, bStride: sets,
                    beta: part.lowerBound == 0 ? 0 : 1, c: scratch.result, cOffset: q * padded,
                    cLeading: cell.components * padded, cStride: rows * cell.components * padded,
                    batchCount: shape.directions)
            }
        }
    }

    /// The parts of the gathered gradients, each with the first parameter set whose weights it needs. Along the depth
    /// of an untied `grid`, successors have the weights of the next depth; axes with priority in the same row do not.
    private func successorParts(_ shape: LayerShape, position: Int, ownSet: Int) -> [(set: Int, part: Range<Int>)] {
        let (configuration, cell) = (shape.configuration, shape.cell)
        let all = cell.componentAxes * shape.columns
        let nextSet = ownSet + shape.directions
        guard configuration.setCount > shape.directions, cell.positions[position] == configuration.axes - 1,
            nextSet < configuration.setCount
        else { return [(ownSet, 0..<all)] }
        let isEarly = !configuration.options.grid.priorityAxes.contains(configuration.axes - 1)
        let middle = isEarly ? cell.phases[0].count * cell.cellGates * shape.padded : all
        return [(nextSet, 0..<middle)] + (middle < all ? [(ownSet, middle..<all)] : [])
    }

    private func scratch(_ layer: Recurrent<Element>) throws -> GemmScratch<Element> {
        if let wavefronts { return wavefronts }
        let made = try GemmScratch(for: layer)
        wavefronts = made
        return made
    }
}

/// Work space of the `gemm` way: operand and result of the product of the largest wavefront.
private struct GemmScratch<Element: Scalar> {
    /// `[D, rows, K]` forward, `[D, rows, A*G*HP]` backward.
    let operand: Buffer<Element>

    /// `[D, rows, G'*HP]` forward, `[D, rows, C, HP]` backward.
    let result: Buffer<Element>

    init(for layer: Recurrent<Element>) throws {
        let rows = layer.schedule.host.largestWavefront
        let (shape, cell) = (layer.shape, layer.shape.cell)
        let backward = shape.training ? cell.componentAxes * shape.columns : 0
        operand = try layer.makeBuffer("operand", count: rows * max(shape.depth, backward))
        result = try layer.makeBuffer("result", count: rows * max(cell.cellGates, cell.components) * shape.padded)
    }
}

extension GemmWay {
    /// One sum for all chunks, to which each product adds; CLBlast needs no partial sums.
    func weightChunks(_ layer: Recurrent<Element>) -> ChunkSize {
        ChunkSize(rows: layer.schedule.host.rowCount / layer.configuration.setCount, sums: 1, wanted: nil)
    }

    /// Gathers z and da chunk by chunk and adds `z^T da` to one sum for each set and position.
    func weightGradient(
        _ layer: Recurrent<Element>, x: Buffer<Element>, into scratch: GradientScratch<Element>
    ) throws {
        let (shape, tables) = (layer.shape, layer.schedule)
        let (cell, padded, depth) = (shape.cell, shape.padded, shape.depth)
        let (S, columns) = (shape.configuration.setCount, shape.cell.cellGates * shape.padded)
        let rowsPerSet = tables.host.rowCount / S
        let operands = try operands(layer, rows: scratch.size.rowsPerChunk)
        let traits = layer.library.traits
        let items = (
            inputs: traits.itemsOfRow(vectors: depth), gates: traits.itemsOfRow(vectors: columns / shape.width)
        )
        let gatherInputs = try layer.layoutKernel(
            "gather_inputs", items: .elements, lanes: 1, ["DIRECT": 0, "ITEMS": items.inputs])
        let gatherGates = try layer.layoutKernel(
            "gather_gates", items: .elements, ["FROM_SUCCESSORS": 0, "ITEMS": items.gates])
        let rowsOfSets = try tables.rowsOfSets()
        // A product over no rows sets its sum to zero.
        for first in stride(from: 0, to: max(1, rowsPerSet), by: scratch.size.rowsPerChunk) {
            let rows = min(scratch.size.rowsPerChunk, rowsPerSet - first)
            for position in cell.positions.indices {
                if cell.phases.contains(where: { $0.lowerBound == position }) {
                    try gatherInputs.launch(
                        items: rows * items.inputs, sets: S,
                        [
                            .int(first), .int(rows), .int(rowsPerSet), .int(position), .int(cell.inputSize),
                            .int(padded), .buffer(rowsOfSets), .buffer(x), .buffer(try tables.sites()),
                            .buffer(try tables.predecessors()), .buffer(layer.rows.h), .buffer(operands.inputs),
                        ])
                }
                // A split layer norm has gradients of its own for the rows of z from the input and for the others.
                let parts = cell.recurrentGates > 0 ? [0..<cell.inputSize, cell.inputSize..<depth] : [0..<depth]
                for (index, part) in parts.enumerated() {
                    let firstVector = index == 0 ? position * cell.cellGates : cell.recurrentGates
                    try gatherGates.launch(
                        items: rows * items.gates, sets: S,
                        [
                            .int(first), .int(rows), .int(rowsPerSet), .int(position), .int(firstVector),
                            .int(cell.cellGates), .int(padded), .buffer(rowsOfSets),
                            .buffer(try tables.successors()), .buffer(layer.rows.da), .buffer(operands.gates),
                        ])
                    try layer.library.context.stridedBatchedProduct(
                        transposeA: true, m: part.count, n: columns, k: rows, a: operands.inputs,
                        aOffset: part.lowerBound, aLeading: depth, aStride: rows * depth, b: operands.gates,
                        bLeading: columns, bStride: rows * columns, beta: first == 0 ? 0 : 1, c: scratch.partial,
                        cOffset: (position * depth + part.lowerBound) * columns, cLeading: columns,
                        cStride: cell.positions.count * depth * columns, batchCount: S)
                }
            }
        }
    }

    private func operands(
        _ layer: Recurrent<Element>, rows: Int
    ) throws -> (inputs: Buffer<Element>, gates: Buffer<Element>) {
        if let chunks { return chunks }
        let (shape, S) = (layer.shape, layer.configuration.setCount)
        let made = (
            inputs: try layer.makeBuffer("gatheredInputs", count: S * rows * shape.depth),
            gates: try layer.makeBuffer("gatheredGates", count: S * rows * shape.columns)
        )
        chunks = made
        return made
    }
}
