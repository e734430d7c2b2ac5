import MDLSTM
import OpenCLRuntime

/// What the loss of texts needs on the device for one grid of frames, made anew where a batch's texts are longer.
final class CTCBuffers<Element: Scalar> {
    private let context: Context
    private let grid: Grid

    /// Of each sample's places and frames, `[B, 2]`.
    let texts: StagedBuffer<Int32>

    /// `[2, B, places]`
    private(set) var paths: StagedBuffer<Int32>

    /// `[B, frames]`, and `[2, B, frames, stride]`.
    let divisors: Buffer<Element>
    private(set) var table: Buffer<Element>

    /// `[B]`
    let losses: Buffer<Element>

    /// Places that the longest text of the batch has, and that there is room for.
    private(set) var places = 0
    private var mostPlaces: Int

    init(_ grid: Grid, context: Context) throws {
        (self.context, self.grid) = (context, grid)
        texts = try context.makeStagedBuffer(of: Int32.self, count: 2 * grid.batch)
        divisors = try context.makeBuffer(of: Element.self, count: grid.siteCount)
        losses = try context.makeBuffer(of: Element.self, count: grid.batch)
        mostPlaces = min(grid.extents[0] + 1, 64)
        (paths, table) = try Self.room(places: mostPlaces, for: grid, context)
    }

    private static func room(
        places: Int, for grid: Grid, _ context: Context
    ) throws -> (StagedBuffer<Int32>, Buffer<Element>) {
        (
            try context.makeStagedBuffer(of: Int32.self, count: 2 * grid.batch * places),
            try context.makeBuffer(of: Element.self, count: 2 * grid.siteCount * stride(places))
        )
    }

    /// Elements of a row of the table: two before it, and whole vectors of any device.
    private static func stride(_ places: Int) -> Int { 2 + (places + 15) / 16 * 16 }
    var stride: Int { Self.stride(mostPlaces) }

    func write(_ targets: CTCTargets) throws {
        places = targets.paths.map(\.count).max() ?? 1
        if places > mostPlaces {
            // Half as much again as asked for, but no more than the frames have room for: the texts of batches differ.
            mostPlaces = max(places, min(places + places / 2, 2 * grid.extents[0] + 1))
            (paths, table) = try Self.room(places: mostPlaces, for: grid, context)
        }
        try texts.write(
            targets.paths.indices.flatMap { b in
                [Int32(targets.paths[b].count), targets.isFeasible[b] ? Int32(targets.frames[b]) : 0]
            })
        let padded = targets.paths.map { $0 + Array(repeating: 0, count: places - $0.count) }
        let backwards = targets.paths.map { $0.reversed() + Array(repeating: 0, count: places - $0.count) }
        try paths.write(Array((padded + backwards).joined()))
    }
}

extension KernelLibrary {
    /// Computes the loss of texts and its gradient by the output of `buffers`; the losses of samples are in `texts`.
    func ctcLoss<Element: Scalar>(
        _ texts: CTCBuffers<Element>, scale: Double, buffers: StepBuffers<Element>
    ) throws {
        let (grid, width) = (buffers.pass.outputGrid, buffers.pass.model.outputSize)
        let y = buffers.pass.output
        try launchRows(
            "ctc_frames", Element.self, items: 1, rows: grid.siteCount,
            [.int(grid.siteCount), .int(width), .buffer(y), .buffer(texts.divisors)])
        let common: [KernelArgument] = [
            .int(grid.batch), .int(grid.extents[0]), .int(width), .int(texts.places), .int(texts.stride),
            .real(scale, as: Element.self), .buffer(texts.texts.buffer), .buffer(texts.paths.buffer), .buffer(y),
            .buffer(texts.divisors), .buffer(texts.table),
        ]
        let lanes = traits.isProcessor ? traits.widestVector(Element.precision) : 1
        try tileKernel("ctc_paths", Element.self, lanes: lanes, ["ITEMS": traits.itemsOfSum]).launch(
            items: 2 * grid.batch * traits.itemsOfSum, common + [.buffer(texts.losses)])
        try launchRows(
            "ctc_gradient", Element.self, items: 1, rows: grid.siteCount, common + [.buffer(buffers.outputGradient)])
    }
}
