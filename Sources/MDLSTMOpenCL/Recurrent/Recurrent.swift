package import MDLSTM
package import OpenCLRuntime

/// One recurrent layer over one schedule on the device: its states and work space, and the operations on them.
///
/// The hidden size H is padded to HP, a multiple of the vector width, in everything that stays on the device. Rows have
/// one or more vectors of HP units: see `layout.cl`.
package final class Recurrent<Element: Scalar> {
    package let configuration: LayerConfiguration
    let cell: CellKernels
    let schedule: DeviceSchedule
    let slots: RecurrentSlots
    let library: KernelLibrary

    /// Where the buffers come from that other layers use too; nil where all are the layer's own.
    private let workSpace: WorkSpace<Element>?

    /// The way through the wavefronts, never `auto`.
    package let path: ComputePath
    let training: Bool

    /// How a sweep is cut.
    let plan: SweepPlan

    /// Rows a work-item of the forward pass computes side by side.
    let forwardRows: Int

    /// Lanes of the hidden units' vectors, and H padded to a multiple of them.
    let width: Int
    let padded: Int

    /// `[R + 1 + Q, FEEDBACK, HP]` and `[R + 1 + Q, CELLS, HP]`.
    let h: Buffer<Element>, c: Buffer<Element>

    /// Gates of the forward pass, then their gradients, `[R + 1, G, HP]`; in a layer norm what the products give, then
    /// the gradients by it, `[R + 1, DA_STRIDE, HP]`; what each row hands to its predecessors, `[R + 1, HANDED, HP]`.
    /// Row R of all stays zero. One element each where nobody needs them.
    let gates: Buffer<Element>, raw: Buffer<Element>, handed: Buffer<Element>

    /// What each row adds to the gradients of peepholes or norms, `[R, ADDED, HP]`; in a layer norm the gradient by h,
    /// `[R, FEEDBACK, HP]`.
    let added: Buffer<Element>, dh: Buffer<Element>

    /// Weights as the kernels read them: see `WeightLayout`.
    let packedForward: Buffer<Element>, packedBackward: Buffer<Element>

    /// Peepholes, or gains and shifts of a layer norm, `[S, vectors, HP]`.
    let vectors: Buffer<Element>

    /// Of `zoneout.cl`.
    let noise: Buffer<UInt32>

    let entrance: GridEntrance<Element>?
    var weightPlaces: WeightPlaces?
    var gemmScratch: GemmScratch<Element>?
    var gradientScratch: GradientScratch<Element>?

    /// Nil while nobody gives gradients by the states that leave the grid.
    var leavingGradient: LeavingGradient<Element>?

    /// The layer's output by site, `[sites, directions * H]` or, the directions summed, `[sites, H]`.
    let outputBuffer: Buffer<Element>
    let merge: DirectionMerge

    /// Gradients by the input of every row, `[R, I]`, where several directions share a site.
    var inputGradients: Buffer<Element>?

    package init(
        _ configuration: LayerConfiguration, schedule: DeviceSchedule, library: KernelLibrary, path: ComputePath,
        training: Bool, slots: RecurrentSlots, merge: DirectionMerge = .concatenate,
        workSpace: WorkSpace<Element>? = nil
    ) throws {
        self.configuration = configuration
        self.schedule = schedule
        self.slots = slots
        self.library = library
        self.workSpace = workSpace
        self.training = training
        self.merge = merge
        let cell = CellKernels(layer: configuration)
        self.cell = cell
        width = library.traits.vectorWidth(padding: configuration.hiddenSize, Element.precision)
        padded = library.traits.padded(configuration.hiddenSize, Element.precision)
        let rows = library.traits.rows(sums: cell.cellGates)
        let row = RowCost(
            perTile: rows, blocks: padded / width,
            multiplyAdds: cell.gates * padded * (cell.inputSize + cell.sources * padded + 1),
            launch: library.traits.tuning.launch)
        plan = SweepPlan(schedule.host, row: row, units: library.traits.computeUnits)
        forwardRows = rows
        self.path = path.resolved(by: plan, hiddenSize: configuration.hiddenSize, traits: library.traits)

        let S = configuration.setCount
        let weights = S * cell.gates * padded * (cell.inputSize + cell.sources * padded + 1)
        guard weights <= Int(Int32.max) else {
            throw MDLSTMError(
                .option,
                "the layer's weights, padded for the device, are \(weights); at most \(Int32.max) are supported")
        }
        // A buffer of vectors; one element where they are not wanted.
        let buffer = { [context = library.context, padded] (name: String, vectors: Int) throws in
            let count = vectors > 0 ? vectors * padded : 1
            return try workSpace?.buffer(name, count: count) ?? context.makeBuffer(of: Element.self, count: count)
        }
        let counts = RowVectors(
            cell, rows: schedule.host.rowCount, states: schedule.host.stateRowCount, training: training)
        h = try buffer("h", counts.h)
        c = try buffer("c", counts.c)
        gates = try buffer("gates", counts.gates)
        raw = try buffer("raw", counts.raw)
        handed = try buffer("handed", counts.handed)
        added = try buffer("added", counts.added)
        dh = try buffer("dh", counts.dh)
        let key = slots.key
        packedForward = try buffer(
            "packedForward \(key)", S * cell.gates * (cell.inputSize + cell.sources * padded + 1))
        packedBackward = try buffer(
            "packedBackward \(key)",
            training ? S * cell.positions.count * cell.components * cell.componentAxes * cell.gates * padded : 0)
        vectors = try buffer("vectors \(key)", S * cell.vectors)
        noise = try library.context.makeBuffer(
            copying: Array(repeating: UInt32(0), count: NoiseSites.firstWord + schedule.host.grid.batch))
        entrance =
            configuration.cell == .grid
            ? try GridEntrance(configuration, schedule: schedule.host, library: library, slots: slots) : nil
        let features = merge == .sum ? configuration.hiddenSize : configuration.outputSize
        outputBuffer =
            try workSpace?.buffer("output", count: schedule.siteCount * features)
            ?? library.context.makeBuffer(of: Element.self, count: schedule.siteCount * features)
        try clearZeroRows()
    }

    /// The rows that stand for what is outside the grid are zero; in a layer with buffers of its own nothing else writes
    /// them.
    func clearZeroRows() throws {
        let (rows, states) = (schedule.host.rowCount, schedule.host.stateRowCount)
        func clear(_ buffer: Buffer<Element>, rows: Range<Int>, vectors: Int) throws {
            let width = vectors * padded
            try buffer.fill(with: 0, in: (rows.lowerBound * width)..<(rows.upperBound * width))
        }
        try clear(h, rows: rows..<states, vectors: cell.feedback)
        // Axes of a grid that are no LSTMs have no cell state: theirs stays zero everywhere.
        try clear(c, rows: (configuration.plainAxes.isEmpty ? rows : 0)..<states, vectors: cell.cells)
        // Nobody computes the padding of a ragged batch.
        if schedule.host.grid.isRagged { try outputBuffer.fill(with: 0) }
        guard training else { return }
        try clear(gates, rows: rows..<(rows + 1), vectors: cell.gates)
        try clear(handed, rows: rows..<(rows + 1), vectors: cell.handed)
        if configuration.options.layerNorm != .none {
            try clear(raw, rows: rows..<(rows + 1), vectors: cell.gradientStride)
        }
    }

    /// A buffer that other layers of the same work space use too.
    func makeBuffer(_ name: String, count: Int) throws -> Buffer<Element> {
        try workSpace?.buffer(name, count: count) ?? library.context.makeBuffer(of: Element.self, count: count)
    }

    /// Number of directions.
    var directions: Int { configuration.directions.count }

    /// What a row multiplies: K = I + T * HP + 1.
    var depth: Int { cell.inputSize + cell.sources * padded + 1 }

    /// Columns of a block of packed weights: one vector for tiles, all of HP for the batched product.
    var packWidth: Int { path == .gemm ? padded : width }

    /// After the backward pass, gradients by the products' results.
    var da: Buffer<Element> { configuration.options.layerNorm == .none ? gates : raw }

    /// The states, tables and buffers of every row, as kernels of the forward pass take them last.
    func forwardState() throws -> [KernelArgument] {
        [
            .buffer(vectors), .buffer(try schedule.sites()), .buffer(try schedule.predecessors()), .buffer(noise),
            .buffer(h), .buffer(c), .buffer(gates), .buffer(raw), .buffer(outputBuffer),
            .int(isSummed ? 0 : directions * configuration.hiddenSize), .int(configuration.hiddenSize),
        ]
    }

    /// The same for the backward pass.
    func backwardState() throws -> [KernelArgument] {
        [
            .buffer(vectors), .buffer(try schedule.sites()), .buffer(try schedule.predecessors()),
            .buffer(try schedule.successors()), .buffer(noise), .buffer(h), .buffer(c), .buffer(gates), .buffer(raw),
            .buffer(handed), .buffer(added), .buffer(dh), .int(leavingGradient == nil ? 0 : 1),
            .buffer(try leavingGradient?.places ?? schedule.predecessors()),
            .buffer(leavingGradient?.values ?? dh),
        ]
    }

    /// Whether the outputs of several directions are summed; else each is written where it belongs as it is computed.
    var isSummed: Bool { merge == .sum && directions > 1 }

    /// The layer's output by site, `[sites, directions * H]` or, the directions summed, `[sites, H]`; a buffer of the
    /// layer's own, the same in every call.
    package func output() throws -> Buffer<Element> {
        guard isSummed else { return outputBuffer }
        try library.gatherRows(
            h, offset: outputVector * padded, stride: cell.feedback * padded, index: schedule.rowsOfSites(),
            rows: schedule.siteCount, terms: directions, width: configuration.hiddenSize, into: outputBuffer)
        return outputBuffer
    }

    /// The vector of h that is the layer's output.
    private var outputVector: Int { configuration.cell == .grid ? configuration.axes - 1 : 0 }

    /// The least and the largest cell state of all rows.
    package func cellRange() throws -> CellRange<Element>? {
        let H = configuration.hiddenSize
        let states = try c.read()
        let rows = 0..<(schedule.host.rowCount * cell.cells)
        return CellRange(rows.lazy.flatMap { states[($0 * self.padded)..<($0 * self.padded + H)] })
    }
}
