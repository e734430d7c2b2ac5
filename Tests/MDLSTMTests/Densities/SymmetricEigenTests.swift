import MDLSTM
import RealModule
import Testing
import _TestSupport

/// Eigenvalues and roots of symmetric matrices.
struct SymmetricEigenTests {
    /// B B^T of a normal `B` `[n, rank]`.
    private func matrix(_ n: Int, rank: Int) -> Tensor<Double> {
        let root = Tensor<Double>(
            shape: [n, rank], values: RandomStream(seed: 7, tensor: UInt32(n), stream: 1).normal(count: n * rank))
        return root.times(root.transposed())
    }

    private func identity(_ n: Int) -> Tensor<Double> {
        Tensor(shape: [n, n], values: (0..<(n * n)).map { $0 / n == $0 % n ? 1 : 0 })
    }

    @Test(arguments: [(1, 1), (2, 2), (12, 12), (41, 41), (41, 7), (147, 147)])
    func givesTheMatrixBack(n: Int, rank: Int) {
        let matrix = matrix(n, rank: rank)
        let eigen = SymmetricEigen(of: matrix)
        #expect(eigen.values == eigen.values.sorted())
        let accuracy = 1e-13 * eigen.values.last!
        expectClose(eigen.mapped { $0 }, matrix, absolute: accuracy, relative: 0)
        expectClose(eigen.vectors.times(eigen.vectors.transposed()), identity(n), absolute: 1e-13, relative: 0)
        let null = eigen.values.prefix(n - rank)
        #expect(null.allSatisfy { $0.magnitude < accuracy })
        #expect(SymmetricEigen(of: matrix).vectors == eigen.vectors)
    }

    /// Second differences have the eigenvalues 2 - 2 cos(pi k / (n + 1)).
    @Test func findsKnownEigenvalues() {
        let n = 12
        var matrix = identity(n).map { 2 * $0 }
        for k in 1..<n { matrix[k, k - 1] = -1 }
        let known = (1...n).map { 2 - 2 * Double.cos(.pi * Double($0) / Double(n + 1)) }
        expectClose(
            Tensor(shape: [n], values: SymmetricEigen(of: matrix).values), Tensor(shape: [n], values: known),
            absolute: 0, relative: 1e-13)
    }

    /// Small eigenvalues are as exact as large ones: the determinant is 3, and the other eigenvalue 2e16.
    @Test func keepsSmallEigenvalues() {
        let values = SymmetricEigen(of: Tensor(shape: [2, 2], values: [2e16, 1, 1, 2e-16])).values
        expectClose(
            Tensor(shape: [2], values: values), Tensor(shape: [2], values: [1.5e-16, 2e16]), absolute: 0,
            relative: 1e-15)
    }

    @Test func zeroIsItsOwnRoot() {
        let eigen = SymmetricEigen(of: Tensor(zeros: [3, 3]))
        #expect(eigen.values == [0, 0, 0] && eigen.vectors == identity(3))
        #expect(eigen.squareRoot == Tensor(zeros: [3, 3]))
    }

    @Test func doesNotReadAboveTheDiagonal() {
        let lower = Tensor<Double>(shape: [2, 2], values: [2, 99, 1, 3])
        let full = Tensor<Double>(shape: [2, 2], values: [2, 1, 1, 3])
        #expect(SymmetricEigen(of: lower).values == SymmetricEigen(of: full).values)
    }

    @Test func rootsMultiplyToTheMatrix() {
        let matrix = matrix(11, rank: 29)
        let eigen = SymmetricEigen(of: matrix)
        let (root, inverse) = (eigen.squareRoot, eigen.inverseSquareRoot)
        #expect(root == root.transposed() && inverse == inverse.transposed())
        expectClose(root.times(root), matrix, absolute: 1e-12 * matrix.trace, relative: 0)
        expectClose(root.times(inverse), identity(11), absolute: 1e-12, relative: 0)
    }

    @Test func ridgesOnlyWhatNeedsIt() {
        let matrix = matrix(5, rank: 3)
        let eigen = SymmetricEigen(of: matrix)
        let ridge = 1e-9 * matrix.trace
        for (before, after) in zip(eigen.values, eigen.ridged(by: ridge).values) { #expect(after == before + ridge) }
        let whole = SymmetricEigen(of: self.matrix(5, rank: 7))
        #expect(whole.ridged(by: 1e-9).values == whole.values)
    }

    @Test func invertsWhatIsNotSymmetric() throws {
        let matrix = Tensor<Double>(shape: [3, 3], values: [0, 2, 1, -4, 0, 0, 1, 0, 2])
        let (inverse, logDeterminant) = try #require(matrix.inverted())
        expectClose(matrix.times(inverse), identity(3), absolute: 1e-15, relative: 0)
        #expect((logDeterminant - Double.log(16)).magnitude < 1e-15)
        #expect(Tensor<Double>(shape: [2, 2], values: [0.1, 0.2, 0.3, 0.6]).inverted() == nil)
        #expect(Tensor<Double>(zeros: [1, 1]).inverted() == nil)
    }
}
