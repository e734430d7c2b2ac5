extension RecurrentReference {
    /// The forward pass: h, c and the gates of every row, in the order of the schedule.
    ///
    /// - Parameter input: `[B, E1, .., EN, I]`.
    mutating func forward(input: [T]) { forward(input: input, wavefronts: 0..<schedule.wavefrontCount) }

    /// Some wavefronts of it, after those before them.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    mutating func forward(input: [T], wavefronts: Range<Int>) {
        let equations = configuration.equations(as: T.self)
        var unit = emptyUnit
        for wavefront in wavefronts {
            for row in schedule.rows(ofWavefront: wavefront) {
                let s = schedule.set(ofRow: row, wavefront: wavefront)
                var a = preactivations(row: row, set: s, input: input)
                if configuration.options.layerNorm != .none { a = normalizedGates(a, row: row, set: s) }
                for j in 0..<H {
                    load(&unit, row: row, set: s, unit: j)
                    for y in 0..<G { unit.gates[y] = a[y * H + j] }
                    equations.update(&unit)
                    for y in 0..<G { gates[(row * G + y) * H + j] = unit.gates[y] }
                    newCell[row * H + j] = unit.cell
                }
                let shown = shownCell(row, s)
                let carriesShown = configuration.options.layerNorm == .gatesAndCell
                for j in 0..<H {
                    load(&unit, row: row, set: s, unit: j)
                    for y in 0..<G { unit.gates[y] = gates[(row * G + y) * H + j] }
                    let cell = shown[shown.startIndex + j]
                    let hidden = equations.output(unit, cell: cell)
                    let kept = kept(row: row, set: s, unit: j)
                    let carried = carriesShown ? cell : newCell[row * H + j]
                    c[row * H + j] = mixed(unit.previous[0], carried, kept.c)
                    h[row * H + j] = mixed(h[predecessor(row, 0) * H + j], hidden, kept.h)
                }
            }
        }
    }

    /// Zoneout: `kept * old + (1 - kept) * new`.
    private func mixed(_ old: T, _ new: T, _ kept: T) -> T { kept == 0 ? new : kept * old + (1 - kept) * new }

    /// `a_y = W_y x_p + sum_k U_y,k h_(p-k) + b_y`, `[G, H]`, and what the extended spatial cell and FGR add; with layer
    /// norm in its form `inputRecurrentCell` the part of the input, then the recurrent part, without b.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private func preactivations(row: Int, set s: Int, input: [T]) -> [T] {
        let split = configuration.options.layerNorm == .inputRecurrentCell
        var a = Array(repeating: T(0), count: (split ? 2 : 1) * G * H)
        let x = Int(schedule.sites[row]) * I
        for unit in 0..<(G * H) {
            var fromInput: T = b.isEmpty || split ? 0 : b[s * G * H + unit]
            let w = (s * G * H + unit) * I
            for m in 0..<I { fromInput += W[w + m] * input[x + m] }
            var recurrent: T = 0
            for k in 0..<N {
                let previous = predecessor(row, k) * H
                let u = ((s * N + k) * G * H + unit) * H
                for m in 0..<H { recurrent += U[u + m] * h[previous + m] }
                guard !C.isEmpty else { continue }
                for m in 0..<H { recurrent += C[u + m] * c[previous + m] }
            }
            if split {
                a[unit] = fromInput
                a[G * H + unit] = recurrent
            } else {
                a[unit] = fromInput + recurrent
            }
        }
        if !F.isEmpty { addGates(of: predecessor(row, 0), set: s, to: &a) }
        return a
    }

    /// FGR: `a_y += sum_z F_z,y z_(p-1)` for y and z among i, f and o.
    private func addGates(of previous: Int, set s: Int, to a: inout [T]) {
        let slots = fedBackSlots
        for (source, from) in slots.enumerated() {
            for (target, to) in slots.enumerated() {
                for j in 0..<H {
                    let row = ((s * 3 + source) * 3 + target) * H + j
                    for m in 0..<H { a[to * H + j] += F[row * H + m] * gates[(previous * G + from) * H + m] }
                }
            }
        }
    }

    /// Slots of the gates i, f and o, which FGR feeds back.
    var fedBackSlots: [Int] { [Gate.input, .forget(0), .output].map { configuration.slot($0)! } }

    /// The gates' part of a layer norm; keeps what goes in.
    ///
    ///     gates, gatesAndCell:  a_y = gain_y * LN(a_y) + shift_y               each over its H units
    ///     inputRecurrentCell:   a = gain_x * LN(W x) + gain_h * LN(U h) + b    each over all G*H
    private mutating func normalizedGates(_ a: [T], row: Int, set s: Int) -> [T] {
        for (index, value) in a.enumerated() { raw[row * a.count + index] = value }
        let epsilon = T(configuration.options.normEpsilon)
        let rows = configuration.normRows!
        var result = Array(repeating: T(0), count: G * H)
        if configuration.options.layerNorm == .inputRecurrentCell {
            for part in 0..<2 {
                let normalized = LayerNormReference.normalize(
                    a[(part * G * H)..<((part + 1) * G * H)], epsilon: epsilon)
                for unit in 0..<(G * H) {
                    result[unit] += gain[(s * rows.weight + part * G) * H + unit] * normalized.normalized[unit]
                }
            }
            for unit in 0..<(G * H) { result[unit] += b[s * G * H + unit] }
            return result
        }
        for y in 0..<G {
            let normalized = LayerNormReference.normalize(a[(y * H)..<((y + 1) * H)], epsilon: epsilon).normalized
            for j in 0..<H {
                result[y * H + j] =
                    gain[(s * rows.weight + y) * H + j] * normalized[j] + shift[(s * rows.bias + y) * H + j]
            }
        }
        return result
    }

    /// The cell state's part: `gain_c * LN(c) + shift_c`.
    private func normalizedCell(_ row: Int, _ s: Int) -> ArraySlice<T> {
        let rows = configuration.normRows!
        let normalized = LayerNormReference.normalize(
            newCell[(row * H)..<(row * H + H)], epsilon: T(configuration.options.normEpsilon)
        ).normalized
        return (0..<H).map { j in
            gain[((s + 1) * rows.weight - 1) * H + j] * normalized[j] + shift[((s + 1) * rows.bias - 1) * H + j]
        }[...]
    }

    /// The cell state that the output saw: `gain_c * LN(c) + shift_c` or c itself.
    func shownCell(_ row: Int, _ s: Int) -> ArraySlice<T> {
        configuration.options.layerNorm == .none ? newCell[(row * H)..<(row * H + H)] : normalizedCell(row, s)
    }
}
