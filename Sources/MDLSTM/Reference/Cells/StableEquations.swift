/// `stable` [Leifert et al. 2016, JMLR 17:97]: an LSTM whose previous cell state is a weighted mean.
///
///     i, f, o = sigma(a_y),   g = tanh(a_g),   l = softmax(a_l1, .., a_l(N-1), 0)
///     c = i * g + f * sum_k l_k * c_(p-k)
///     h = o * tanh(c)
struct StableEquations<T: Scalar>: LSTMOutput {
    let lstm: LSTMGates<T>
    private let i: Int, f: Int, o: Int
    private let shares: ShareEquations<T>
    private let clip: Clip<T>

    init(_ layer: LayerConfiguration) {
        lstm = LSTMGates(layer)
        i = layer.slot(.input)!
        f = layer.slot(.forget(0))!
        o = layer.slot(.output)!
        shares = ShareEquations(layer)
        clip = Clip(layer.options.cellClip)
    }

    func update(_ unit: inout CellUnit<T>) {
        unit.gates[i] = lstm.gate(unit.gates[i])
        unit.gates[f] = lstm.gate(unit.gates[f])
        lstm.activateCandidate(&unit)
        unit.gates[o] = lstm.gate(unit.gates[o])
        unit.cell = clip.apply(unit.gates[i] * unit.gates[lstm.g] + unit.gates[f] * shares.update(&unit))
    }

    /// With s the mean of the predecessors: `da_f = dc * s * f'`, `ds = dc * f`; the rest as in `graves`.
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        let f = unit.gates[self.f]
        let dc = clip.gradient(d.cell, cell: unit.cell)
        lstm.outputGateGradient(unit, to: &d)
        lstm.inputGradient(unit, dc: dc, di: dc * unit.gates[lstm.g], to: &d)
        d.gates[self.f] = dc * shares.mean(unit) * lstm.gate.derivative(f)
        shares.gradient(dc * f, unit, to: &d)
    }
}
