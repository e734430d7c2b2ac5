/// A recurrent layer over one schedule by plain loops: sizes, weights and states, as the equations use them.
///
/// Every cell but `grid`. What the cells share is here: products, layer norm, zoneout, the order of the rows; their
/// equations are in `Cells/`.
struct RecurrentReference<T: Scalar>: LayerReference {
    let configuration: LayerConfiguration
    let schedule: Schedule
    let noise: NoiseKey?

    /// Sizes by letter: N axes, I input size, H hidden size, G gates.
    let N: Int, I: Int, H: Int, G: Int

    /// `weight_ih [S, G*H, I]`, `weight_hh [S, N, G*H, H]`, `bias [S, G*H]` or empty.
    let W: [T], U: [T], b: [T]

    /// `weight_ch`: peepholes `[S, P, H]` or the matrices of the extended form `[S, N, G*H, H]`; `weight_gh`.
    let P: [T], C: [T], F: [T]

    /// `norm_weight` and `norm_bias`, by rows of H.
    let gain: [T], shift: [T]

    /// States by row, `[R + 1 + Q, H]`: the zero row and the boundary rows after the rows.
    var h: [T], c: [T]

    /// Activations by row, `[R + 1 + Q, G, H]`; rows that are not computed are zero.
    var gates: [T]

    /// With layer norm: the pre-activations before it, `[R, G, H]`, or `[R, 2, G, H]` for input and recurrent part.
    var raw: [T]

    /// The new cell state before layer norm and zoneout, `[R, H]`.
    var newCell: [T]

    init(
        configuration: LayerConfiguration, schedule: Schedule, parameters: ParameterTensors<T>,
        initialState: BoundaryState<T>?, noise: NoiseKey?
    ) {
        self.configuration = configuration
        self.schedule = schedule
        self.noise = noise
        N = configuration.axes
        I = configuration.inputSize
        H = configuration.hiddenSize
        G = configuration.gates.count
        func values(_ name: String) -> [T] { parameters[name]?.values ?? [] }
        (W, U, b) = (values("weight_ih"), values("weight_hh"), values("bias"))
        (P, C) = configuration.options.extended ? ([], values("weight_ch")) : (values("weight_ch"), [])
        F = values("weight_gh")
        (gain, shift) = (values("norm_weight"), values("norm_bias"))
        h = schedule.states(initialState?.h, width: H)
        c = schedule.states(initialState?.c, width: H)
        gates = Array(repeating: 0, count: schedule.stateRowCount * G * H)
        let parts = [LayerNorm.none: 0, .inputRecurrentCell: 2][configuration.options.layerNorm] ?? 1
        raw = Array(repeating: 0, count: schedule.rowCount * parts * G * H)
        newCell = Array(repeating: 0, count: schedule.rowCount * H)
    }

    var output: [T] { schedule.gatherOutput(h, width: H) }

    var finalState: BoundaryState<T> {
        BoundaryState(
            h: (0..<N).map { schedule.leaving(h, axis: $0, width: H) },
            c: (0..<N).map { schedule.leaving(c, axis: $0, width: H) })
    }

    var cellRange: CellRange<T>? { CellRange(c[..<(schedule.rowCount * H)]) }

    /// Row of the predecessor of `row` along axis `k`.
    func predecessor(_ row: Int, _ k: Int) -> Int { Int(schedule.predecessors[row * N + k]) }

    /// An empty unit of the layer's cell, to be used again and again.
    var emptyUnit: CellUnit<T> {
        CellUnit(
            gates: Array(repeating: 0, count: G), previous: Array(repeating: 0, count: N),
            peepholes: Array(repeating: 0, count: configuration.peepholeVectors.count))
    }

    /// Puts hidden unit `j` of `row` into `unit`: predecessors and peepholes.
    func load(_ unit: inout CellUnit<T>, row: Int, set s: Int, unit j: Int) {
        for k in 0..<N { unit.previous[k] = c[predecessor(row, k) * H + j] }
        let count = unit.peepholes.count
        for v in 0..<count { unit.peepholes[v] = P[(s * count + v) * H + j] }
    }

    /// The share of its old value that unit `j` of `row` keeps, of h and of c.
    func kept(row: Int, set s: Int, unit j: Int) -> (h: T, c: T) {
        let zoneout = configuration.options.zoneout
        guard let noise else { return (T(zoneout.hidden), T(zoneout.cell)) }
        let site = noise.firstSample * schedule.grid.sitesPerSample + Int(schedule.sites[row])
        let element = (site * schedule.directions.count + s) * H + j
        let block = noise.block(element)
        return (noise.happens(zoneout.hidden, block.x) ? 1 : 0, noise.happens(zoneout.cell, block.y) ? 1 : 0)
    }
}
