import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The whitening against another program's numbers, and what it promises.
struct ConditionalWhiteningTests {
    private typealias Moments = WhiteningMomentsTests

    private func whitening(_ x: Tensor<Double>, _ y: Tensor<Double>) throws -> ConditionalWhitening {
        try ConditionalWhitening(Moments.moments(x, y))
    }

    @Test func agreesWithPublishedNumbers() throws {
        let whitening = try whitening(WhiteningSample.x, WhiteningSample.y)
        for (name, expected) in WhiteningSample.tensors {
            expectClose(try #require(whitening.tensors[name]), expected, absolute: 1e-12, relative: 0, name)
        }
        #expect((whitening.logJacobian - WhiteningSample.logJacobian).magnitude < 1e-12)
        let (u, v) = whitening.transform(x: WhiteningSample.x, y: WhiteningSample.y)
        let first = Tensor<Double>(shape: [5, 3], values: Array(u.values.prefix(15)))
        expectClose(first, WhiteningSample.u, absolute: 1e-12, relative: 0)
        expectClose(
            Tensor(shape: [5, 1], values: Array(v.values.prefix(5))), WhiteningSample.v, absolute: 1e-12, relative: 0)
    }

    @Test func leavesTheCovarianceI() throws {
        let (x, y) = Moments.sites(523)
        let (u, v) = try whitening(x, y).transform(x: x, y: y)
        let moments = Moments.moments(u, v)
        func identity(_ n: Int) -> Tensor<Double> {
            Tensor(shape: [n, n], values: (0..<(n * n)).map { $0 % (n + 1) == 0 ? 1 : 0 })
        }
        expectClose(moments.inputMean, Tensor<Double>(zeros: [5]), absolute: 1e-10, relative: 0)
        expectClose(moments.outputMean, Tensor<Double>(zeros: [2]), absolute: 1e-10, relative: 0)
        expectClose(moments.inputCovariance, identity(5), absolute: 1e-10, relative: 0)
        expectClose(moments.crossCovariance, Tensor<Double>(zeros: [2, 5]), absolute: 1e-10, relative: 0)
        expectClose(moments.outputCovariance, identity(2), absolute: 1e-10, relative: 0)
    }

    /// Twice the values have half the density, for each of two outputs.
    @Test func jacobianIsThatOfTheScale() throws {
        let (x, y) = Moments.sites(523)
        let single = try whitening(x, y)
        let double = try whitening(x.map { 2 * $0 }, y.map { 2 * $0 })
        #expect((double.logJacobian - (single.logJacobian - 2 * Double.log(2))).magnitude < 1e-12)
    }

    @Test func inverseGivesTheOutputsBack() throws {
        let (x, y) = Moments.sites(31)
        let whitening = try whitening(x, y)
        let (u, v) = whitening.transform(x: x, y: y)
        #expect(whitening.transform(x: x) == u)
        expectClose(whitening.inverse(u: u, v: v), y, absolute: 0, relative: 1e-12)
    }

    @Test func isOneAffineMap() throws {
        let (x, y) = Moments.sites(13)
        let whitening = try whitening(x, y)
        let (u, v) = whitening.transform(x: x, y: y)
        func joined(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Tensor<Double> {
            let rows = (0..<13).map { a.values[($0 * 5)..<($0 * 5 + 5)] + b.values[($0 * 2)..<($0 * 2 + 2)] }
            return Tensor(shape: [13, 7], values: rows.flatMap { $0 })
        }
        let mapped = joined(x, y).times(whitening.matrix.transposed()).adding(whitening.offset)
        expectClose(mapped, joined(u, v), absolute: 1e-11, relative: 0)
    }

    /// Also where W_x and W_y are not symmetric, as those of a file may be.
    @Test func gradientsAgreeWithDifferences() throws {
        let numbers = RandomStream(seed: 11, stream: 1)
        let shapes = ConditionalWhitening.shapes(inputSize: 5, outputSize: 2)
        let tensors = ParameterTensors<Double>(
            shapes: shapes, flat: numbers.normal(count: shapes.reduce(0) { $0 + $1.count }))
        let whitening = try ConditionalWhitening(tensors: tensors, inputSize: 5, outputSize: 2)
        let (x, y) = Moments.sites(3, around: 0.5)
        let weights = RandomStream(seed: 13, stream: 1).normal(count: 21) as [Double]
        let gu = Tensor<Double>(shape: [3, 5], values: Array(weights[..<15]))
        let gv = Tensor<Double>(shape: [3, 2], values: Array(weights[15...]))
        func weighted(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Double {
            let (u, v) = whitening.transform(x: x, y: y)
            return dot(u, gu) + dot(v, gv)
        }
        let gradients = whitening.gradients(u: gu, v: gv)
        expectClose(gradients.x, centralDifferences(at: x) { weighted($0, y) }, absolute: 1e-9, relative: 1e-9)
        expectClose(gradients.y, centralDifferences(at: y) { weighted(x, $0) }, absolute: 1e-9, relative: 1e-9)
    }

    @Test func constantColumnsDoNoHarm() throws {
        var (x, y) = Moments.sites(101)
        for site in 0..<101 {
            x[site, 1] = 0.1
            x[site, 4] = x[site, 3]
            y[site, 1] = 255
        }
        let whitening = try whitening(x, y)
        for (name, tensor) in whitening.tensors { #expect(tensor.firstNonFinite == nil, "\(name)") }
        let (u, v) = whitening.transform(x: x, y: y)
        #expect(u.largestMagnitude < 11 && v.largestMagnitude < 11)
        expectClose(whitening.inverse(u: u, v: v), y, absolute: 1e-9, relative: 0)
        // An output that the inputs tell exactly leaves rounding alone.
        let told = try self.whitening(x, x)
        #expect(told.logJacobian.isFinite && told.transform(x: x, y: x).v.largestMagnitude < 1)
    }

    @Test func refusesWhatDoesNotVary() throws {
        let (x, y) = Moments.sites(11)
        func message(_ x: Tensor<Double>, _ y: Tensor<Double>) -> String {
            let error = #expect(throws: MDLSTMError.self) { try whitening(x, y) }
            #expect(error?.kind == .data)
            return error?.message ?? ""
        }
        let constant = Tensor<Double>(repeating: 0.1, shape: x.shape)
        #expect(message(constant, y).hasPrefix("the inputs of 11 sites are all the same"))
        #expect(message(x, y.map { _ in 255 }).hasPrefix("the outputs of 11 sites are all the same"))
        #expect(message(x.map { $0 > 100 ? .nan : $0 }, y).contains("not finite"))
        #expect(message(Tensor(zeros: [0, 5]), Tensor(zeros: [0, 2])).hasPrefix("no site"))
    }
}
