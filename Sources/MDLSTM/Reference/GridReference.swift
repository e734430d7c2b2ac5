private import RealModule

/// A Grid LSTM over one schedule by plain loops [Kalchbrenner, Danihelka and Graves 2016, arXiv 1507.01526].
///
///     H          = [h_1; ..; h_N],  h_k from p-k
///     (h'_k, m'_k) = LSTM_k(H, m_k)        an LSTM axis: a = U_k H + b_k, then the equations of `lstm`
///     h'_k       = phi(V_k H + b_k)        a non-LSTM axis
///
/// with `h'_k = tanh(o * m'_k)` or, as an option, `o * tanh(m'_k)`.
///
/// A priority axis finds in H the new h'_j of every axis j without priority. The last axis is the depth: the input
/// enters at its boundary, `(h_N, m_N) = W_in x + b_in`, and the output is the h_N that leaves it.
struct GridReference<T: Scalar>: LayerReference {
    /// The layer, and the one that is computed: where the depths share the weights of their own axis alone, that with a copy
    /// for each of them.
    let layer: LayerConfiguration, configuration: LayerConfiguration
    let schedule: Schedule

    /// Sizes by letter: N axes, I input size, H hidden size, D directions, L depths.
    let N: Int, I: Int, H: Int, D: Int, L: Int

    /// `weight_in [D, 2H, I]` (or H), `bias_in`.
    let input: [T], inputBias: [T]

    /// Of the layer that is computed `weight_hh [S, M, 4H, N*H]`, `bias [S, M, 4H]`, `weight_ch [S, M, 3, H]` or empty;
    /// `weight_vh [S, N-M, H, N*H]`, `bias_v [S, N-M, H]`.
    let U: [T], b: [T], P: [T], V: [T], v: [T]

    /// States by axis and row, `[R + 1 + Q, H]`.
    var h: [[T]], c: [[T]]

    /// Activations by axis and row, `[R, 4, H]`.
    var gates: [[T]]

    init(
        configuration layer: LayerConfiguration, schedule: Schedule, parameters given: ParameterTensors<T>,
        initialState: BoundaryState<T>?
    ) {
        self.layer = layer
        configuration = layer.sharesDepthAxis ? layer.untied : layer
        let parameters = layer.sharesDepthAxis ? layer.untied(given) : given
        self.schedule = schedule
        (N, I, H) = (configuration.axes, configuration.inputSize, configuration.hiddenSize)
        (D, L) = (configuration.directions.count, configuration.options.grid.depth)
        func values(_ name: String) -> [T] { parameters[name]?.values ?? [] }
        (input, inputBias) = (values("weight_in"), values("bias_in"))
        (U, b, P) = (values("weight_hh"), values("bias"), values("weight_ch"))
        (V, v) = (values("weight_vh"), values("bias_v"))
        h = Array(repeating: schedule.states(nil, width: H), count: N)
        c = h
        gates = Array(repeating: Array(repeating: 0, count: schedule.rowCount * 4 * H), count: N)
        for k in 0..<(N - 1) {
            guard let initialState else { break }
            let first = schedule.firstBoundaryRow(axis: k) * H
            for (index, value) in initialState.h[k].values.enumerated() { h[k][first + index] = value }
            for (index, value) in initialState.c[k].values.enumerated() { c[k][first + index] = value }
        }
    }

    var output: [T] {
        // Rows by [sites, L, D]; the output has those of the last depth.
        let all = schedule.gatherOutput(h[N - 1], width: H)
        let width = D * H
        return (0..<(schedule.grid.siteCount / L)).flatMap { site -> ArraySlice<T> in
            let last = (site * L + L - 1) * width
            return all[last..<(last + width)]
        }
    }

    var finalState: BoundaryState<T> {
        BoundaryState(
            h: (0..<N).map { schedule.leaving(h[$0], axis: $0, width: H) },
            c: (0..<N).map { schedule.leaving(c[$0], axis: $0, width: H) })
    }

    var cellRange: CellRange<T>? { CellRange(c.lazy.flatMap { $0[..<(schedule.rowCount * H)] }) }

