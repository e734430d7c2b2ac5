private import RealModule

/// `spatial` [Theis and Bethge 2015, arXiv 1506.03478]: the gates of `graves` without peepholes, the product squashed.
///
///     i, f_k, o = sigma(a_y),   g = tanh(a_g)
///     c = i * g + sum_k f_k * c_(p-k)
///     h = tanh(o * c)
///
/// In the extended form the pre-activations contain `sum_k C_y,k c_(p-k)` too. `forgetSum` mean divides the sum in c by N.
struct SpatialEquations<T: Scalar>: CellEquations {
    private let N: Int
    private let lstm: LSTMGates<T>
    private let i: Int, f: Int, o: Int
    private let share: T
    private let clip: Clip<T>

    init(_ layer: LayerConfiguration) {
        N = layer.axes
        lstm = LSTMGates(layer)
        i = layer.slot(.input)!
        f = layer.slot(.forget(0))!
        o = layer.slot(.output)!
        share = layer.options.forgetSum == .mean ? 1 / T(N) : 1
        clip = Clip(layer.options.cellClip)
    }

    func update(_ unit: inout CellUnit<T>) {
        unit.gates[i] = lstm.gate(unit.gates[i])
        lstm.activateCandidate(&unit)
        unit.gates[o] = lstm.gate(unit.gates[o])
        var cell = unit.gates[i] * unit.gates[lstm.g]
        for k in 0..<N {
            unit.gates[f + k] = lstm.gate(unit.gates[f + k])
            cell += share * unit.gates[f + k] * unit.previous[k]
        }
        unit.cell = clip.apply(cell)
    }

    func output(_ unit: CellUnit<T>, cell: T) -> T { T.tanh(unit.gates[o] * cell) }

    /// With `dq = dh * (1 - h^2)` the gradient by o * c: `do = dq * c`, `dc = dq * o`.
    func outputGradient(_ unit: CellUnit<T>, cell: T, dh: T, to d: inout CellUnitGradient<T>) {
        let h = T.tanh(unit.gates[o] * cell)
        let dq = dh * (1 - h * h)
        d.gates[o] += dq * cell
        d.cell += dq * unit.gates[o]
    }

    /// As `graves` without peepholes.
    func updateGradient(_ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        let dc = clip.gradient(d.cell, cell: unit.cell)
        lstm.outputGateGradient(unit, to: &d)
        lstm.inputGradient(unit, dc: dc, di: dc * unit.gates[lstm.g], to: &d)
        for k in 0..<N {
            let forget = unit.gates[f + k]
            d.gates[f + k] = share * dc * unit.previous[k] * lstm.gate.derivative(forget)
            d.previous[k] = share * dc * forget
        }
    }
}
