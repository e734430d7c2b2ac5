private import RealModule

/// The loss of connectionist temporal classification and its gradient, by plain loops in log space.
///
///     y[t, k]     = log softmax(a[t])_k
///     alpha[t, s] = y[t, e_s] + log(exp alpha[t-1, s] + exp alpha[t-1, s-1] + exp alpha[t-1, s-2])
///     beta[t, s]  = log sum over s' in s, s+1, s+2 of exp(beta[t+1, s'] + y[t+1, e_s'])
///     L           = -log(exp alpha[T-1, S-1] + exp alpha[T-1, S-2])
///     dL/da[t, k] = exp y[t, k] - sum over s with e_s = k of exp(alpha[t, s] + beta[t, s]) / sum over all s of the same
///
/// e is the text with blanks, of S places; two places are stepped over where that leaves out a blank between unlike symbols.
enum CTCReference {
    /// The sum of the losses of a batch and its gradient, both multiplied by `scale`.
    ///
    /// - Parameters:
    ///   - y: logits, `[B, T, C]`
    ///   - grid: of the frames
    ///   - width: classes C
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    static func evaluate<T: Scalar>(
        y: [T], targets: CTCTargets, grid: Grid, width: Int, scale: T
    ) -> (loss: T, gradient: [T]) {
        var total: T = 0
        var gradient = Array(repeating: T(0), count: y.count)
        for b in 0..<grid.batch where targets.isFeasible[b] {
            let first = b * grid.extents[0] * width
            let frames = first..<(first + targets.frames[b] * width)
            let (loss, own) = sample(Array(y[frames]), path: targets.paths[b].map { Int($0) }, width: width)
            total += scale * loss
            for (place, value) in zip(frames, own) { gradient[place] = scale * value }
        }
        return (total, gradient)
    }

    /// The loss of one sample and its gradient.
    ///
    /// - Parameters:
    ///   - a: logits, `[T, C]`
    ///   - path: the text with blanks, `[S]`
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private static func sample<T: Scalar>(_ a: [T], path: [Int], width C: Int) -> (loss: T, gradient: [T]) {
        let (frames, S) = (a.count / C, path.count)
        guard frames > 0 else { return (0, []) }
        var y = a
        for t in 0..<frames {
            let normaliser = logSum(a[(t * C)..<((t + 1) * C)])
            for k in 0..<C { y[t * C + k] -= normaliser }
        }
        // Whether the place two before leads to s.
        let steps = path.indices.map { s in s >= 2 && path[s] != CTC.blank && path[s] != path[s - 2] }
        let never = -T.infinity
        var alpha = Array(repeating: never, count: frames * S)
        var beta = alpha
        for s in 0..<min(2, S) {
            alpha[s] = y[path[s]]
            beta[frames * S - 1 - s] = 0
        }
        for t in 1..<frames {
            for s in 0..<S {
                func way(_ s: Int) -> T { alpha[(t - 1) * S + s] }
                alpha[t * S + s] =
                    y[t * C + path[s]] + logSum(way(s), s >= 1 ? way(s - 1) : never, steps[s] ? way(s - 2) : never)
            }
        }
        for t in (0..<(frames - 1)).reversed() {
            for s in 0..<S {
                func way(_ s: Int) -> T { beta[(t + 1) * S + s] + y[(t + 1) * C + path[s]] }
                let skips = s + 2 < S && steps[s + 2]
                beta[t * S + s] = logSum(way(s), s + 1 < S ? way(s + 1) : never, skips ? way(s + 2) : never)
            }
        }
        var gradient = y.map { T.exp($0) }
        var shares = Array(repeating: T(0), count: S)
        for t in 0..<frames {
            // The places of a frame have p(text) together: L, which grows with the frames, is not needed.
            for s in 0..<S { shares[s] = alpha[t * S + s] + beta[t * S + s] }
            let whole = logSum(shares[...])
            for s in 0..<S { gradient[t * C + path[s]] -= T.exp(shares[s] - whole) }
        }
        return (-logSum(alpha.suffix(min(2, S))), gradient)
    }

    /// `log(exp a + exp b + exp c)`
    private static func logSum<T: Scalar>(_ a: T, _ b: T, _ c: T) -> T {
        let largest = max(a, b, c)
        // NaN stays NaN.
        guard largest != -T.infinity else { return largest }
        return largest + T.log(T.exp(a - largest) + T.exp(b - largest) + T.exp(c - largest))
    }

    /// `log sum exp x`; -infinity where all are.
    private static func logSum<T: Scalar>(_ x: ArraySlice<T>) -> T {
        guard let largest = x.max(), largest > -T.infinity else { return x.contains { $0.isNaN } ? T.nan : -T.infinity }
        var sum: T = 0
        for x in x { sum += T.exp(x - largest) }
        return largest + T.log(sum)
    }
}
