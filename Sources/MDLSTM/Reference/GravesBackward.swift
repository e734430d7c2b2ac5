private import RealModule

/// Gradients by everything that went into the cell, as flat arrays.
struct GravesReferenceGradients<T: Scalar> {
    /// By `weight_ih`, `weight_hh`, `bias` and `weight_ch`, shaped as they are.
    var W: [T], U: [T], b: [T], P: [T]

    /// By the input, `[B, E1, .., EN, I]`.
    var x: [T]

    /// By the states, `[R + 1 + Q, H]`; those of the boundary rows are the gradients by the initial state.
    var h: [T], c: [T]
}

extension GravesReference {
    /// The backward pass, the rows in reverse; each row hands its part to its predecessors.
    ///
    /// With dh and dc what the successors and the output have left at a row, and y' the derivative of gate y by its
    /// pre-activation (sigma' = y (1 - y), tanh' = 1 - y^2):
    ///
    ///     da_o  = dh * tanh(c) * o'
    ///     dc   += dh * o * (1 - tanh(c)^2) + P_o * da_o
    ///     da_g  = dc * i * g'
    ///     da_i  = dc * g * i'
    ///     da_fk = dc * c_(p-k) * f_k'
    ///     dc_(p-k) += dc * f_k + P_i * da_i + P_fk * da_fk
    ///     dh_(p-k) += sum_y U_y,k^T da_y
    ///     dx       += sum_y W_y^T da_y
    ///
    /// - Parameter outputGradient: dL/dy, `[B, E1, .., EN, S*H]`.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func backward(input: [T], outputGradient: [T]) -> GravesReferenceGradients<T> {
        let gate = GravesSlots(axes: N)
        let S = configuration.setCount
        var d = GravesReferenceGradients<T>(
            W: Array(repeating: 0, count: W.count), U: Array(repeating: 0, count: U.count),
            b: Array(repeating: 0, count: b.count), P: Array(repeating: 0, count: P.count),
            x: Array(repeating: 0, count: input.count),
            h: Array(repeating: 0, count: h.count), c: Array(repeating: 0, count: c.count))
        var da = Array(repeating: T(0), count: G * H)

        for wavefront in (0..<schedule.wavefrontCount).reversed() {
            let rowsPerSet = schedule.rowsPerSet(wavefront: wavefront)
            let rows = schedule.wavefronts[wavefront]..<schedule.wavefronts[wavefront + 1]
            for row in rows.reversed() {
                let s = (row - rows.lowerBound) / rowsPerSet
                let site = Int(schedule.sites[row])
                for j in 0..<H {
                    let i = gates[(row * G + gate.i) * H + j]
                    let g = gates[(row * G + gate.g) * H + j]
                    let o = gates[(row * G + gate.o) * H + j]
                    let squashed = T.tanh(c[row * H + j])
                    let dh = d.h[row * H + j] + outputGradient[(site * S + s) * H + j]

                    let daOutput = dh * squashed * o * (1 - o)
                    let dc =
                        d.c[row * H + j] + dh * o * (1 - squashed * squashed) + peephole(.output, s, j) * daOutput
                    let daInput = dc * g * i * (1 - i)
                    da[gate.o * H + j] = daOutput
                    da[gate.g * H + j] = dc * i * (1 - g * g)
                    da[gate.i * H + j] = daInput
                    for k in 0..<N {
                        let previous = predecessor(row, k) * H + j
                        let f = gates[(row * G + gate.f + k) * H + j]
                        let daForget = dc * c[previous] * f * (1 - f)
                        da[(gate.f + k) * H + j] = daForget
                        d.c[previous] +=
                            dc * f + peephole(.input, s, j) * daInput + peephole(.forget(k), s, j) * daForget
                    }
                }
                addProducts(of: da, set: s, row: row, input: input, to: &d)
                addPeepholes(of: da, set: s, row: row, to: &d)
            }
        }
        return d
    }

    /// The parts of W, U, b, x and of the predecessors' h that follow from the gate gradients `da` of one row.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private func addProducts(
        of da: [T], set s: Int, row: Int, input: [T], to d: inout GravesReferenceGradients<T>
    ) {
        let x = Int(schedule.sites[row]) * I
        for unit in 0..<(G * H) {
            let a = da[unit]
            d.b[s * G * H + unit] += a
            let w = (s * G * H + unit) * I
            for m in 0..<I {
                d.W[w + m] += a * input[x + m]
                d.x[x + m] += a * W[w + m]
            }
            for k in 0..<N {
                let previous = predecessor(row, k) * H
                let u = ((s * N + k) * G * H + unit) * H
                for m in 0..<H {
                    d.U[u + m] += a * h[previous + m]
                    d.h[previous + m] += a * U[u + m]
                }
            }
        }
    }

    /// The peepholes' gradients: each is its gate's gradient times the cell state it saw.
    private func addPeepholes(of da: [T], set s: Int, row: Int, to d: inout GravesReferenceGradients<T>) {
        guard !P.isEmpty else { return }
        let gate = GravesSlots(axes: N)
        let first = s * GravesPeephole.count(axes: N)
        for j in 0..<H {
            for k in 0..<N {
                let previous = c[predecessor(row, k) * H + j]
                d.P[(first + GravesPeephole.input.slot(axes: N)) * H + j] += da[gate.i * H + j] * previous
                d.P[(first + GravesPeephole.forget(k).slot(axes: N)) * H + j] += da[(gate.f + k) * H + j] * previous
            }
            d.P[(first + GravesPeephole.output.slot(axes: N)) * H + j] += da[gate.o * H + j] * c[row * H + j]
        }
    }
}
