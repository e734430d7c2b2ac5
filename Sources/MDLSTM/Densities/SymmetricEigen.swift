/// The eigenvalues and eigenvectors of a symmetric matrix C: C = sum_k values[k] v_k v_k^T.
///
/// Found by the cyclic Jacobi method (Golub and Van Loan, "Matrix Computations", 8.5): plane rotations, each of which makes
/// one element off the diagonal zero, in a fixed order until all are negligible. The same matrix gives the same bits.
package struct SymmetricEigen: Sendable {
    /// The eigenvalues in ascending order, `[n]`.
    package private(set) var values: [Double]

    /// The eigenvectors of length 1, `[n, n]`: row k belongs to `values[k]`.
    package let vectors: Tensor<Double>

    /// The decomposition of a matrix `[n, n]`, of which nothing above the diagonal is read.
    ///
    /// - Precondition: the matrix is square, with finite elements.
    package init(of matrix: Tensor<Double>) {
        let n = matrix.shape[0]
        precondition(matrix.shape == [n, n], "\(matrix.shape) is not square")
        precondition(matrix.firstNonFinite == nil, "the elements of a matrix are finite")
        var (rotated, rows) = (matrix.values, [Double](repeating: 0, count: n * n))
        rotated.withUnsafeMutableBufferPointer { rotated in
            rows.withUnsafeMutableBufferPointer { rows in
                let rotations = JacobiRotations(n: n, matrix: rotated, vectors: rows)
                // Each sweep about squares what is left: a matrix of order 150 takes a dozen.
                for _ in 0..<60 where !rotations.sweep() { break }
            }
        }
        let order = (0..<n).sorted { (rotated[$0 * (n + 1)], $0) < (rotated[$1 * (n + 1)], $1) }
        values = order.map { rotated[$0 * (n + 1)] }
        vectors = Tensor(shape: [n, n], values: order.flatMap { rows[($0 * n)..<(($0 + 1) * n)] })
    }

    /// The same with `ridge` added to all eigenvalues if the smallest is below it.
    package func ridged(by ridge: Double) -> SymmetricEigen {
        guard let smallest = values.first, smallest < ridge else { return self }
        var result = self
        result.values = values.map { $0 + ridge }
        return result
    }

    /// C^(1/2), symmetric; eigenvalues that rounding left below 0 count as 0.
    package var squareRoot: Tensor<Double> { mapped { max(0, $0).squareRoot() } }

    /// C^(-1/2), symmetric.
    ///
    /// - Precondition: the eigenvalues are positive.
    package var inverseSquareRoot: Tensor<Double> {
        precondition(values.allSatisfy { $0 > 0 }, "a matrix with an eigenvalue \(values[0]) has no inverse root")
        return mapped { 1 / $0.squareRoot() }
    }

    /// The symmetric matrix `[n, n]` with the same eigenvectors and a function of the eigenvalues.
    package func mapped(_ function: (Double) -> Double) -> Tensor<Double> {
        let n = values.count
        let factors = values.map(function)
        var scaled = vectors
        for k in 0..<n {
            for column in 0..<n { scaled.values[k * n + column] *= factors[k] }
        }
        var result = scaled.transposed().times(vectors)
        // Both triangles are the same but for rounding.
        for row in 0..<n {
            for column in 0..<row { result.values[column * n + row] = result.values[row * n + column] }
        }
        return result
    }
}

/// A symmetric matrix on the way to its diagonal, and the product of the rotations that brought it there.
private struct JacobiRotations {
    private let n: Int

    /// All of the matrix, `[n, n]`.
    private let matrix: UnsafeMutableBufferPointer<Double>

    /// Row k becomes the eigenvector of element (k, k), `[n, n]`.
    private let vectors: UnsafeMutableBufferPointer<Double>

    /// Elements off the diagonal that are not larger are nothing beside the whole matrix.
    private let negligible: Double

    /// Starts with the lower triangle of `matrix`; `vectors` become those of I.
    init(n: Int, matrix: UnsafeMutableBufferPointer<Double>, vectors: UnsafeMutableBufferPointer<Double>) {
        self.n = n
        self.matrix = matrix
        self.vectors = vectors
        for row in 0..<n {
            for column in 0..<row { matrix[column * n + row] = matrix[row * n + column] }
            for column in 0..<n { vectors[row * n + column] = row == column ? 1 : 0 }
        }
        negligible = matrix.reduce(0) { max($0, $1.magnitude) } * 0x1p-104
    }

    /// Rotates every pair of rows and columns once, those with a negligible element aside; false when all are.
    func sweep() -> Bool {
        var hasRotated = false
        for p in 0..<n {
            for q in 0..<p where rotate(q, p) { hasRotated = true }
        }
        return hasRotated
    }

    /// Makes element (p, q) zero, unless it is negligible beside the diagonal or the whole matrix.
    private func rotate(_ p: Int, _ q: Int) -> Bool {
        let (first, second) = (matrix.baseAddress! + p * n, matrix.baseAddress! + q * n)
        let (pp, qq, pq) = (first[p], second[q], first[q])
        // Beside the diagonal, so that small eigenvalues are as exact as large ones (Demmel and Veselic 1992).
        let beside = 0x1p-52 * pp.magnitude.squareRoot() * qq.magnitude.squareRoot()
        guard pq.magnitude > max(beside, negligible) else { return false }
        let ratio = (qq - pp) / (2 * pq)
        let tangent = (ratio < 0 ? -1 : 1) / (ratio.magnitude + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        turn(matrix, p, q, cosine, sine)
        turn(vectors, p, q, cosine, sine)
        first[p] = pp - tangent * pq
        second[q] = qq + tangent * pq
        first[q] = 0
        second[p] = 0
        for k in 0..<n {
            matrix[k * n + p] = first[k]
            matrix[k * n + q] = second[k]
        }
        return true
    }

    /// Turns rows p and q: p' = cos p - sin q, q' = sin p + cos q, element by element.
    private func turn(
        _ rows: UnsafeMutableBufferPointer<Double>, _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double
    ) {
        let (a, b) = (rows.baseAddress! + p * n, rows.baseAddress! + q * n)
        for k in 0..<n {
            let (x, y) = (a[k], b[k])
            a[k] = cosine * x - sine * y
            b[k] = sine * x + cosine * y
        }
    }
}
