/// The input gate, candidate and output gate that `graves`, `spatial` and `stable` have of the LSTM.
///
///     i = sigma(a_i),   g = tanh(a_g),   o = sigma(a_o)
///
/// or with the other functions of ``CellOptions``. A gate without a slot is 1; `coupledForget` sets i to 1 - f. What the forget gates do with the predecessors is left to
/// the cell.
struct LSTMGates<T: Scalar> {
    let i: Int?, g: Int, o: Int?
    private let f: Int?
    let gate: GateFunction<T>
    private let candidate: CandidateFunction<T>
    private let isInputCoupled: Bool

    init(_ layer: LayerConfiguration) {
        i = layer.slot(.input)
        g = layer.slot(.candidate)!
        o = layer.slot(.output)
        f = layer.slot(.forget(0))
        gate = GateFunction(layer.options)
        candidate = CandidateFunction(layer.options)
        isInputCoupled = layer.options.variant == .coupledForget
    }

    func activateCandidate(_ unit: inout CellUnit<T>) {
        unit.gates[g] = candidate(unit.gates[g])
    }

    func inputGate(_ unit: CellUnit<T>) -> T {
        if let i { return unit.gates[i] }
        return isInputCoupled ? 1 - unit.gates[f!] : 1
    }

    func outputGate(_ unit: CellUnit<T>) -> T { o.map { unit.gates[$0] } ?? 1 }

    /// `da_o = do * o'`.
    func outputGateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        if let o { d.gates[o] *= gate.derivative(unit.gates[o]) }
    }

    /// `da_g = dc * i * g'` and, from `di`, the gradient by the input gate, `da_i = di * i'`.
    func inputGradient(_ unit: CellUnit<T>, dc: T, di: T, to d: inout CellUnitGradient<T>) {
        d.gates[g] = dc * inputGate(unit) * candidate.derivative(unit.gates[g])
        if let i { d.gates[i] = di * gate.derivative(unit.gates[i]) }
    }
}

/// A cell with the output of the LSTM, `h = o * tanh(c)`, or with another function of c, or of `h = tanh(o * c)`.
protocol LSTMOutput<T>: CellEquations {
    var lstm: LSTMGates<T> { get }
    var outputActivation: CellActivation { get }
    var squashesProduct: Bool { get }
}

extension LSTMOutput {
    var outputActivation: CellActivation { .tanh }
    var squashesProduct: Bool { false }

    func output(_ unit: CellUnit<T>, cell: T) -> T {
        let o = lstm.outputGate(unit)
        return squashesProduct ? outputActivation.value(of: o * cell) : o * outputActivation.value(of: cell)
    }

    /// With s the squashed cell state: `do = dh * s`, `dc = dh * o * s'`.
    ///
    /// With the squashed product, `dq = dh * h'` the gradient by o * c: `do = dq * c`, `dc = dq * o`.
    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>) {
        if squashesProduct {
            let dq = dh * outputActivation.derivative(at: output(unit, cell: cell))
            if let o = lstm.o { d.gates[o] += dq * cell }
            d.cell += dq * lstm.outputGate(unit)
            return
        }
        let squashed = outputActivation.value(of: cell)
        if let o = lstm.o { d.gates[o] += dh * squashed }
        d.cell += dh * lstm.outputGate(unit) * outputActivation.derivative(at: squashed)
    }
}
