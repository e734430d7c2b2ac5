import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// Gradients by the layer's parameters, after ``backward(dy:)``.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - gradients: gradients of all parameters of the layer or model; the layer's own are written
    ///   - adding: whether they are added to what is there
    package func weightGradients(x: Buffer<Element>, into gradients: Buffer<Element>, adding: Bool = false) throws {
        let scratch = try makeGradientScratch()
        switch path {
        case .gemm: try multiplyGradients(x: x, scratch: scratch)
        case .fused, .sweep, .auto: try sumGradients(x: x, scratch: scratch)
        }
        let places = try makeWeightPlaces()
        try library.sumPartials(
            scratch.partial, chunks: scratch.weightChunks, by: places.forward, into: gradients, adding: adding)
        if let table = places.vectorSums {
            try sumVectors(scratch: scratch)
            try library.sumPartials(
                scratch.vectorPartial, chunks: scratch.chunks, by: table, into: gradients, adding: adding)
        }
        try entrance?.weightGradients(x: x, layer: self, into: gradients, adding: adding)
    }

    /// Rows of every set, those of a chunk and the number of chunks, as the kernels take them.
    private func chunkArguments(_ scratch: GradientScratch<Element>) -> [KernelArgument] {
        [.int(schedule.host.rowCount / configuration.setCount), .int(scratch.rowsPerChunk), .int(scratch.chunks)]
    }

    private func sumGradients(x: Buffer<Element>, scratch: GradientScratch<Element>) throws {
        let tile = library.traits.rows(sums: cell.cellGates)
        func tiles(_ count: Int) -> Int { (count + tile - 1) / tile }
        let shares = library.traits.shares(ofTiles: tiles(cell.inputSize) + cell.sources * tiles(padded) + 1)
        try layoutKernel(
            "weight_gradient", helpers: KernelVariant.products("weight_products", rows: tile),
            ["ROWS": tile, "PACKED": library.traits.copiesRows(padded: padded, Element.precision) ? 1 : 0]
        ).launch(
            items: padded / width * shares * cell.positions.count * scratch.chunks, sets: configuration.setCount,
            chunkArguments(scratch) + [
                .int(shares), .int(cell.inputSize), .int(padded), .buffer(try schedule.rowsOfSets()),
                .buffer(try schedule.sites()), .buffer(try schedule.predecessors()), .buffer(x), .buffer(h),
                .buffer(scratch.one), .buffer(da), .buffer(scratch.partial),
            ])
    }

    /// The `gemm` way: chunk by chunk, gather z and da and add `z^T da` to one sum for each set and position.
    private func multiplyGradients(x: Buffer<Element>, scratch: GradientScratch<Element>) throws {
        let (S, columns) = (configuration.setCount, cell.cellGates * padded)
        let rowsPerSet = schedule.host.rowCount / S
        let gatherInputs = try layoutKernel("gather_inputs", byRow: true, lanes: 1, ["DIRECT": 0])
        let gatherGates = try layoutKernel("gather_gates", byRow: true, ["FROM_SUCCESSORS": 0])
        let rowsOfSets = try schedule.rowsOfSets()
        for first in stride(from: 0, to: rowsPerSet, by: scratch.rowsPerChunk) {
            let rows = min(scratch.rowsPerChunk, rowsPerSet - first)
            for position in cell.positions.indices {
                if cell.phases.contains(where: { $0.lowerBound == position }) {
                    try gatherInputs.launch(
                        items: rows, sets: S,
                        [
                            .int(first), .int(rows), .int(rowsPerSet), .int(position), .int(cell.inputSize),
                            .int(padded), .buffer(rowsOfSets), .buffer(x), .buffer(try schedule.sites()),
                            .buffer(try schedule.predecessors()), .buffer(h), .buffer(scratch.inputs),
                        ])
                }
                // A split layer norm has gradients of its own for the rows of z from the input and for the others.
                let parts = cell.recurrentGates > 0 ? [0..<cell.inputSize, cell.inputSize..<depth] : [0..<depth]
                for (index, part) in parts.enumerated() {
                    let firstVector = index == 0 ? position * cell.cellGates : cell.recurrentGates
                    try gatherGates.launch(
                        items: rows, sets: S,
                        [
                            .int(first), .int(rows), .int(rowsPerSet), .int(position), .int(firstVector),
                            .int(cell.cellGates), .int(padded), .buffer(rowsOfSets),
                            .buffer(try schedule.successors()), .buffer(da), .buffer(scratch.gates),
                        ])
                    try library.context.stridedBatchedProduct(
                        transposeA: true, m: part.count, n: columns, k: rows, a: scratch.inputs,
                        aOffset: part.lowerBound, aLeading: depth, aStride: rows * depth, b: scratch.gates,
                        bLeading: columns, bStride: rows * columns, beta: first == 0 ? 0 : 1, c: scratch.partial,
                        cOffset: (position * depth + part.lowerBound) * columns, cLeading: columns,
                        cStride: cell.positions.count * depth * columns, batchCount: S)
                }
            }
        }
    }

    /// Gradients by peepholes, or gains and shifts of a layer norm: each row has left its part.
    private func sumVectors(scratch: GradientScratch<Element>) throws {
        try library.tileKernel("row_sum", Element.self, lanes: width).launch(
            items: padded / width * cell.vectors * scratch.chunks, sets: configuration.setCount,
            chunkArguments(scratch) + [
                .int(cell.vectors), .int(padded), .buffer(try schedule.rowsOfSets()), .buffer(added),
                .buffer(scratch.vectorPartial),
            ])
    }

    private func makeGradientScratch() throws -> GradientScratch<Element> {
        if let gradientScratch { return gradientScratch }
        let scratch = try GradientScratch(for: self)
        gradientScratch = scratch
        return scratch
    }
}

