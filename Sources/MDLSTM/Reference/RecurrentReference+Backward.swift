/// Gradients by everything that went into a layer, as flat arrays.
struct RecurrentReferenceGradients<T: Scalar> {
    /// By the tensors of the same letters in ``RecurrentReference``.
    var W: [T], U: [T], b: [T], P: [T], C: [T], F: [T], gain: [T], shift: [T]

    /// By the input, `[B, E1, .., EN, I]`.
    var x: [T]

    /// By states and activations, shaped as they are; those of the boundary rows are the gradients by the initial
    /// state.
    var h: [T], c: [T], gates: [T]
}

extension RecurrentReference {
    /// The backward pass, the rows in reverse; each row hands its part to its predecessors.
    ///
    ///     dh_(p-k) += sum_y U_y,k^T da_y,   dx += sum_y W_y^T da_y
    ///
    /// with da_y and dc_(p-k) from the equations of the cell, and the layer norm's own gradients around them.
    ///
    /// - Parameters:
    ///   - outputGradient: dL/dy, `[B, E1, .., EN, D*H]`.
    ///   - finalState: the gradients by the states that leave the grid; nil for zeros.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func backward(
        input: [T], outputGradient: [T], finalState: BoundaryState<T>?
    ) -> LayerReferenceGradients<T> {
        let equations = configuration.equations(as: T.self)
        func zeros(_ array: [T]) -> [T] { Array(repeating: 0, count: array.count) }
        var d = RecurrentReferenceGradients<T>(
            W: zeros(W), U: zeros(U), b: zeros(b), P: zeros(P), C: zeros(C), F: zeros(F), gain: zeros(gain),
            shift: zeros(shift), x: zeros(input), h: zeros(h), c: zeros(c), gates: F.isEmpty ? [] : zeros(gates))
        if let finalState {
            for k in 0..<N {
                schedule.addLeaving(finalState.h[k], axis: k, width: H, to: &d.h)
                schedule.addLeaving(finalState.c[k], axis: k, width: H, to: &d.c)
            }
        }
        for wavefront in (0..<schedule.wavefrontCount).reversed() {
            for row in schedule.rows(ofWavefront: wavefront).reversed() {
                let s = schedule.set(ofRow: row, wavefront: wavefront)
                let site = Int(schedule.sites[row]) * schedule.directions.count + s
                for j in 0..<H { d.h[row * H + j] += outputGradient[site * H + j] }
                var da = gateGradients(equations, row: row, set: s, to: &d)
                if configuration.options.layerNorm == .none {
                    if !b.isEmpty { for unit in 0..<(G * H) { d.b[s * G * H + unit] += da[unit] } }
                } else {
                    da = normGradient(da, row: row, set: s, to: &d)
                }
                addProducts(of: da, set: s, row: row, input: input, to: &d)
                if !F.isEmpty { addGateProducts(of: da, set: s, previous: predecessor(row, 0), to: &d) }
            }
        }
        return result(d)
    }

    /// da of one row, `[G, H]`: from h and c through the cell to the pre-activations.
    private func gateGradients(
        _ equations: any CellEquations<T>, row: Int, set s: Int, to d: inout RecurrentReferenceGradients<T>
    ) -> [T] {
        let shown = shownCell(row, s)
        let carriesShown = configuration.options.layerNorm == .gatesAndCell
        var units = Array(repeating: emptyUnit, count: H)
        var gradients: [CellUnitGradient<T>] = []
        var dShown = Array(repeating: T(0), count: H)
        for j in 0..<H {
            load(&units[j], row: row, set: s, unit: j)
            for y in 0..<G { units[j].gates[y] = gates[(row * G + y) * H + j] }
            units[j].cell = newCell[row * H + j]
            var unit = CellUnitGradient(
                gates: d.gates.isEmpty
                    ? Array(repeating: T(0), count: G) : (0..<G).map { d.gates[(row * G + $0) * H + j] },
                previous: Array(repeating: 0, count: N), peepholes: Array(repeating: 0, count: units[j].peepholes.count)
            )
            let kept = kept(row: row, set: s, unit: j)
            let dh = d.h[row * H + j], dc = d.c[row * H + j]
            if !configuration.options.zoneout.isNone {
                d.h[predecessor(row, 0) * H + j] += kept.h * dh
                d.c[predecessor(row, 0) * H + j] += kept.c * dc
            }
            equations.outputGradient(units[j], cell: shown[shown.startIndex + j], dh: (1 - kept.h) * dh, to: &unit)
            dShown[j] = unit.cell + (carriesShown ? dc : 0)
            unit.cell = carriesShown ? 0 : (1 - kept.c) * dc
            gradients.append(unit)
        }
        let dNew =
            configuration.options.layerNorm == .none ? dShown : cellNormGradient(dShown, row: row, set: s, to: &d)
        var da = Array(repeating: T(0), count: G * H)
        for j in 0..<H {
            gradients[j].cell += dNew[j]
            equations.updateGradient(units[j], to: &gradients[j])
            for y in 0..<G { da[y * H + j] = gradients[j].gates[y] }
            for k in 0..<N { d.c[predecessor(row, k) * H + j] += gradients[j].previous[k] }
            let count = gradients[j].peepholes.count
            for v in 0..<count { d.P[(s * count + v) * H + j] += gradients[j].peepholes[v] }
        }
        return da
    }

    /// From the gradient by `gain_c * LN(c) + shift_c` to that by c.
    private func cellNormGradient(
        _ dy: [T], row: Int, set s: Int, to d: inout RecurrentReferenceGradients<T>
    ) -> [T] {
        let rows = configuration.normRows!
        let (normalized, factor) = LayerNormReference.normalize(
            newCell[(row * H)..<(row * H + H)], epsilon: T(configuration.options.normEpsilon))
        let g = ((s + 1) * rows.weight - 1) * H, b = ((s + 1) * rows.bias - 1) * H
        var dn = dy
        for j in 0..<H {
            d.gain[g + j] += dy[j] * normalized[j]
            d.shift[b + j] += dy[j]
            dn[j] = dy[j] * gain[g + j]
        }
        return LayerNormReference.gradient(dn[...], normalized: normalized, factor: factor)
    }

    /// From the gradients by the gates' pre-activations after the norm to those before it, `[G, H]` or `[2, G, H]`.
    private func normGradient(
        _ da: [T], row: Int, set s: Int, to d: inout RecurrentReferenceGradients<T>
    ) -> [T] {
        let split = configuration.options.layerNorm == .inputRecurrentCell
        let rows = configuration.normRows!
        let epsilon = T(configuration.options.normEpsilon)
        // Norms as (elements of one norm, number of norms); those of a split layer have all of da, twice.
        let (size, count) = split ? (G * H, 2) : (H, G)
        var result: [T] = []
        for norm in 0..<count {
            let first = row * size * count + norm * size
            let (normalized, factor) = LayerNormReference.normalize(raw[first..<(first + size)], epsilon: epsilon)
            let dy = split ? da[...] : da[(norm * H)..<((norm + 1) * H)]
            var dn = Array(dy)
            for e in 0..<size {
                let g = (s * rows.weight) * H + norm * size + e
                d.gain[g] += dn[e] * normalized[e]
                if !split { d.shift[(s * rows.bias) * H + norm * size + e] += dn[e] }
                dn[e] *= gain[g]
            }
            result += LayerNormReference.gradient(dn[...], normalized: normalized, factor: factor)
        }
        if split { for unit in 0..<(G * H) { d.b[s * G * H + unit] += da[unit] } }
        return result
    }

    /// The parts of W, U, C, x and of the predecessors' states that follow from the gate gradients `da` of one row.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private func addProducts(
        of da: [T], set s: Int, row: Int, input: [T], to d: inout RecurrentReferenceGradients<T>
    ) {
        let x = Int(schedule.sites[row]) * I
        let recurrent = da.count - G * H
        for unit in 0..<(G * H) {
            let w = (s * G * H + unit) * I
            for m in 0..<I {
                d.W[w + m] += da[unit] * input[x + m]
                d.x[x + m] += da[unit] * W[w + m]
            }
            let a = da[recurrent + unit]
            for k in 0..<N {
                let previous = predecessor(row, k) * H
                let u = ((s * N + k) * G * H + unit) * H
                for m in 0..<H {
                    d.U[u + m] += a * h[previous + m]
                    d.h[previous + m] += a * U[u + m]
                }
                guard !C.isEmpty else { continue }
                for m in 0..<H {
                    d.C[u + m] += a * c[previous + m]
                    d.c[previous + m] += a * C[u + m]
                }
            }
        }
    }

    /// FGR: `dF_z,y += da_y z_(p-1)^T`, `dz_(p-1) += F_z,y^T da_y`.
    private func addGateProducts(
        of da: [T], set s: Int, previous: Int, to d: inout RecurrentReferenceGradients<T>
    ) {
        let slots = fedBackSlots
        for (source, from) in slots.enumerated() {
            for (target, to) in slots.enumerated() {
                for j in 0..<H {
                    let row = (((s * 3 + source) * 3 + target) * H + j) * H
                    for m in 0..<H {
                        d.F[row + m] += da[to * H + j] * gates[(previous * G + from) * H + m]
                        d.gates[(previous * G + from) * H + m] += da[to * H + j] * F[row + m]
                    }
                }
            }
        }
    }

    /// The gradients under the names and shapes of the layer's tensors.
    private func result(_ d: RecurrentReferenceGradients<T>) -> LayerReferenceGradients<T> {
        let flat = d.W + d.U + d.b + d.P + d.C + d.F + d.gain + d.shift
        return LayerReferenceGradients(
            parameters: ParameterTensors(shapes: configuration.parameterShapes, flat: flat), x: d.x,
            initialState: BoundaryState(
                h: (0..<N).map { schedule.entering(d.h, axis: $0, width: H) },
                c: (0..<N).map { schedule.entering(d.c, axis: $0, width: H) }))
    }
}
