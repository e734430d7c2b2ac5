import RealModule

// Products and inverses of the small matrices that whiten; a matrix is a tensor of rank 2.
extension Tensor<Double> {
    /// The matrix product `[R, C]` of this `[R, K]` and `[K, C]`.
    package func times(_ other: Tensor) -> Tensor {
        precondition(
            shape.count == 2 && other.shape.count == 2 && shape[1] == other.shape[0],
            "there is no product of \(shape) and \(other.shape)")
        let (inner, columns) = (shape[1], other.shape[1])
        var result = Tensor(zeros: [shape[0], columns])
        guard result.count > 0, inner > 0 else { return result }
        result.values.withUnsafeMutableBufferPointer { result in
            values.withUnsafeBufferPointer { left in
                other.values.withUnsafeBufferPointer { right in
                    for row in 0..<shape[0] {
                        Self.addRow(
                            left.baseAddress! + row * inner, inner, right.baseAddress!, columns,
                            to: result.baseAddress! + row * columns)
                    }
                }
            }
        }
        return result
    }

    /// Adds the sum of rows `[K, C]`, each times its factor of `[K]`, to a row `[C]`, four at a time.
    private static func addRow(
        _ factors: UnsafePointer<Double>, _ inner: Int, _ rows: UnsafePointer<Double>, _ columns: Int,
        to target: UnsafeMutablePointer<Double>
    ) {
        let fours = inner / 4 * 4
        for k in stride(from: 0, to: fours, by: 4) {
            let (factorA, factorB, factorC, factorD) = (factors[k], factors[k + 1], factors[k + 2], factors[k + 3])
            let a = rows + k * columns
            let (b, c, d) = (a + columns, a + 2 * columns, a + 3 * columns)
            for column in 0..<columns {
                target[column] +=
                    (factorA * a[column] + factorB * b[column]) + (factorC * c[column] + factorD * d[column])
            }
        }
        for k in fours..<inner {
            let (factor, a) = (factors[k], rows + k * columns)
            for column in 0..<columns { target[column] += factor * a[column] }
        }
    }

    /// This plus `factor` times another of its shape, or times a row `[C]` that is added to every row.
    package func adding(_ other: Tensor, times factor: Double = 1) -> Tensor {
        precondition(
            other.shape == shape || other.shape == [shape[1]], "\(other.shape) cannot be added to \(shape)")
        var result = self
        result.values.withUnsafeMutableBufferPointer { result in
            other.values.withUnsafeBufferPointer { other in
                for first in stride(from: 0, to: result.count, by: max(1, other.count)) {
                    for k in 0..<other.count { result[first + k] += factor * other[k] }
                }
            }
        }
        return result
    }

    /// The sum of the diagonal of a square matrix.
    package var trace: Double { (0..<shape[0]).reduce(0) { $0 + values[$1 * (shape[0] + 1)] } }

    /// The inverse of a square matrix and log|det|, by Gauss-Jordan elimination with the largest pivot of each column.
    ///
    /// - Returns: nil where a pivot is below 2^-50 of the largest element: then rounding is all that is left of it.
    package func inverted() -> (inverse: Tensor, logDeterminant: Double)? {
        let n = shape[0]
        precondition(shape == [n, n], "\(shape) is not square")
        let limit = 0x1p-50 * values.reduce(0) { max($0, $1.magnitude) }
        var rows = (0..<n).map { row in
            Array(values[(row * n)..<((row + 1) * n)]) + (0..<n).map { $0 == row ? 1.0 : 0 }
        }
        var logDeterminant = 0.0
        for column in 0..<n {
            let pivot = (column..<n).max { rows[$0][column].magnitude < rows[$1][column].magnitude }!
            rows.swapAt(column, pivot)
            let value = rows[column][column]
            guard value.magnitude > limit else { return nil }
            logDeterminant += Double.log(value.magnitude)
            let scaled = rows[column].map { $0 / value }
            for row in 0..<n where row != column {
                let factor = rows[row][column]
                for k in column..<(2 * n) { rows[row][k] -= factor * scaled[k] }
            }
            rows[column] = scaled
        }
        return (Tensor(shape: [n, n], values: rows.flatMap { $0[n...] }), logDeterminant)
    }
}