/// Work space of the weight gradients.
struct GradientScratch<Element: Scalar> {
    /// Rows of a set that are summed one after the other, and how many such chunks there are.
    let rowsPerChunk: Int, chunks: Int

    /// Partial sums of the weight gradients, `[weightChunks]` and the layout of the packed weights.
    let partial: Buffer<Element>
    let weightChunks: Int

    /// Partial sums of the gradients by peepholes or norms, `[chunks, S, ADDED, HP]`.
    let vectorPartial: Buffer<Element>

    /// The number 1, what a bias is multiplied by.
    let one: Buffer<Element>

    /// Gathered operands of the `gemm` way, `[S, rows, K]` and `[S, rows, G'*HP]`; one element each otherwise.
    let inputs: Buffer<Element>, gates: Buffer<Element>

    init(for layer: Recurrent<Element>) throws {
        let (S, columns) = (layer.configuration.setCount, layer.cell.gates * layer.padded)
        let gemm = layer.path == .gemm
        let size = ChunkSize(
            rows: layer.schedule.host.rowCount / S, sums: gemm ? 1 : S * layer.depth * columns,
            wanted: gemm
                ? nil : layer.library.traits.chunks(ofItems: S * columns / (layer.width * layer.cell.cellGates)))
        (rowsPerChunk, chunks) = (size.rowsPerChunk, size.chunks)
        weightChunks = gemm ? 1 : chunks
        partial = try layer.makeBuffer("partial", count: weightChunks * S * layer.depth * columns)
        vectorPartial = try layer.makeBuffer(
            "vectorPartial", count: max(1, chunks * S * layer.cell.vectors * layer.padded))
        one = try layer.library.context.makeBuffer(copying: [1])
        inputs = try layer.makeBuffer("gatheredInputs", count: gemm ? S * rowsPerChunk * layer.depth : 1)
        gates = try layer.makeBuffer("gatheredGates", count: gemm ? S * rowsPerChunk * columns : 1)
    }
}

/// How the rows of a sum are cut: chunks that stay in a core's cache, but few enough that their sums stay small.
struct ChunkSize {
    let rowsPerChunk: Int
    let chunks: Int

    /// - Parameters:
    ///   - sums: elements that each chunk sums; all chunks together have at most 2^24 or those of one
    ///   - wanted: chunks that keep the device busy; as many as are allowed unless given
    init(rows: Int, sums: Int, wanted: Int?) {
        let most = min(wanted ?? 64, max(1, (1 << 24) / sums))
        rowsPerChunk = max(512, (rows + most - 1) / most)
        chunks = (rows + rowsPerChunk - 1) / rowsPerChunk
    }
}
