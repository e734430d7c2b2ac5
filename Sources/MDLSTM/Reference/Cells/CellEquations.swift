/// One hidden unit at one row: what the equations of a cell read and write.
struct CellUnit<T: Scalar> {
    /// By slot: pre-activations before ``CellEquations/update(_:)``, activations after it.
    var gates: [T]

    /// c_(p-k) by axis.
    var previous: [T]

    /// Peephole weights by slot.
    var peepholes: [T]

    /// The new cell state c.
    var cell: T = 0
}

/// Gradients by the parts of a ``CellUnit``.
struct CellUnitGradient<T: Scalar> {
    /// By slot: by the activations before ``CellEquations/updateGradient(_:to:)``, by the pre-activations after it.
    var gates: [T]
    var previous: [T]
    var peepholes: [T]
    var cell: T = 0

    /// By what `leaky` calls s, the mean of the predecessors.
    var mean: T = 0
}

/// The equations of a cell for one hidden unit, forward and backward.
///
/// In two parts, so that a layer norm can stand between the cell state and the output.
protocol CellEquations<T> {
    associatedtype T: Scalar

    /// Activates the gates and computes the new cell state.
    func update(_ unit: inout CellUnit<T>)

    /// h, from the activated gates and `cell`: the new cell state or, in a layer norm, the normalised one.
    func output(_ unit: CellUnit<T>, cell: T) -> T

    /// Adds what `dh` leaves at the gates and at `cell`.
    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>)

    /// From the gradients by the activations and the cell state to those by pre-activations, predecessors and
    /// peepholes.
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>)
}

extension LayerConfiguration {
    /// The equations of the layer's cell; those of every axis in a `grid`.
    func equations<T: Scalar>(as type: T.Type = T.self) -> any CellEquations<T> {
        switch cell {
        case .graves, .lstm, .grid: GravesEquations<T>(self)
        case .spatial: SpatialEquations<T>(self)
        case .stable: StableEquations<T>(self)
        case .leaky: LeakyEquations<T>(self)
        }
    }
}

/// The limit of the size of a cell state or pre-activation, if there is one.
struct Clip<T: Scalar> {
    let limit: T?

    init(_ limit: Double?) { self.limit = limit.map { T($0) } }

    /// NaN stays NaN.
    func apply(_ value: T) -> T { limit.map { value > $0 ? $0 : value < -$0 ? -$0 : value } ?? value }

    /// The gradient by the value before the cut, given the value after it.
    func gradient(_ d: T, cell: T) -> T { limit.map { abs(cell) < $0 ? d : 0 } ?? d }
}
