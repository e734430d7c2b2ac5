import MDLSTM
import OpenCLRuntime

/// One recurrent layer over one schedule on the device: its states and work space, and the operations on them.
final class Recurrent<Element: Scalar>: RecurrentPass {
    let shape: LayerShape
    let schedule: DeviceSchedule
    let slots: RecurrentSlots
    let library: KernelLibrary

    /// The way through the wavefronts, never `auto`.
    let path: ComputePath
    let way: any Way<Element>

    let rows: RowBuffers<Element>
    let weights: PackedWeights<Element>

    /// The noise that `zoneout.cl` reads.
    let noise: Buffer<UInt32>
    let entrance: GridEntrance<Element>?

    /// The layer's output by site, `[sites, D * H]`, or `[sites, H]` if the directions are summed.
    let outputBuffer: Buffer<Element>

    var faces = LayerFaces<Element>()

    /// The buffers shared with other layers; nil if the layer has its own.
    private let workSpace: WorkSpace<Element>?

    // Made when they are first needed.
    var gradientScratch: GradientScratch<Element>?
    var leavingGradient: LeavingGradient<Element>?

    /// Gradients of the input of every row, `[R, I]`, if several directions share a site.
    var inputGradients: Buffer<Element>?

    /// Only for ``KernelLibrary/makeRecurrent(_:workSpace:)``.
    init(
        _ shape: LayerShape, schedule: DeviceSchedule, library: KernelLibrary, slots: RecurrentSlots,
        workSpace: WorkSpace<Element>?
    ) throws {
        try shape.validate()
        self.shape = shape
        self.schedule = schedule
        self.slots = slots
        self.library = library
        self.workSpace = workSpace
        path = schedule.path
        way =
            switch path {
            case .fused, .auto: FusedWay()
            case .tiles: TilesWay()
            case .chain: ChainWay()
            case .sweep: SweepWay()
            case .gemm: GemmWay()
            }
        let make = { [context = library.context] (name: String, count: Int) throws in
            try workSpace?.buffer(name, count: count) ?? context.makeBuffer(of: Element.self, count: count)
        }
        rows = try RowBuffers(shape, schedule: schedule.host, sharesTiles: path.sharesTiles, make: make)
        weights = try PackedWeights(
            shape, packWidth: path.packsRows(library.traits) ? shape.padded : shape.width, slots: slots,
            library: library, make: make)
        noise = try library.context.makeBuffer(
            copying: Array(repeating: UInt32(0), count: NoiseSites.firstWord + schedule.host.grid.batch))
        entrance =
            shape.configuration.hasDepth
            ? try GridEntrance(shape.configuration, schedule: schedule.host, library: library, slots: slots) : nil
        outputBuffer = try make("output", schedule.siteCount * shape.outputSize)
        try clearZeroRows()
    }

    // What the operations ask for at every turn.
    var configuration: LayerConfiguration { shape.configuration }
    var cell: RowLayout { shape.cell }
    var width: Int { shape.width }
    var padded: Int { shape.padded }
    var directions: Int { shape.directions }

    /// Fills with zeros the rows that stand for sites outside the grid; needed once if the layer has its own buffers.
    func clearZeroRows() throws {
        try rows.clearZeroRows()
        // The padding of a ragged batch is not computed.
        if let padding = try schedule.padding() {
            try library.clearPadding(of: outputBuffer, width: shape.outputSize, by: padding)
        }
    }

    /// A buffer shared with the other layers of the same work space.
    func makeBuffer(_ name: String, count: Int) throws -> Buffer<Element> {
        try workSpace?.buffer(name, count: count) ?? library.context.makeBuffer(of: Element.self, count: count)
    }

    /// The forward pass over all wavefronts: fills h, c and, in training, the gates.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - parameters: all parameters of the layer or model
    func forward(x: Buffer<Element>, parameters: Buffer<Element>) throws {
        try entrance?.enter(x: x, parameters: parameters, layer: self)
        try way.forward(self, x: x)
    }

    /// The backward pass over all wavefronts: turns the gates into their gradients.
    ///
    /// - Parameter dy: dL/dy, `[sites, D * H]`, or `[sites, H]` if the directions are summed
    func backward(dy: Buffer<Element>) throws {
        precondition(shape.training, "the forward pass kept no gates")
        let H = configuration.hiddenSize
        // Direction s reads its gradient from column s * directionStride of a row of `stride` elements.
        let (stride, directionStride) = shape.isSummed ? (H, 0) : (configuration.outputSize, H)
        try way.backward(
            self, target: [.int(H), .int(padded), .int(stride), .int(directionStride), .buffer(dy)])
    }

    /// The layer's output by site, `[sites, D * H]`, or `[sites, H]` if the directions are summed. Every call returns
    /// the same buffer.
    func output() throws -> Buffer<Element> {
        guard shape.isSummed else { return outputBuffer }
        try library.gatherRows(
            rows.h, offset: cell.outputVector * padded, stride: cell.feedback * padded, index: schedule.rowsOfSites(),
            rows: schedule.siteCount, terms: directions, width: configuration.hiddenSize, into: outputBuffer)
        return outputBuffer
    }

    /// The least and the largest cell state of all rows.
    func cellRange() throws -> CellRange<Element>? {
        let H = configuration.hiddenSize
        let states = try rows.c.read()
        return CellRange(rows: schedule.host.rowCount * cell.cells, of: states, stride: padded, width: H)
    }
}
