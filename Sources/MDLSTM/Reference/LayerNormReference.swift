private import RealModule

/// Layer normalisation of one vector, by plain loops.
enum LayerNormReference<T: Scalar> {
    /// (x - mean) / sqrt(variance + epsilon), and the factor its gradient has.
    ///
    /// The factor is 1 / sqrt(variance + epsilon), but 0 where the variance is that of rounding. There the output is
    /// constant, and its true derivative, 1 / sqrt(epsilon) at every site, would multiply up to infinity over an image
    /// that begins with zeros.
    static func normalize(_ x: ArraySlice<T>, epsilon: T) -> (normalized: [T], factor: T) {
        let count = T(x.count)
        let mean = x.reduce(0, +) / count
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let inverse = 1 / (variance + epsilon).squareRoot()
        let rounding = 32 * T.ulpOfOne * abs(mean)
        return (x.map { ($0 - mean) * inverse }, variance <= rounding * rounding ? 0 : inverse)
    }

    /// dL/dx of `normalize` from `d`, the gradient by its result:
    ///
    ///     dx_j = factor * (d_j - mean(d) - n_j * mean(d * n))
    static func gradient(_ d: ArraySlice<T>, normalized: [T], factor: T) -> [T] {
        let count = T(d.count)
        let mean = d.reduce(0, +) / count
        let along = zip(d, normalized).reduce(0) { $0 + $1.0 * $1.1 } / count
        return zip(d, normalized).map { factor * ($0 - mean - $1 * along) }
    }
}
