private import RealModule

/// The `graves` cell of one layer over one schedule: sizes, weights and states, as the equations use them.
struct GravesReference<T: Scalar> {
    let configuration: LayerConfiguration
    let schedule: Schedule

    /// Sizes by letter: N axes, I input size, H hidden size, G gates.
    let N: Int, I: Int, H: Int, G: Int

    /// `weight_ih [S, G*H, I]`, `weight_hh [S, N, G*H, H]`, `bias [S, G*H]`, `weight_ch [S, N+2, H]` or empty.
    let W: [T], U: [T], b: [T], P: [T]

    /// States by row, `[R + 1 + Q, H]`: the zero row and the boundary rows after the rows.
    var h: [T], c: [T]

    /// Gate activations by row, `[R, G, H]`.
    var gates: [T]

    init(
        configuration: LayerConfiguration, schedule: Schedule, parameters: ParameterTensors<T>,
        initialState: BoundaryState<T>?
    ) {
        self.configuration = configuration
        self.schedule = schedule
        N = configuration.axes
        I = configuration.inputSize
        H = configuration.hiddenSize
        G = configuration.gateCount
        W = parameters["weight_ih"]!.values
        U = parameters["weight_hh"]!.values
        b = parameters["bias"]!.values
        P = parameters["weight_ch"]?.values ?? []
        h = Array(repeating: 0, count: schedule.stateRowCount * H)
        c = h
        gates = Array(repeating: 0, count: schedule.rowCount * G * H)
        guard let initialState else { return }
        for k in 0..<N {
            let first = schedule.firstBoundaryRow(axis: k) * H
            for (index, value) in initialState.h[k].values.enumerated() { h[first + index] = value }
            for (index, value) in initialState.c[k].values.enumerated() { c[first + index] = value }
        }
    }

    /// Peephole weight of hidden unit `j` in set `s`; zero in a cell without peepholes.
    func peephole(_ peephole: GravesPeephole, _ s: Int, _ j: Int) -> T {
        P.isEmpty ? 0 : P[(s * GravesPeephole.count(axes: N) + peephole.slot(axes: N)) * H + j]
    }

    /// Row of the predecessor of `row` along axis `k`.
    func predecessor(_ row: Int, _ k: Int) -> Int { Int(schedule.predecessors[row * N + k]) }

    /// The forward pass: h, c and the gates of every row, in the order of the schedule.
    ///
    ///     i   = sigma(a_i  + sum_k P_i * c_(p-k))
    ///     f_k = sigma(a_fk + P_fk * c_(p-k))
    ///     g   = tanh(a_g)
    ///     c   = i * g + sum_k f_k * c_(p-k)
    ///     o   = sigma(a_o + P_o * c)
    ///     h   = o * tanh(c)
    ///
    /// Graves, Fernandez and Schmidhuber 2007 (arXiv 0705.2011).
    ///
    /// - Parameter input: `[B, E1, .., EN, I]`.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    mutating func forward(input: [T]) {
        let gate = GravesSlots(axes: N)
        for d in 0..<schedule.wavefrontCount {
            let rowsPerSet = schedule.rowsPerSet(wavefront: d)
            for row in schedule.wavefronts[d]..<schedule.wavefronts[d + 1] {
                let s = (row - schedule.wavefronts[d]) / rowsPerSet
                for j in 0..<H {
                    var cellSum: T = 0
                    for k in 0..<N { cellSum += c[predecessor(row, k) * H + j] }

                    let i = sigmoid(
                        preactivation(gate.i, s, j, row, input) + peephole(.input, s, j) * cellSum)
                    let g = T.tanh(preactivation(gate.g, s, j, row, input))
                    var cell = i * g
                    for k in 0..<N {
                        let previous = c[predecessor(row, k) * H + j]
                        let f = sigmoid(
                            preactivation(gate.f + k, s, j, row, input) + peephole(.forget(k), s, j) * previous)
                        cell += f * previous
                        gates[(row * G + gate.f + k) * H + j] = f
                    }
                    let o = sigmoid(preactivation(gate.o, s, j, row, input) + peephole(.output, s, j) * cell)

                    gates[(row * G + gate.i) * H + j] = i
                    gates[(row * G + gate.g) * H + j] = g
                    gates[(row * G + gate.o) * H + j] = o
                    c[row * H + j] = cell
                    h[row * H + j] = o * T.tanh(cell)
                }
            }
        }
    }

    /// `a_y = W_y x_p + sum_k U_y,k h_(p-k) + b_y` of gate slot `y`, hidden unit `j`.
    @inline(__always)
    private func preactivation(_ y: Int, _ s: Int, _ j: Int, _ row: Int, _ input: [T]) -> T {
        let unit = y * H + j
        var a = b[s * G * H + unit]
        let x = Int(schedule.sites[row]) * I
        let w = (s * G * H + unit) * I
        for m in 0..<I { a += W[w + m] * input[x + m] }
        for k in 0..<N {
            let previous = predecessor(row, k) * H
            let u = ((s * N + k) * G * H + unit) * H
            for m in 0..<H { a += U[u + m] * h[previous + m] }
        }
        return a
    }
}

/// Gate slots as plain numbers for inner loops; the forget gate of axis k is `f + k`.
struct GravesSlots {
    let i: Int, f: Int, g: Int, o: Int

    init(axes: Int) {
        i = GravesGate.input.slot(axes: axes)
        f = GravesGate.forget(0).slot(axes: axes)
        g = GravesGate.candidate.slot(axes: axes)
        o = GravesGate.output.slot(axes: axes)
    }
}

/// The logistic function, 1 / (1 + e^-x).
@inline(__always)
func sigmoid<T: Scalar>(_ x: T) -> T { 1 / (1 + T.exp(-x)) }
