/// `graves` [Graves, Fernandez and Schmidhuber 2007, arXiv 0705.2011] and, over one axis, `lstm` and its variants.
///
///     i   = sigma(a_i  + P_i * sum_k c_(p-k))
///     f_k = sigma(a_fk + P_fk * c_(p-k))
///     g   = tanh(a_g)
///     c   = i * g + sum_k f_k * c_(p-k)
///     o   = sigma(a_o + P_o * c)
///     h   = o * tanh(c)
///
/// The variants of Greff et al. 2017 [arXiv 1503.04069] set i, f or o to 1 (NIG, NFG, NOG), f to 1 - i (CIFG) or i to
/// 1 - f (TensorFlow's form of it), g to a_g (NIAF) or h to o * c (NOAF). Other activations are options, and a limit of
/// every pre-activation before them. `forgetSum` mean divides the sum by N, max keeps
/// its one term of the largest forget gate, `c = i * g + f_m * c_(p-m)`. On an axis of a `grid`, h is tanh(o * c) unless
/// `gridOutput` is productOfTanh.
struct GravesEquations<T: Scalar>: LSTMOutput {
    let lstm: LSTMGates<T>
    let outputActivation: CellActivation
    let squashesProduct: Bool
    private let N: Int
    private let f: [Int?]
    private let peepI: Int?, peepF: [Int?], peepO: Int?
    private let variant: LSTMVariant
    private let share: T
    private let keepsLargest: Bool
    private let clip: Clip<T>

    init(_ layer: LayerConfiguration) {
        lstm = LSTMGates(layer)
        N = layer.predecessorsPerCell
        f = (0..<N).map { layer.slot(.forget($0)) }
        peepI = layer.slot(Peephole(.input))
        peepF = (0..<N).map { layer.slot(Peephole(.forget($0))) }
        peepO = layer.slot(Peephole(.output))
        variant = layer.options.variant
        outputActivation = layer.options.outputFunction
        squashesProduct = layer.squashesProduct
        share = layer.options.forgetSum == .mean ? 1 / T(N) : 1
        keepsLargest = layer.options.forgetSum == .max
        clip = Clip(layer.options.cellClip)
    }

    func update(_ unit: inout CellUnit<T>) {
        if let i = lstm.i {
            if let peepI { unit.gates[i] += unit.peepholes[peepI] * unit.previous.reduce(0, +) }
            unit.gates[i] = lstm.gate(unit.gates[i])
        }
        for k in 0..<N {
            guard let slot = f[k] else { continue }
            if let peep = peepF[k] { unit.gates[slot] += unit.peepholes[peep] * unit.previous[k] }
            unit.gates[slot] = lstm.gate(unit.gates[slot])
        }
        lstm.activateCandidate(&unit)
        var cell = lstm.inputGate(unit) * unit.gates[lstm.g]
        for k in kept(unit) { cell += share * forgetGate(k, unit) * unit.previous[k] }
        unit.cell = clip.apply(cell)
        if let o = lstm.o {
            if let peepO { unit.gates[o] += unit.peepholes[peepO] * unit.cell }
            unit.gates[o] = lstm.gate(unit.gates[o])
        }
    }

    /// With y' the derivative of gate y by its pre-activation (sigma' = y (1 - y), tanh' = 1 - y^2):
    ///
    ///     da_o  = do * o'                   dc += P_o * da_o
    ///     da_g  = dc * i * g'
    ///     da_i  = dc * g * i'
    ///     da_fk = dc * c_(p-k) * f_k'
    ///     dc_(p-k) = dc * f_k + P_i * da_i + P_fk * da_fk
    ///
    /// Of `max` da_f and dc * f are those of the kept axis alone, m being constant between the jumps of c where two forget
    /// gates are equal. In CIFG what f leaves goes to i with the opposite sign, and the other way round in TensorFlow's form.
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        lstm.outputGateGradient(unit, to: &d)
        if let o = lstm.o, let peepO {
            d.peepholes[peepO] = d.gates[o] * unit.cell
            d.cell += unit.peepholes[peepO] * d.gates[o]
        }
        let dc = clip.gradient(d.cell, cell: unit.cell)
        var di = dc * unit.gates[lstm.g]
        for k in kept(unit) {
            let df = share * dc * unit.previous[k]
            d.previous[k] = share * dc * forgetGate(k, unit)
            if let slot = f[k] {
                d.gates[slot] += df
                if variant == .coupledForget { d.gates[slot] -= di }
            } else if variant == .coupled {
                di -= df
            }
        }
        lstm.inputGradient(unit, dc: dc, di: (lstm.i.map { d.gates[$0] } ?? 0) + di, to: &d)
        if let i = lstm.i, let peepI {
            d.peepholes[peepI] = d.gates[i] * unit.previous.reduce(0, +)
            for k in 0..<N { d.previous[k] += unit.peepholes[peepI] * d.gates[i] }
        }
        for k in 0..<N {
            guard let slot = f[k] else { continue }
            d.gates[slot] *= lstm.gate.derivative(unit.gates[slot])
            if let peep = peepF[k] {
                d.peepholes[peep] = d.gates[slot] * unit.previous[k]
                d.previous[k] += unit.peepholes[peep] * d.gates[slot]
            }
        }
    }

    /// The axes whose terms are in the sum: all or, of `max`, that of the largest forget gate, of equal ones the first.
    private func kept(_ unit: CellUnit<T>) -> Range<Int> {
        guard keepsLargest else { return 0..<N }
        var m = 0
        for k in 1..<N where forgetGate(k, unit) > forgetGate(m, unit) { m = k }
        return m..<(m + 1)
    }

    private func forgetGate(_ k: Int, _ unit: CellUnit<T>) -> T {
        if let slot = f[k] { return unit.gates[slot] }
        return variant == .coupled ? 1 - unit.gates[lstm.i!] : 1
    }
}
