private import RealModule

/// `stable` [Leifert et al. 2016, JMLR 17:97]: an LSTM whose previous cell state is a weighted mean.
///
///     i, f, o = sigma(a_y),   g = tanh(a_g),   l = softmax(a_l1, .., a_l(N-1), 0)
///     c = i * g + f * sum_k l_k * c_(p-k)
///     h = o * tanh(c)
struct StableEquations<T: Scalar>: CellEquations {
    private let i: Int, f: Int, g: Int, o: Int
    private let shares: ShareEquations<T>
    private let clip: CellClip<T>

    init(_ layer: LayerConfiguration) {
        i = layer.slot(.input)!
        f = layer.slot(.forget(0))!
        g = layer.slot(.candidate)!
        o = layer.slot(.output)!
        shares = ShareEquations(layer)
        clip = CellClip(layer.options)
    }

    func update(_ unit: inout CellUnit<T>) {
        unit.gates[i] = sigmoid(unit.gates[i])
        unit.gates[f] = sigmoid(unit.gates[f])
        unit.gates[g] = T.tanh(unit.gates[g])
        unit.gates[o] = sigmoid(unit.gates[o])
        unit.cell = clip.apply(unit.gates[i] * unit.gates[g] + unit.gates[f] * shares.update(&unit))
    }

    func output(_ unit: CellUnit<T>, cell: T) -> T { unit.gates[o] * T.tanh(cell) }

    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>) {
        let squashed = T.tanh(cell)
        d.gates[o] += dh * squashed
        d.cell += dh * unit.gates[o] * (1 - squashed * squashed)
    }

    /// With s the mean of the predecessors: `da_f = dc * s * f'`, `ds = dc * f`; the rest as in `graves`.
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        let (i, f, g, o) = (unit.gates[self.i], unit.gates[self.f], unit.gates[self.g], unit.gates[self.o])
        let dc = clip.gradient(d.cell, cell: unit.cell)
        d.gates[self.o] *= o * (1 - o)
        d.gates[self.g] = dc * i * (1 - g * g)
        d.gates[self.i] = dc * g * i * (1 - i)
        d.gates[self.f] = dc * shares.mean(unit) * f * (1 - f)
        shares.gradient(dc * f, unit, to: &d)
    }
}
