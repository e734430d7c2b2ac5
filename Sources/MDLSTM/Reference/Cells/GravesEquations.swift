private import RealModule

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
/// 1 - f (TensorFlow's form of it), g to a_g (NIAF) or h to o * c (NOAF). `forgetSum` mean divides the sum by N.
struct GravesEquations<T: Scalar>: CellEquations {
    private let N: Int
    private let i: Int?, f: [Int?], g: Int, o: Int?
    private let peepI: Int?, peepF: [Int?], peepO: Int?
    private let variant: LSTMVariant
    private let squashesOutput: Bool
    private let share: T
    private let clip: CellClip<T>

    init(_ layer: LayerConfiguration) {
        N = layer.cell == .grid ? 1 : layer.axes
        i = layer.slot(.input)
        f = (0..<N).map { layer.slot(.forget($0)) }
        g = layer.slot(.candidate)!
        o = layer.slot(.output)
        peepI = layer.slot(Peephole(.input))
        peepF = (0..<N).map { layer.slot(Peephole(.forget($0))) }
        peepO = layer.slot(Peephole(.output))
        variant = layer.options.variant
        squashesOutput = variant != .noOutputActivation && layer.options.outputActivation == .tanh
        share = layer.options.forgetSum == .mean ? 1 / T(N) : 1
        clip = CellClip(layer.options)
    }

    func update(_ unit: inout CellUnit<T>) {
        if let i {
            if let peepI { unit.gates[i] += unit.peepholes[peepI] * unit.previous.reduce(0, +) }
            unit.gates[i] = sigmoid(unit.gates[i])
        }
        for k in 0..<N {
            guard let slot = f[k] else { continue }
            if let peep = peepF[k] { unit.gates[slot] += unit.peepholes[peep] * unit.previous[k] }
            unit.gates[slot] = sigmoid(unit.gates[slot])
        }
        if variant != .noInputActivation { unit.gates[g] = T.tanh(unit.gates[g]) }
        var cell = inputGate(unit) * unit.gates[g]
        for k in 0..<N { cell += share * forgetGate(k, unit) * unit.previous[k] }
        unit.cell = clip.apply(cell)
        if let o {
            if let peepO { unit.gates[o] += unit.peepholes[peepO] * unit.cell }
            unit.gates[o] = sigmoid(unit.gates[o])
        }
    }

    func output(_ unit: CellUnit<T>, cell: T) -> T {
        outputGate(unit) * (squashesOutput ? T.tanh(cell) : cell)
    }

    /// With s the squashed cell state: `do = dh * s`, `dc = dh * o * s'`.
    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>) {
        let squashed = squashesOutput ? T.tanh(cell) : cell
        if let o { d.gates[o] += dh * squashed }
        d.cell += dh * outputGate(unit) * (squashesOutput ? 1 - squashed * squashed : 1)
    }

    /// With y' the derivative of gate y by its pre-activation (sigma' = y (1 - y), tanh' = 1 - y^2):
    ///
    ///     da_o  = do * o'                   dc += P_o * da_o
    ///     da_g  = dc * i * g'
    ///     da_i  = dc * g * i'
    ///     da_fk = dc * c_(p-k) * f_k'
    ///     dc_(p-k) = dc * f_k + P_i * da_i + P_fk * da_fk
    ///
    /// In CIFG what f leaves goes to i with the opposite sign, and the other way round in TensorFlow's form.
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        if let o {
            d.gates[o] *= unit.gates[o] * (1 - unit.gates[o])
            if let peepO {
                d.peepholes[peepO] = d.gates[o] * unit.cell
                d.cell += unit.peepholes[peepO] * d.gates[o]
            }
        }
        let dc = clip.gradient(d.cell, cell: unit.cell)
        var di = dc * unit.gates[g]
        for k in 0..<N {
            let df = share * dc * unit.previous[k]
            d.previous[k] = share * dc * forgetGate(k, unit)
            if let slot = f[k] {
                d.gates[slot] += df
                if variant == .coupledForget { d.gates[slot] -= di }
            } else if variant == .coupled {
                di -= df
            }
        }
        let candidate = unit.gates[g]
        d.gates[g] = dc * inputGate(unit) * (variant == .noInputActivation ? 1 : 1 - candidate * candidate)
        if let i {
            d.gates[i] = (d.gates[i] + di) * unit.gates[i] * (1 - unit.gates[i])
            if let peepI {
                d.peepholes[peepI] = d.gates[i] * unit.previous.reduce(0, +)
                for k in 0..<N { d.previous[k] += unit.peepholes[peepI] * d.gates[i] }
            }
        }
        for k in 0..<N {
            guard let slot = f[k] else { continue }
            d.gates[slot] *= unit.gates[slot] * (1 - unit.gates[slot])
            if let peep = peepF[k] {
                d.peepholes[peep] = d.gates[slot] * unit.previous[k]
                d.previous[k] += unit.peepholes[peep] * d.gates[slot]
            }
        }
    }

    private func inputGate(_ unit: CellUnit<T>) -> T {
        if let i { return unit.gates[i] }
        return variant == .coupledForget ? 1 - unit.gates[f[0]!] : 1
    }

    private func forgetGate(_ k: Int, _ unit: CellUnit<T>) -> T {
        if let slot = f[k] { return unit.gates[slot] }
        return variant == .coupled ? 1 - unit.gates[i!] : 1
    }

    private func outputGate(_ unit: CellUnit<T>) -> T { o.map { unit.gates[$0] } ?? 1 }
}
