/// A gate of a cell: H rows of `weight_ih`, `weight_hh` and `bias`.
public enum Gate: Hashable, Sendable, CustomStringConvertible {
    case input
    /// The forget gate of axis `k`, counted from 0; if a cell has one forget gate, it is `forget(0)`.
    case forget(Int)
    /// The candidate g.
    case candidate
    case output
    /// The share l_k of the predecessor along axis `k` in the weighted mean of all.
    case share(Int)
    /// The leak k of `leaky`: how much of the candidate replaces the mean of the predecessors.
    case leak
    /// o1 of `leaky`, which lets the mean of the predecessors out.
    case pastOutput
    /// o2 of `leaky`, which lets the new cell state out.
    case newOutput

    /// The name in equations; axes count from 1.
    public var description: String {
        switch self {
        case .input: "i"
        case .forget(let k): "f_\(k + 1)"
        case .candidate: "g"
        case .output: "o"
        case .share(let k): "l_\(k + 1)"
        case .leak: "k"
        case .pastOutput: "o1"
        case .newOutput: "o2"
        }
    }

    /// Whether the gate is the first of its kind; the gates of later axes follow it.
    var isFirst: Bool {
        switch self {
        case .forget(let k), .share(let k): k == 0
        case .input, .candidate, .output, .leak, .pastOutput, .newOutput: true
        }
    }
}

/// A peephole vector: the gate it adds to and, where a gate has one for every axis, the predecessor it sees.
public struct Peephole: Hashable, Sendable {
    public let gate: Gate
    public let axis: Int?

    public init(_ gate: Gate, axis: Int? = nil) {
        self.gate = gate
        self.axis = axis
    }
}

extension LayerConfiguration {
    /// The gates of every hidden unit in the order of their rows, from the cell's card.
    ///
    /// In a `grid` these are the gates of every LSTM axis.
    public var gates: [Gate] { cell.traits.gates(axes, options) }

    /// Position of a gate among ``gates``, nil for one the layer does not have.
    public func slot(_ gate: Gate) -> Int? { gates.firstIndex(of: gate) }

    /// The peephole vectors in the order of their rows in `weight_ch`; none without peepholes.
    ///
    /// First the peepholes of gates that act before the new cell state, in the order of the gates, then the peepholes
    /// of output gates. The shares of `leaky` have one for every predecessor.
    public var peepholeVectors: [Peephole] {
        options.peepholes ? cell.traits.peepholes?(gates, axes) ?? [] : []
    }

    /// Position of a peephole vector among ``peepholeVectors``, nil for one the layer does not have.
    public func slot(_ peephole: Peephole) -> Int? { peepholeVectors.firstIndex(of: peephole) }
}
