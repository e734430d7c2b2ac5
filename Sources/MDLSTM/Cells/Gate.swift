/// A gate of a cell: H rows of `weight_ih`, `weight_hh` and `bias`.
public enum Gate: Hashable, Sendable, CustomStringConvertible {
    case input
    /// The forget gate of axis `k`, counted from 0; a cell with one forget gate has that of axis 0.
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
    /// The gates of every hidden unit in the order of their rows: the one place that states it.
    ///
    /// PyTorch's order `i, f, g, o` with the forget gate of each axis in place. A gate that a variant leaves out has no
    /// rows. In a `grid` these are the gates of every LSTM axis.
    public var gates: [Gate] {
        let shares = (0..<max(0, axes - 1)).map { Gate.share($0) }
        switch cell {
        case .graves, .spatial: return [.input] + (0..<axes).map { .forget($0) } + [.candidate, .output]
        case .lstm: return [.input, .forget(0), .candidate, .output].filter { !options.variant.removed.contains($0) }
        case .stable: return [.input, .forget(0)] + shares + [.candidate, .output]
        case .leaky: return [.leak] + shares + [.candidate, .pastOutput, .newOutput]
        case .grid: return [.input, .forget(0), .candidate, .output]
        }
    }

    /// Position of a gate among ``gates``, nil for one the layer does not have.
    public func slot(_ gate: Gate) -> Int? { gates.firstIndex(of: gate) }

    /// The peephole vectors in the order of their rows in `weight_ch`; none without peepholes.
    ///
    /// Those of gates before the new cell state, in the order of the gates, then those of output gates. The shares of
    /// `leaky` have one for every predecessor.
    public var peepholeVectors: [Peephole] {
        guard options.peepholes else { return [] }
        switch cell {
        case .leaky:
            let shares = (0..<(axes - 1)).flatMap { j in (0..<axes).map { Peephole(.share(j), axis: $0) } }
            return shares + [Peephole(.pastOutput), Peephole(.newOutput)]
        case .graves, .lstm, .grid, .spatial, .stable:
            return gates.filter { $0 != .candidate }.map { Peephole($0) }
        }
    }

    /// Position of a peephole vector among ``peepholeVectors``, nil for one the layer does not have.
    public func slot(_ peephole: Peephole) -> Int? { peepholeVectors.firstIndex(of: peephole) }
}
