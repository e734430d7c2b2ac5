/// The description of a recurrent layer: everything except its weights.
public struct LayerConfiguration: Hashable, Sendable {
    public var cell: Cell

    /// Features I of every site.
    public var inputSize: Int

    /// Hidden units H of every direction.
    public var hiddenSize: Int

    /// The scan orders, in the order of their sign bits; each has a parameter set of its own.
    ///
    /// In a `grid`, the last sign belongs to the depth and is always `+`.
    public var directions: [Direction]

    /// The options of the cell.
    public var options: CellOptions

    /// Initial value of the forget gates' bias; never added at run time.
    public var forgetBias: Double

    /// A layer of `cell` over the axes of `directions`.
    ///
    /// - Parameters:
    ///   - cell: the cell
    ///   - inputSize: I, from 1 to 65536
    ///   - hiddenSize: H, from 1 to 65536
    ///   - directions: at least one, in the order of their sign bits
    ///   - options: the options of the cell
    ///   - forgetBias: ``defaultForgetBias`` unless given
    /// - Throws: ``MDLSTMError`` when a size is out of range, when directions are missing, differ in their axes, repeat
    ///   or are out of order, or when options do not go together. The message gives the reason.
    public init(
        cell: Cell = .graves, inputSize: Int, hiddenSize: Int, directions: [Direction],
        options: CellOptions = CellOptions(), forgetBias: Double? = nil
    ) throws(MDLSTMError) {
        self.cell = cell
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.directions = directions
        self.options = options
        self.forgetBias = 0
        self.forgetBias = forgetBias ?? defaultForgetBias
        try validate()
    }

    /// A layer whose only option is peepholes.
    public init(
        cell: Cell = .graves, inputSize: Int, hiddenSize: Int, directions: [Direction], peepholes: Bool,
        forgetBias: Double? = nil
    ) throws(MDLSTMError) {
        try self.init(
            cell: cell, inputSize: inputSize, hiddenSize: hiddenSize, directions: directions,
            options: CellOptions { $0.peepholes = peepholes }, forgetBias: forgetBias)
    }

    /// Number of axes N, the depth of a `grid` included.
    public var axes: Int { directions.first?.axes ?? 0 }

    /// Whether the last axis is the layer's own depth, which the input does not have.
    public var hasDepth: Bool { cell.traits.hasDepth }

    /// Sites L along the depth; 1 in a layer without.
    public var depth: Int { options.grid.depth }

    /// The extents of a site of the input: L in a layer with a depth, else none.
    public var depthExtents: [Int] { hasDepth ? [depth] : [] }

    /// Axes of the layer's input: N, or N - 1 where the last axis is the depth.
    public var inputAxes: Int { hasDepth ? axes - 1 : axes }

    /// Whether each depth has parameters of its own.
    public var hasSetsByDepth: Bool { hasDepth && !options.grid.tied }

    /// Whether the depths share the parameters of their own axis alone.
    public var sharesDepthAxis: Bool { hasDepth && options.grid.sharing == .depth }

    /// Number of parameter sets S: one for each direction, and in a `grid` whose depths have their own for each depth and
    /// direction.
    public var setCount: Int { directions.count * (hasSetsByDepth ? depth : 1) }

    /// Whether every axis carries states of its own, h_k and c_k.
    public var hasStatesByAxis: Bool { cell.traits.hasStatesByAxis }

    /// Cells of a site: one, or in a `grid` one for each axis.
    public var cellsPerSite: Int { hasStatesByAxis ? axes : 1 }

    /// Predecessors whose cell states a cell adds up: N, or in a `grid` the one along the cell's own axis.
    public var predecessorsPerCell: Int { hasStatesByAxis ? 1 : axes }

    /// Features of the layer's output, D * H.
    public var outputSize: Int { directions.count * hiddenSize }

    /// Initial bias of the forget gates unless another is given, from the cell's card: ``InitialForgetBias``.
    public var defaultForgetBias: Double { cell.traits.forgetBias.value(axes: axes) }

    /// The largest number of axes of a layer; with more, its 2^N directions are of no practical use.
    public static let maximumAxes = 8
}
