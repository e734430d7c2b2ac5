import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// Gradients by the layer's parameters, after ``backward(dy:merge:)``.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - gradients: gradients of all parameters of the layer or model; the layer's own are written
    package func weightGradients(x: Buffer<Element>, slots: RecurrentSlots, into gradients: Buffer<Element>) throws {
        let scratch = try makeGradientScratch()
        switch path {
        case .gemm: try multiplyGradients(x: x, scratch: scratch)
        case .fused, .sweep, .auto: try sumGradients(x: x, scratch: scratch)
        }
        let S = configuration.setCount
        try rowKernel("unpack_gradient").launch(
            items: depth, sets: S,
            [
                .int(S), .int(scratch.weightChunks), .int(configuration.inputSize), .int(configuration.hiddenSize),
                .int(padded), .int(slots.weightIH), .int(slots.weightHH), .int(slots.bias),
                .buffer(scratch.partial), .buffer(gradients),
            ])
        if configuration.options.peepholes { try peepholeGradients(slots: slots, scratch: scratch, into: gradients) }
    }

    /// Rows of every set, those of a chunk and the number of chunks, as the kernels take them.
    private func chunkArguments(_ scratch: GradientScratch<Element>) -> [KernelArgument] {
        [.int(schedule.host.rowCount / configuration.setCount), .int(scratch.rowsPerChunk), .int(scratch.chunks)]
    }

    private func sumGradients(x: Buffer<Element>, scratch: GradientScratch<Element>) throws {
        let (N, G) = (configuration.axes, configuration.gates.count)
        let tileDepth = max(1, library.traits.rows(sums: G))
        let tiles =
            (configuration.inputSize + tileDepth - 1) / tileDepth + N * ((padded + tileDepth - 1) / tileDepth) + 1
        try tileKernel("weight_gradient", ["DEPTH": tileDepth]).launch(
            items: padded / width * tiles * scratch.chunks, sets: configuration.setCount,
            chunkArguments(scratch) + [
                .int(configuration.inputSize), .int(padded), .buffer(try schedule.rowsOfSets()),
                .buffer(try schedule.sites()), .buffer(try schedule.predecessors()), .buffer(x), .buffer(h),
                .buffer(scratch.one), .buffer(gates), .buffer(scratch.partial),
            ])
    }

    /// The `gemm` way: chunk by chunk, gather z and da and add `z^T da` to one sum for each set.
    private func multiplyGradients(x: Buffer<Element>, scratch: GradientScratch<Element>) throws {
        let (S, columns) = (configuration.setCount, configuration.gates.count * padded)
        let rowsPerSet = schedule.host.rowCount / S
        let gatherInputs = try rowKernel("gather_inputs", ["DIRECT": 0])
        let gatherGates = try rowKernel("gather_gates", ["FROM_SUCCESSORS": 0])
        for first in stride(from: 0, to: rowsPerSet, by: scratch.rowsPerChunk) {
            let rows = min(scratch.rowsPerChunk, rowsPerSet - first)
            try gatherInputs.launch(
                items: rows, sets: S,
                [
                    .int(first), .int(rows), .int(rowsPerSet), .int(configuration.inputSize), .int(padded),
                    .buffer(try schedule.rowsOfSets()), .buffer(x), .buffer(try schedule.sites()),
                    .buffer(try schedule.predecessors()), .buffer(h), .buffer(scratch.inputs),
                ])
            try gatherGates.launch(
                items: rows, sets: S,
                [
                    .int(first), .int(rows), .int(rowsPerSet), .int(padded), .buffer(try schedule.rowsOfSets()),
                    .buffer(gates), .buffer(scratch.gates),
                ])
            try library.context.stridedBatchedProduct(
                transposeA: true, m: depth, n: columns, k: rows, a: scratch.inputs, aLeading: depth,
                aStride: rows * depth, b: scratch.gates, bLeading: columns, bStride: rows * columns,
                beta: first == 0 ? 0 : 1, c: scratch.partial, cLeading: columns, cStride: depth * columns,
                batchCount: S)
        }
    }

    private func peepholeGradients(
        slots: RecurrentSlots, scratch: GradientScratch<Element>, into gradients: Buffer<Element>
    ) throws {
        let rows = configuration.setCount * configuration.peepholeVectors.count
        try tileKernel("graves_peephole_gradient", helpers: ["graves_forward"]).launch(
            items: padded / width * scratch.chunks, sets: configuration.setCount,
            chunkArguments(scratch) + [
                .int(padded), .buffer(try schedule.rowsOfSets()), .buffer(try schedule.predecessors()), .buffer(c),
                .buffer(gates), .buffer(scratch.peepholePartial),
            ])
        try library.elementKernel("sum_chunks", Element.self).launch(
            items: rows,
            [
                .int(scratch.chunks), .int(rows), .int(configuration.hiddenSize), .int(padded),
                .int(slots.weightCH), .buffer(scratch.peepholePartial), .buffer(gradients),
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

    /// Partial sums of the weight gradients, `[weightChunks, S, K, G*HP]`.
    let partial: Buffer<Element>
    let weightChunks: Int

    /// Partial sums of the peephole gradients, `[chunks, S, N + 2, HP]`.
    let peepholePartial: Buffer<Element>

    /// The number 1, what a bias is multiplied by.
    let one: Buffer<Element>

    /// Gathered operands of the `gemm` way, `[S, rows, K]` and `[S, rows, G*HP]`; one element each otherwise.
    let inputs: Buffer<Element>, gates: Buffer<Element>

    init(for layer: Recurrent<Element>) throws {
        let context = layer.library.context
        let configuration = layer.configuration
        let (S, columns) = (configuration.setCount, configuration.gates.count * layer.padded)
        let gemm = layer.path == .gemm
        let size =
            gemm
            ? ChunkSize(rows: layer.schedule.host.rowCount / S, sums: 1)
            : ChunkSize(rows: layer.schedule.host.rowCount / S, sums: S * layer.depth * columns)
        (rowsPerChunk, chunks) = (size.rowsPerChunk, size.chunks)
        weightChunks = gemm ? 1 : chunks
        partial = try context.makeBuffer(of: Element.self, count: weightChunks * S * layer.depth * columns)
        let vectors = configuration.options.peepholes ? configuration.peepholeVectors.count : 0
        peepholePartial = try context.makeBuffer(of: Element.self, count: chunks * S * vectors * layer.padded)
        one = try context.makeBuffer(copying: [1])
        inputs = try context.makeBuffer(of: Element.self, count: gemm ? S * rowsPerChunk * layer.depth : 1)
        gates = try context.makeBuffer(of: Element.self, count: gemm ? S * rowsPerChunk * columns : 1)
    }
}

/// How the rows of a sum are cut: chunks that stay in a core's cache, but few enough that their sums stay small.
struct ChunkSize {
    let rowsPerChunk: Int
    let chunks: Int

    /// - Parameter sums: elements that each chunk sums; all chunks together have at most 2^24 or those of one
    init(rows: Int, sums: Int) {
        let most = min(64, max(1, (1 << 24) / sums))
        rowsPerChunk = max(512, (rows + most - 1) / most)
        chunks = (rows + rowsPerChunk - 1) / rowsPerChunk
    }
}
