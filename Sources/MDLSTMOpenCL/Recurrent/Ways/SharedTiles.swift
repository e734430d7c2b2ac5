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
            tile.constants.adding(["WHOLE_INPUT": cell.inputSize % 4 == 0 ? 1 : 0])
        ).launch(
            items: tile.count(rows: rows, padded: shape.padded) * traits.sharedGroup, sets: S,
            [
                .int(rows), .int(cell.inputSize), .int(shape.padded), .int(cell.gradientStride),
                .buffer(try layer.schedule.rowsOfSets()), .buffer(try layer.schedule.sites()), .buffer(x),
                .buffer(layer.weights.forward), .buffer(layer.rows.da),
            ])
    }

    /// Chunks that give every unit several groups.
    func weightChunks(_ layer: Recurrent<Element>) -> ChunkSize {
        let (shape, units) = (layer.shape, layer.library.traits.computeUnits)
        let (S, groups) = (shape.configuration.setCount, weightGroups(layer))
        return ChunkSize(
            rows: layer.schedule.host.rowCount / S, sums: S * shape.columns * shape.depth,
            wanted: max(1, (4 * units + S * groups - 1) / (S * groups)), atLeast: 128)
    }

    func weightGradient(
        _ layer: Recurrent<Element>, x: Buffer<Element>, into scratch: GradientScratch<Element>
    ) throws {
        let (shape, cell, schedule) = (layer.shape, layer.cell, layer.schedule)
        try layer.layoutKernel(
            "tiles_weights", items: .sharedTiles, ["WHOLE_INPUT": cell.inputSize % 4 == 0 ? 1 : 0]
        ).launch(
            items: weightGroups(layer) * scratch.size.chunks * layer.library.traits.sharedGroup,
            sets: shape.configuration.setCount,
            layer.chunkArguments(scratch) + [
                .int(cell.inputSize), .int(shape.padded), .buffer(try schedule.rowsOfSets()),
                .buffer(try schedule.sites()), .buffer(try schedule.predecessors()), .buffer(x),
                .buffer(layer.rows.h), .buffer(layer.rows.da), .buffer(scratch.partial),
            ])
    }

    /// Groups of a chunk of the weight gradient of one set: see `tiles_weights.cl`.
    private func weightGroups(_ layer: Recurrent<Element>) -> Int {
        let (shape, cell) = (layer.shape, layer.cell)
        func tiles(_ count: Int, of size: Int) -> Int { (count + size - 1) / size }
        let recurrent = cell.sources * shape.padded
        let deep =
            cell.recurrentGates > 0
            ? tiles(recurrent, of: 64) + tiles(cell.inputSize, of: 64) : tiles(shape.depth, of: 64)
        let columns = tiles(cell.cellGates * shape.padded, of: shape.width == 16 ? 128 : 64)
        return columns * deep * cell.positions.count
    }

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
