import MDLSTM
import OpenCLRuntime

extension Recurrent {
    /// Gradients by the layer's parameters, after ``backward(dy:)``.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - gradients: gradients of all parameters of the layer or model; the layer's own are written
    ///   - adding: whether they are added to what is there
    func weightGradients(x: Buffer<Element>, into gradients: Buffer<Element>, adding: Bool) throws {
        let scratch = try makeGradientScratch()
        try way.weightGradient(self, x: x, into: scratch)
        let places = try weights.places()
        func sum(_ partial: Buffer<Element>, chunks: Int, _ sums: [WeightPlaces.Sum]) throws {
            for sum in sums {
                try library.sumPartials(
                    partial, chunks: chunks * sum.parts, by: sum.places, into: gradients, adding: adding)
            }
        }
        try sum(scratch.partial, chunks: scratch.weightChunks, places.sums)
        if !places.vectorSums.isEmpty {
            try sumVectors(scratch: scratch)
            try sum(scratch.vectorPartial, chunks: scratch.size.chunks, places.vectorSums)
        }
        try entrance?.weightGradients(x: x, into: gradients, adding: adding)
    }

    /// Rows of every set, those of a chunk and the number of chunks, as the kernels take them.
    func chunkArguments(_ scratch: GradientScratch<Element>) -> [KernelArgument] {
        [
            .int(schedule.host.rowCount / configuration.setCount), .int(scratch.size.rowsPerChunk),
            .int(scratch.size.chunks),
        ]
    }

    /// Gradients by peepholes, or gains and shifts of a layer norm: each row has left its part.
    private func sumVectors(scratch: GradientScratch<Element>) throws {
        try library.tileKernel("row_sum", Element.self, lanes: width).launch(
            items: padded / width * cell.vectors * scratch.size.chunks, sets: configuration.setCount,
            chunkArguments(scratch) + [
                .int(cell.vectors), .int(padded), .buffer(try schedule.rowsOfSets()), .buffer(rows.added),
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
    /// How the rows of a set are cut.
    let size: ChunkSize

    /// Partial sums of the weight gradients, `[weightChunks]` and the layout of the packed weights: one for each chunk, or one
    /// that all chunks add to.
    let partial: Buffer<Element>
    let weightChunks: Int

    /// Partial sums of the gradients by peepholes or norms, `[chunks, S, ADDED, HP]`.
    let vectorPartial: Buffer<Element>

    /// The number 1, what a bias is multiplied by.
    let one: Buffer<Element>

    init(for layer: Recurrent<Element>) throws {
        size = layer.way.weightChunks(layer)
        weightChunks = layer.path == .gemm ? 1 : size.chunks
        partial = try layer.makeBuffer("partial", count: weightChunks * layer.shape.forwardWeights)
        vectorPartial = try layer.makeBuffer(
            "vectorPartial", count: max(1, size.chunks * layer.shape.vectorWeights))
        one = try layer.library.context.makeBuffer(copying: [1])
    }
}

/// How the rows of a sum are cut: chunks that stay in a core's cache, but few enough that their sums stay small.
struct ChunkSize {
    let rowsPerChunk: Int
    let chunks: Int

    /// - Parameters:
    ///   - sums: elements that each chunk sums; all chunks together have at most 2^24 or those of one
    ///   - wanted: chunks that keep the device busy; as many as are allowed unless given
    ///   - fewest: rows of a chunk, unless it has all
    init(rows: Int, sums: Int, wanted: Int?, atLeast fewest: Int = 512) {
        let most = min(wanted ?? 64, max(1, (1 << 24) / sums))
        rowsPerChunk = max(fewest, (rows + most - 1) / most)
        chunks = (rows + rowsPerChunk - 1) / rowsPerChunk
    }
}
