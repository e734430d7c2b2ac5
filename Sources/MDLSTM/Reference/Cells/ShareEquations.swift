private import RealModule

/// The weighted mean of the predecessors' cell states in `stable` and `leaky`.
///
///     l = softmax(a_l1, .., a_l(N-1), 0),   s = sum_k l_k * c_(p-k)
///
/// Leifert et al. 2016 (JMLR 17:97). |s| is never larger than the largest |c_(p-k)|.
struct ShareEquations<T: Scalar> {
    private let N: Int

    /// Slot of the first of the N - 1 shares that have a gate; over one axis there is none, and 0.
    let first: Int

    init(_ layer: LayerConfiguration) {
        N = layer.axes
        first = layer.slot(.share(0)) ?? 0
    }

    /// Replaces the pre-activations of the shares by the shares and returns s.
    func update(_ unit: inout CellUnit<T>) -> T {
        var largest: T = 0
        for k in 0..<(N - 1) { largest = max(largest, unit.gates[first + k]) }
        var sum = T.exp(-largest)
        for k in 0..<(N - 1) {
            unit.gates[first + k] = T.exp(unit.gates[first + k] - largest)
            sum += unit.gates[first + k]
        }
        for k in 0..<(N - 1) { unit.gates[first + k] /= sum }
        return mean(unit)
    }

    /// l_k; the last is what the others leave of 1.
    func share(_ k: Int, _ unit: CellUnit<T>) -> T {
        if k < N - 1 { return unit.gates[first + k] }
        return (0..<(N - 1)).reduce(T(1)) { $0 - unit.gates[first + $1] }
    }

    /// s, from the shares.
    func mean(_ unit: CellUnit<T>) -> T { (0..<N).reduce(T(0)) { $0 + share($1, unit) * unit.previous[$1] } }

    /// `da_lk = ds * l_k * (c_(p-k) - s)`, `dc_(p-k) += ds * l_k`.
    func gradient(_ ds: T, _ unit: CellUnit<T>, to d: inout CellUnitGradient<T>) {
        let s = mean(unit)
        for k in 0..<N {
            d.previous[k] += ds * share(k, unit)
            if k < N - 1 { d.gates[first + k] = ds * unit.gates[first + k] * (unit.previous[k] - s) }
        }
    }
}
