/// Everything that fixes a recurrent layer but its weights.
public struct LayerConfiguration: Hashable, Sendable {
    public var cell: Cell

    /// Features I of every site.
    public var inputSize: Int

    /// Hidden units H of every direction.
    public var hiddenSize: Int

    /// The scan orders, in the order of their sign bits; each has a parameter set of its own.
    ///
    /// The last sign of a `grid` is that of its depth, always `+`.
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
    ///   - options: those of the cell
    ///   - forgetBias: ``defaultForgetBias`` unless given
    /// - Throws: ``MDLSTMError`` when the sizes are below 1, the directions are none, of different axes, repeated
    ///   or out of order, or the options do not go together: the message has the reason.
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

    /// Axes of the layer's input: N, or N - 1 for a `grid`, whose last axis is its own.
    public var inputAxes: Int { cell == .grid ? axes - 1 : axes }

    /// Number of parameter sets S: one for each direction, and in an untied `grid` for each depth and direction.
    public var setCount: Int { directions.count * (cell == .grid && !options.grid.tied ? options.grid.depth : 1) }

    /// Features of the layer's output: the directions times H.
    public var outputSize: Int { directions.count * hiddenSize }

    /// Initial bias of the forget gates unless another is given: for `graves` and `spatial` 1 - N, else 0.
    ///
    /// Those cells add N predecessors, each times its forget gate. Gates that start at sigma(0) = 1/2 add up to 1 for
    /// two axes already, and the states of a large grid may grow without bound; from sigma(1 - N) they add up to about
    /// 1/2 or less, as those of the LSTM.
    public var defaultForgetBias: Double { cell == .graves || cell == .spatial ? Double(1 - axes) : 0 }

    /// Most axes a layer may have: beyond it the 2^N directions are no longer of use.
    public static let maximumAxes = 8
}
