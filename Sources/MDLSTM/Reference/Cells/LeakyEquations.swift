private import RealModule

/// `leaky`, the LeakyLP cell [Leifert et al. 2016, JMLR 17:97].
///
///     l  = softmax(a_l1 + sum_k P_l1,k * c_(p-k), .., 0)
///     s  = sum_k l_k * c_(p-k)
///     k  = sigma(a_k),   g = tanh(a_g)
///     c  = k * g + (1 - k) * s
///     o1 = sigma(a_o1 + P_o1 * c),   o2 = sigma(a_o2 + P_o2 * c)
///     h  = tanh(o1 * s + o2 * c)
struct LeakyEquations<T: Scalar>: CellEquations {
    private let N: Int
    private let k: Int, g: Int, o1: Int, o2: Int

    /// Slots of the peepholes of share 0 on axis 0, of o1 and of o2.
    private let peepShares: Int?, peepO1: Int?, peepO2: Int?
    private let shares: ShareEquations<T>
    private let clip: Clip<T>

    init(_ layer: LayerConfiguration) {
        N = layer.axes
        k = layer.slot(.leak)!
        g = layer.slot(.candidate)!
        o1 = layer.slot(.pastOutput)!
        o2 = layer.slot(.newOutput)!
        peepShares = layer.slot(Peephole(.share(0), axis: 0))
        peepO1 = layer.slot(Peephole(.pastOutput))
        peepO2 = layer.slot(Peephole(.newOutput))
        shares = ShareEquations(layer)
        clip = Clip(layer.options.cellClip)
    }

    func update(_ unit: inout CellUnit<T>) {
        if let peepShares {
            for share in 0..<(N - 1) {
                for axis in 0..<N {
                    unit.gates[shares.first + share] +=
                        unit.peepholes[peepShares + share * N + axis] * unit.previous[axis]
                }
            }
        }
        let s = shares.update(&unit)
        unit.gates[k] = sigmoid(unit.gates[k])
        unit.gates[g] = T.tanh(unit.gates[g])
        unit.cell = clip.apply(unit.gates[k] * unit.gates[g] + (1 - unit.gates[k]) * s)
        if let peepO1, let peepO2 {
            unit.gates[o1] += unit.peepholes[peepO1] * unit.cell
            unit.gates[o2] += unit.peepholes[peepO2] * unit.cell
        }
        unit.gates[o1] = sigmoid(unit.gates[o1])
        unit.gates[o2] = sigmoid(unit.gates[o2])
    }

    func output(_ unit: CellUnit<T>, cell: T) -> T {
        T.tanh(unit.gates[o1] * shares.mean(unit) + unit.gates[o2] * cell)
    }

    /// With `dq = dh * (1 - h^2)`: `do1 = dq * s`, `do2 = dq * c`, `ds = dq * o1`, `dc = dq * o2`.
    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>) {
        let h = output(unit, cell: cell)
        let dq = dh * (1 - h * h)
        d.gates[o1] += dq * shares.mean(unit)
        d.gates[o2] += dq * cell
        d.mean += dq * unit.gates[o1]
        d.cell += dq * unit.gates[o2]
    }

    /// After the output gates, whose peepholes lead to dc:
    ///
    ///     da_k = dc * (g - s) * k',   da_g = dc * k * g',   ds += dc * (1 - k)
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        for (o, peephole) in [(o1, peepO1), (o2, peepO2)] {
            d.gates[o] *= unit.gates[o] * (1 - unit.gates[o])
            if let peephole {
                d.peepholes[peephole] = d.gates[o] * unit.cell
                d.cell += unit.peepholes[peephole] * d.gates[o]
            }
        }
        let (k, g) = (unit.gates[self.k], unit.gates[self.g])
        let dc = clip.gradient(d.cell, cell: unit.cell)
        d.gates[self.k] = dc * (g - shares.mean(unit)) * k * (1 - k)
        d.gates[self.g] = dc * k * (1 - g * g)
        shares.gradient(d.mean + dc * (1 - k), unit, to: &d)
        guard let peepShares else { return }
        for share in 0..<(N - 1) {
            for axis in 0..<N {
                let slot = peepShares + share * N + axis
                d.peepholes[slot] = d.gates[shares.first + share] * unit.previous[axis]
                d.previous[axis] += unit.peepholes[slot] * d.gates[shares.first + share]
            }
        }
    }
}