    /// The axes updated first, then those that see the new hidden states of the first.
    var phases: [[Int]] {
        let priority = configuration.options.grid.priorityAxes
        return [(0..<N).filter { !priority.contains($0) }, priority.sorted()]
    }

    /// The row whose h_m an axis of phase `phase` finds in H.
    func source(_ m: Int, row: Int, phase: Int) -> Int {
        let isNew = phase == 1 && !configuration.options.grid.priorityAxes.contains(m)
        return isNew ? row : predecessor(row, m)
    }

    func predecessor(_ row: Int, _ k: Int) -> Int { Int(schedule.predecessors[row * N + k]) }

    /// The boundary row of the depth for site `site` of the input in direction `d`.
    func entry(_ site: Int, _ d: Int) -> Int {
        schedule.firstBoundaryRow(axis: N - 1) + d * (schedule.grid.siteCount / L) + site
    }

    /// H and the peephole weights of unit `j` of axis `k`, which is LSTM number `lstm`.
    func load(_ unit: inout CellUnit<T>, row: Int, set s: Int, axis k: Int, lstm: Int, unit j: Int) {
        unit.previous[0] = c[k][predecessor(row, k) * H + j]
        let lstms = configuration.lstmAxes.count
        for p in 0..<unit.peepholes.count { unit.peepholes[p] = P[((s * lstms + lstm) * 3 + p) * H + j] }
    }

    /// An empty unit of one axis.
    var emptyUnit: CellUnit<T> {
        CellUnit(gates: [0, 0, 0, 0], previous: [0], peepholes: Array(repeating: 0, count: P.isEmpty ? 0 : 3))
    }

    @_specialize(where T == Float)
    @_specialize(where T == Double)
    mutating func forward(input x: [T]) {
        enter(x)
        let equations = GravesEquations<T>(configuration)
        let lstms = configuration.lstmAxes
        let plain = configuration.plainAxes
        var unit = emptyUnit
        for wavefront in 0..<schedule.wavefrontCount {
            for row in schedule.rows(ofWavefront: wavefront) {
                let s = schedule.set(ofRow: row, wavefront: wavefront)
                for (phase, axes) in phases.enumerated() {
                    for k in axes {
                        if let lstm = lstms.firstIndex(of: k) {
                            for j in 0..<H {
                                load(&unit, row: row, set: s, axis: k, lstm: lstm, unit: j)
                                for y in 0..<4 {
                                    let place = ((s * lstms.count + lstm) * 4 + y) * H + j
                                    unit.gates[y] = b[place] + product(U, place, row: row, phase: phase)
                                }
                                equations.update(&unit)
                                for y in 0..<4 { gates[k][(row * 4 + y) * H + j] = unit.gates[y] }
                                c[k][row * H + j] = unit.cell
                                h[k][row * H + j] = equations.output(unit, cell: unit.cell)
                            }
                        } else {
                            let place = (s * plain.count + plain.firstIndex(of: k)!) * H
                            for j in 0..<H {
                                h[k][row * H + j] = configuration.function(ofAxis: k).activation.value(
                                    of: v[place + j] + product(V, place + j, row: row, phase: phase))
                            }
                        }
                    }
                }
            }
        }
    }

    /// `(h_N, m_N) = W_in x + b_in` at the boundary of the depth.
    private mutating func enter(_ x: [T]) {
        let rows = inputBias.count / D
        for d in 0..<D {
            for site in 0..<(schedule.grid.siteCount / L) {
                for unit in 0..<rows {
                    var sum = inputBias[d * rows + unit]
                    for m in 0..<I { sum += input[(d * rows + unit) * I + m] * x[site * I + m] }
                    if unit < H { h[N - 1][entry(site, d) * H + unit] = sum }
                    if unit >= H { c[N - 1][entry(site, d) * H + unit - H] = sum }
                }
            }
        }
    }

    /// Row `place` of the matrix, `[.., N*H]`, times H.
    private func product(_ matrix: [T], _ place: Int, row: Int, phase: Int) -> T {
        var sum: T = 0
        for m in 0..<N {
            let from = source(m, row: row, phase: phase) * H
            let w = (place * N + m) * H
            for e in 0..<H { sum += matrix[w + e] * h[m][from + e] }
        }
        return sum
    }
}
