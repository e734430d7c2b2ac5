private import RealModule

/// The input gate, candidate and output gate that `graves`, `spatial` and `stable` have of the LSTM.
///
///     i = sigma(a_i),   g = tanh(a_g),   o = sigma(a_o)
///
/// A gate without a slot is 1; `coupledForget` sets i to 1 - f. What the forget gates do with the predecessors is left to
/// the cell.
struct LSTMGates<T: Scalar> {
    let i: Int?, g: Int, o: Int?
    private let f: Int?
    private let squashesCandidate: Bool
    private let isInputCoupled: Bool

    init(_ layer: LayerConfiguration) {
        i = layer.slot(.input)
        g = layer.slot(.candidate)!
        o = layer.slot(.output)
        f = layer.slot(.forget(0))
        squashesCandidate = layer.options.variant != .noInputActivation
        isInputCoupled = layer.options.variant == .coupledForget
    }

    func activateCandidate(_ unit: inout CellUnit<T>) {
        if squashesCandidate { unit.gates[g] = T.tanh(unit.gates[g]) }
    }

    func inputGate(_ unit: CellUnit<T>) -> T {
        if let i { return unit.gates[i] }
        return isInputCoupled ? 1 - unit.gates[f!] : 1
    }

    func outputGate(_ unit: CellUnit<T>) -> T { o.map { unit.gates[$0] } ?? 1 }

    /// `da_o = do * o'`.
    func outputGateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        if let o { d.gates[o] *= unit.gates[o] * (1 - unit.gates[o]) }
    }

    /// `da_g = dc * i * g'` and, from `di`, the gradient by the input gate, `da_i = di * i'`.
    func inputGradient(_ unit: CellUnit<T>, dc: T, di: T, to d: inout CellUnitGradient<T>) {
        let candidate = unit.gates[g]
        d.gates[g] = dc * inputGate(unit) * (squashesCandidate ? 1 - candidate * candidate : 1)
        if let i { d.gates[i] = di * unit.gates[i] * (1 - unit.gates[i]) }
    }
}

/// A cell with the output of the LSTM, `h = o * tanh(c)`, or `o * c` where the cell state is not squashed.
protocol LSTMOutput<T>: CellEquations {
    var lstm: LSTMGates<T> { get }
    var squashesOutput: Bool { get }
}

extension LSTMOutput {
    var squashesOutput: Bool { true }

    func output(_ unit: CellUnit<T>, cell: T) -> T {
        lstm.outputGate(unit) * (squashesOutput ? T.tanh(cell) : cell)
    }

    /// With s the squashed cell state: `do = dh * s`, `dc = dh * o * s'`.
    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>) {
        let squashed = squashesOutput ? T.tanh(cell) : cell
        if let o = lstm.o { d.gates[o] += dh * squashed }
        d.cell += dh * lstm.outputGate(unit) * (squashesOutput ? 1 - squashed * squashed : 1)
    }
}
