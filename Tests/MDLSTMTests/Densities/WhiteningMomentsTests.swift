import MDLSTM
import Testing
import _TestSupport

/// Means and covariances of sites, however they are put together.
struct WhiteningMomentsTests {
    /// Sites with 5 inputs and 2 outputs around `mean`, with correlations.
    static func sites(_ count: Int, around mean: Double = 100) -> (x: Tensor<Double>, y: Tensor<Double>) {
        let stream = RandomStream(seed: 3, stream: 1)
        let mixing = Tensor<Double>(shape: [7, 7], values: RandomStream(seed: 5, stream: 1).normal(count: 49))
        let mixed = Tensor<Double>(shape: [count, 7], values: stream.normal(count: count * 7)).times(mixing).map {
            $0 + mean
        }
        let rows = (0..<count).map { mixed.values[($0 * 7)..<($0 * 7 + 7)] }
        return (
            Tensor(shape: [count, 5], values: rows.flatMap { $0.prefix(5) }),
            Tensor(shape: [count, 2], values: rows.flatMap { $0.suffix(2) })
        )
    }

    static func moments(_ x: Tensor<Double>, _ y: Tensor<Double>) -> WhiteningMoments {
        var moments = WhiteningMoments(inputSize: x.shape[1], outputSize: y.shape[1])
        moments.add(x: x, y: y)
        return moments
    }

    private func part(_ tensor: Tensor<Double>, _ sites: Range<Int>) -> Tensor<Double> {
        let size = tensor.shape[1]
        return Tensor(
            shape: [sites.count, size],
            values: Array(tensor.values[(sites.lowerBound * size)..<(sites.upperBound * size)]))
    }

    private func expectEqual(_ a: WhiteningMoments, _ b: WhiteningMoments, accuracy: Double) {
        #expect(a.sites == b.sites)
        expectClose(a.inputMean, b.inputMean, absolute: 0, relative: accuracy)
        expectClose(a.outputMean, b.outputMean, absolute: 0, relative: accuracy)
        for covariance in [\WhiteningMoments.inputCovariance, \.crossCovariance, \.outputCovariance] {
            let expected = b[keyPath: covariance]
            expectClose(a[keyPath: covariance], expected, absolute: accuracy * b.inputCovariance.trace, relative: 0)
        }
    }

    /// The definition: mean of products of deviations, divided by the number of sites.
    @Test(arguments: [1, 2, 3, 4, 5, 257]) func agreesWithTheDefinition(count: Int) {
        let (x, y) = Self.sites(count)
        let moments = Self.moments(x, y)
        func deviations(_ z: Tensor<Double>) -> Tensor<Double> {
            let ones = Tensor<Double>(repeating: 1, shape: [1, count])
            return z.adding(ones.times(z).reshaped([z.shape[1]]), times: -1 / Double(count))
        }
        let (dx, dy) = (deviations(x), deviations(y))
        for (found, a, b) in [
            (moments.inputCovariance, dx, dx), (moments.crossCovariance, dy, dx), (moments.outputCovariance, dy, dy),
        ] {
            let expected = a.transposed().times(b).map { $0 / Double(count) }
            expectClose(found, expected, absolute: 1e-12, relative: 1e-12)
        }
    }

    @Test(arguments: [1, 7, 256, 300]) func partsMakeTheWhole(size: Int) {
        let count = 911
        let (x, y) = Self.sites(count)
        var added = WhiteningMoments(inputSize: 5, outputSize: 2)
        var merged = added
        for sites in (0..<count).pieces(ofAtMost: size) {
            added.add(x: part(x, sites), y: part(y, sites))
            merged.merge(Self.moments(part(x, sites), part(y, sites)))
        }
        let whole = Self.moments(x, y)
        expectEqual(added, whole, accuracy: 1e-14)
        expectEqual(merged, whole, accuracy: 1e-14)
    }

    /// A mean a million times the deviation costs its own digits only.
    @Test func aLargeMeanCostsNothing() {
        let (x, y) = Self.sites(500, around: 0)
        let far = Self.moments(x.map { $0 + 0x1p20 }, y.map { $0 + 0x1p20 })
        let near = Self.moments(x, y)
        expectClose(far.inputCovariance, near.inputCovariance, absolute: 1e-9, relative: 0)
        expectClose(far.outputCovariance, near.outputCovariance, absolute: 1e-9, relative: 0)
    }

    @Test func ofNothing() {
        let (x, y) = Self.sites(11)
        var moments = WhiteningMoments(inputSize: 5, outputSize: 2)
        moments.add(x: Tensor(zeros: [0, 5]), y: Tensor(zeros: [0, 2]))
        #expect(moments.sites == 0)
        moments.merge(Self.moments(x, y))
        moments.merge(WhiteningMoments(inputSize: 5, outputSize: 2))
        expectEqual(moments, Self.moments(x, y), accuracy: 0)
    }

    @Test func ofAPicture() throws {
        let neighbourhood = try CausalNeighbourhood(size: 3, channels: 2)
        let picture = Tensor<Double>(shape: [7, 11, 2], values: RandomStream(seed: 2, stream: 1).normal(count: 154))
        var moments = WhiteningMoments(inputSize: 8, outputSize: 2)
        moments.add(picture, in: neighbourhood)
        let (x, y) = neighbourhood.rows(of: picture)
        #expect(moments.sites == 6 * 9)
        expectEqual(moments, Self.moments(x, y), accuracy: 1e-13)
    }
}
