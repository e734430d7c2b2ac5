/// The gates of `graves` and `lstm`, in the order of their rows in `weight_ih`, `weight_hh` and `bias`.
///
/// `i, f_1 .. f_N, g, o`: PyTorch's order with one forget gate for each axis in place.
public enum GravesGate: Equatable, Sendable {
    case input
    /// The forget gate of axis `k`, counted from 0.
    case forget(Int)
    /// The candidate g, a `tanh` unit.
    case candidate
    case output

    /// Number of gates G of a cell over `axes` axes.
    public static func count(axes: Int) -> Int { axes + 3 }

    /// All gates in the order of their slots.
    public static func all(axes: Int) -> [GravesGate] {
        [.input] + (0..<axes).map { .forget($0) } + [.candidate, .output]
    }

    /// Position among the gates of a cell over `axes` axes.
    public func slot(axes: Int) -> Int {
        switch self {
        case .input: 0
        case .forget(let k): 1 + k
        case .candidate: axes + 1
        case .output: axes + 2
        }
    }
}

/// The peephole vectors of `graves` and `lstm`, in the order of their rows in `weight_ch`: `i, f_1 .. f_N, o`.
public enum GravesPeephole: Equatable, Sendable {
    case input
    case forget(Int)
    case output

    /// Number of peephole vectors of a cell over `axes` axes.
    public static func count(axes: Int) -> Int { axes + 2 }

    /// Position among the peepholes of a cell over `axes` axes.
    public func slot(axes: Int) -> Int {
        switch self {
        case .input: 0
        case .forget(let k): 1 + k
        case .output: axes + 1
        }
    }
}
