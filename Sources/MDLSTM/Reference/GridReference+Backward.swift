/// Gradients by everything that went into a Grid LSTM, as flat arrays.
private struct GridReferenceGradients<T: Scalar> {
    /// By the tensors of the same letters in ``GridReference``.
    var input: [T], inputBias: [T], U: [T], b: [T], P: [T], V: [T], v: [T]

    /// By the input, `[B, E1, .., E(N-1), I]`.
    var x: [T]

    /// By the states, shaped as they are.
    var h: [[T]], c: [[T]]
}

extension GridReference {
    /// The backward pass: rows in reverse, in each the priority axes before the others.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func backward(
        input x: [T], outputGradient: [T], finalState: BoundaryState<T>?
    ) -> LayerReferenceGradients<T> {
        func zeros(_ array: [T]) -> [T] { Array(repeating: 0, count: array.count) }
        var d = GridReferenceGradients<T>(
            input: zeros(input), inputBias: zeros(inputBias), U: zeros(U), b: zeros(b), P: zeros(P), V: zeros(V),
            v: zeros(v), x: zeros(x), h: h.map(zeros), c: c.map(zeros))
        if let finalState {
            for k in 0..<N {
                schedule.addLeaving(finalState.h[k], axis: k, width: H, to: &d.h[k])
                schedule.addLeaving(finalState.c[k], axis: k, width: H, to: &d.c[k])
            }
        }
        for wavefront in (0..<schedule.wavefrontCount).reversed() {
            for row in schedule.rows(ofWavefront: wavefront).reversed() {
                let s = schedule.set(ofRow: row, wavefront: wavefront)
                let site = Int(schedule.sites[row])
                if site % L == L - 1 {
                    let direction = schedule.direction(ofRow: row, wavefront: wavefront)
                    for j in 0..<H { d.h[N - 1][row * H + j] += outputGradient[(site / L * D + direction) * H + j] }
                }
                for phase in [1, 0] {
                    for k in phases[phase] { addGradients(row: row, set: s, axis: k, phase: phase, to: &d) }
                }
            }
        }
        leaveInput(x, to: &d)
        let flat = d.input + d.inputBias + d.U + d.b + d.P + d.V + d.v
        let parameters = ParameterTensors(shapes: configuration.parameterShapes, flat: flat)
        return LayerReferenceGradients(
            parameters: layer.sharesDepthAxis ? layer.tied(parameters) : parameters, x: d.x,
            initialState: BoundaryState(
                h: (0..<(N - 1)).map { schedule.entering(d.h[$0], axis: $0, width: H) },
                c: (0..<(N - 1)).map { schedule.entering(d.c[$0], axis: $0, width: H) }))
    }

    /// What one axis of one row leaves at its weights and at the states it saw.
    private func addGradients(
        row: Int, set s: Int, axis k: Int, phase: Int, to d: inout GridReferenceGradients<T>
    ) {
        guard let lstm = configuration.lstmAxes.firstIndex(of: k) else {
            let plain = configuration.plainAxes
            let place = (s * plain.count + plain.firstIndex(of: k)!) * H
            let activation = configuration.function(ofAxis: k).activation
            for j in 0..<H {
                let da = d.h[k][row * H + j] * activation.derivative(at: h[k][row * H + j])
                d.v[place + j] += da
                addProduct(of: da, with: V, place + j, row: row, phase: phase, to: &d.V, and: &d.h)
            }
            return
        }
        let equations = GravesEquations<T>(configuration)
        let lstms = configuration.lstmAxes.count
        var unit = emptyUnit
        for j in 0..<H {
            load(&unit, row: row, set: s, axis: k, lstm: lstm, unit: j)
            for y in 0..<4 { unit.gates[y] = gates[k][(row * 4 + y) * H + j] }
            unit.cell = c[k][row * H + j]
            var g = CellUnitGradient<T>(
                gates: [0, 0, 0, 0], previous: [0], peepholes: unit.peepholes.map { _ in 0 },
                cell: d.c[k][row * H + j])
            equations.outputGradient(unit, cell: unit.cell, dh: d.h[k][row * H + j], to: &g)
            equations.updateGradient(unit, to: &g)
            d.c[k][predecessor(row, k) * H + j] += g.previous[0]
            for p in g.peepholes.indices { d.P[((s * lstms + lstm) * 3 + p) * H + j] += g.peepholes[p] }
            for y in 0..<4 {
                let place = ((s * lstms + lstm) * 4 + y) * H + j
                d.b[place] += g.gates[y]
                addProduct(of: g.gates[y], with: U, place, row: row, phase: phase, to: &d.U, and: &d.h)
            }
        }
    }

    /// The parts of a row `place` of a matrix and of H that follow from the gradient `da` of their product.
    private func addProduct(
        of da: T, with matrix: [T], _ place: Int, row: Int, phase: Int,
        to dMatrix: inout [T], and dh: inout [[T]]
    ) {
        for m in 0..<N {
            let from = source(m, row: row, phase: phase) * H
            let w = (place * N + m) * H
            for e in 0..<H {
                dMatrix[w + e] += da * h[m][from + e]
                dh[m][from + e] += da * matrix[w + e]
            }
        }
    }

    /// The input's projection, from the states at the boundary of the depth.
    private func leaveInput(_ x: [T], to d: inout GridReferenceGradients<T>) {
        let rows = inputBias.count / D
        for direction in 0..<D {
            for site in 0..<(schedule.grid.siteCount / L) {
                for unit in 0..<rows {
                    let row = entry(site, direction) * H
                    let da = unit < H ? d.h[N - 1][row + unit] : d.c[N - 1][row + unit - H]
                    let w = (direction * rows + unit) * I
                    d.inputBias[direction * rows + unit] += da
                    for m in 0..<I {
                        d.input[w + m] += da * x[site * I + m]
                        d.x[site * I + m] += da * input[w + m]
                    }
                }
            }
        }
    }
}
