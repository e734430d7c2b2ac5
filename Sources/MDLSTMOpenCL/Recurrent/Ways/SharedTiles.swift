import MDLSTM
import OpenCLRuntime

/// A way in which a work-group computes a tile of rows and units through local memory.
protocol SharedTilesWay: Way {}

extension SharedTilesWay {
    /// The input's part of all pre-activations, into the gates or, in a layer norm, where they are before it.
    func multiplyInput(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let (shape, cell, traits) = (layer.shape, layer.cell, layer.library.traits)
        let tiles = try SharedTile.all(
            vectors: cell.gates, lanes: shape.width, traits: traits, Element.precision)
        let tile = tiles.first { $0.rows <= 32 } ?? tiles.last!
        let (rows, S) = (layer.schedule.host.rowCount / shape.configuration.setCount, shape.configuration.setCount)
        try layer.layoutKernel(
            "tiles_input", helpers: ["tile_product"], items: .sharedTiles,
            tile.constants.adding(["WHOLE_PLACES": cell.inputSize % 4 == 0 ? 1 : 0])
        ).launch(
            items: tile.count(rows: rows, padded: shape.padded) * traits.sharedGroup, sets: S,
            [
                .int(rows), .int(cell.inputSize), .int(shape.padded), .int(cell.gradientStride),
                .buffer(try layer.schedule.rowsOfSets()), .buffer(try layer.schedule.sites()), .buffer(x),
                .buffer(layer.weights.forward), .buffer(layer.rows.da),
            ])
    }

    func weightChunks(_ layer: Recurrent<Element>) -> ChunkSize { layer.tiledWeightChunks() }

    func weightGradient(
        _ layer: Recurrent<Element>, x: Buffer<Element>, into scratch: GradientScratch<Element>
    ) throws { try layer.tiledWeightGradient(x: x, into: scratch) }

    /// Compiles the kernel of the forward pass for tiles of one form.
    func forwardKernel(_ layer: Recurrent<Element>, _ tile: KernelConstants) throws -> CompiledKernel {
        try layer.cellKernel(
            "tiles_forward", helpers: layer.shape.program.forwardFiles + ["tile_product", "tile_chain"],
            items: .sharedTiles, tile.adding(["KEEP_GATES": layer.shape.training ? 1 : 0]))
    }

    /// Compiles the kernel of the backward pass for tiles of one form.
    func backwardKernel(_ layer: Recurrent<Element>, _ tile: KernelConstants) throws -> CompiledKernel {
        try layer.cellKernel(
            "tiles_backward",
            helpers: layer.shape.program.backwardFiles + ["output_gradient", "tile_product", "tile_chain"],
            items: .sharedTiles, tile)
    }
}

extension Recurrent {
    /// The tiles that a pass of the layer may be computed in, the largest first.
    func forwardTiles() throws -> [SharedTile] {
        try SharedTile.forward(shape, traits: library.traits, Element.precision)
    }
    func backwardTiles() throws -> [SharedTile] {
        try SharedTile.backward(shape, traits: library.traits, Element.precision)
    }

    /// Chunks that give every unit several groups.
    func tiledWeightChunks() -> ChunkSize {
        let S = configuration.setCount
        return ChunkSize(
            rows: schedule.host.rowCount / S, sums: S * shape.columns * shape.depth,
            wanted: library.traits.tiledChunks(groups: S * weightGroups), atLeast: 128)
    }

    /// Sums of the weight gradients, chunk by chunk, into `scratch.partial`, in the layout of rows of all units.
    func tiledWeightGradient(x: Buffer<Element>, into scratch: GradientScratch<Element>) throws {
        try layoutKernel(
            "tiles_weights", items: .sharedTiles, ["WHOLE_INPUT": cell.inputSize % 4 == 0 ? 1 : 0]
        ).launch(
            items: weightGroups * scratch.size.chunks * library.traits.sharedGroup,
            sets: configuration.setCount,
            chunkArguments(scratch) + [
                .int(cell.inputSize), .int(shape.padded), .buffer(try schedule.rowsOfSets()),
                .buffer(try schedule.sites()), .buffer(try schedule.predecessors()), .buffer(x),
                .buffer(rows.h), .buffer(rows.da), .buffer(scratch.partial),
            ])
    }

    /// Groups of a chunk of the weight gradient of one set: see `tiles_weights.cl`.
    private var weightGroups: Int {
        let recurrent = cell.sources * padded
        let parts = cell.recurrentGates > 0 ? [recurrent, cell.inputSize] : [shape.depth]
        return cell.positions.count
            * WeightTile.groups(depths: parts, columns: cell.cellGates * padded, lanes: shape.width)
    }
}

/// The tiles of `tiles_weights.cl`.
enum WeightTile {
    /// Groups that cover parts of the depth, each with its own tiles, and columns in vectors of `lanes`.
    static func groups(depths: [Int], columns: Int, lanes: Int) -> Int {
        func tiles(_ count: Int, of size: Int) -> Int { (count + size - 1) / size }
        return depths.reduce(0) { $0 + tiles($1, of: 64) } * tiles(columns, of: lanes == 16 ? 128 : 64)
    }
}
