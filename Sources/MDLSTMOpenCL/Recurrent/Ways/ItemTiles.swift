import MDLSTM
import OpenCLRuntime

/// A way in which a work-item computes a tile of rows and units, from the gather to the cell.
protocol ItemTilesWay: Way {}

extension ItemTilesWay {
    /// Compiles a kernel of the forward pass that computes tiles.
    func forwardKernel(_ layer: Recurrent<Element>, _ name: String) throws -> CompiledKernel {
        let shape = layer.shape
        return try layer.cellKernel(
            name,
            helpers: shape.program.forwardFiles + KernelVariant.products("forward_products", rows: shape.forwardRows)
                + [
                    "forward_tile"
                ],
            ["ROWS": shape.forwardRows, "KEEP_GATES": shape.training ? 1 : 0])
    }

    /// Compiles a kernel of the backward pass that computes tiles.
    func backwardKernel(_ layer: Recurrent<Element>, _ name: String) throws -> CompiledKernel {
        let shape = layer.shape
        let products = KernelVariant.products("backward_products", rows: shape.backwardRows)
        return try layer.cellKernel(
            name, helpers: shape.program.backwardFiles + ["output_gradient"] + products + ["backward_tile"],
            ["ROWS": shape.backwardRows, "SPAN": shape.backwardSpan])
    }

    func weightChunks(_ layer: Recurrent<Element>) -> ChunkSize {
        guard layer.library.traits.isProcessor else { return layer.tiledWeightChunks() }
        let shape = layer.shape
        let sums = shape.configuration.setCount * shape.columns
        return ChunkSize(
            rows: layer.schedule.host.rowCount / shape.configuration.setCount, sums: sums * shape.depth,
            wanted: layer.library.traits.chunks(ofItems: sums / (shape.width * shape.cell.cellGates)))
    }

    func weightGradient(
        _ layer: Recurrent<Element>, x: Buffer<Element>, into scratch: GradientScratch<Element>
    ) throws {
        let (shape, traits) = (layer.shape, layer.library.traits)
        guard traits.isProcessor else { return try layer.tiledWeightGradient(x: x, into: scratch) }
        let tile = shape.forwardRows
        let (cell, padded) = (shape.cell, shape.padded)
        let copiesRows = traits.copiesRows(padded: padded, Element.precision)
        try layer.layoutKernel(
            "weight_gradient", helpers: KernelVariant.products("weight_products", rows: tile),
            ["ROWS": tile, "PACKED": copiesRows ? 1 : 0]
        ).launch(
            items: padded / shape.width * cell.positions.count * scratch.size.chunks,
            sets: shape.configuration.setCount,
            layer.chunkArguments(scratch) + [
                .int(cell.inputSize), .int(padded), .buffer(try layer.schedule.rowsOfSets()),
                .buffer(try layer.schedule.sites()), .buffer(try layer.schedule.predecessors()), .buffer(x),
                .buffer(layer.rows.h), .buffer(scratch.one), .buffer(layer.rows.da), .buffer(scratch.partial),
            ])
    }
}
