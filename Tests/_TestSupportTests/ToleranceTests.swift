import MDLSTM
import Testing
import _TestSupport

struct ToleranceTests {
    private func tensor(_ values: Double...) -> Tensor<Double> { Tensor(shape: [values.count], values: values) }

    private func close(_ a: Double, _ e: Double, absolute: Double = 0, relative: Double = 0) -> Bool {
        mismatch(tensor(a), tensor(e), absolute: absolute, relative: relative) == nil
    }

    @Test func equalValuesPassWithoutTolerance() {
        #expect(close(0, 0) && close(-0.0, 0) && close(1.5, 1.5) && close(-1.5, -1.5))
    }

    @Test func absoluteToleranceIsInclusiveAndSymmetric() {
        #expect(close(1.25, 1, absolute: 0.25) && close(0.75, 1, absolute: 0.25))
        #expect(!close(1.26, 1, absolute: 0.25) && !close(0.74, 1, absolute: 0.25))
        #expect(close(1e-7, 0, absolute: 1e-6) && !close(-2e-6, 0, absolute: 1e-6))
    }

    @Test func relativeToleranceScalesWithTheExpectedMagnitude() {
        #expect(close(110, 100, relative: 0.1) && !close(111, 100, relative: 0.1))
        #expect(close(-110, -100, relative: 0.1) && !close(-111, -100, relative: 0.1))
        #expect(!close(1e-300, 0, relative: 0.5))
    }

    @Test func negativeNumbersFarApartFail() {
        #expect(!close(-1000, -1, absolute: 1e-6, relative: 1e-5))
        #expect(!close(-1, -1000, absolute: 1e-6, relative: 1e-5))
        #expect(!close(-1, 1, absolute: 1e-6, relative: 1e-5))
    }

    @Test func notANumberNeverPasses() {
        for (a, e) in [(Double.nan, 1), (1, .nan), (.nan, .nan), (.nan, .infinity)] as [(Double, Double)] {
            #expect(!close(a, e, absolute: .infinity, relative: .infinity))
        }
    }

    @Test func onlyTheSameInfinityPasses() {
        #expect(close(.infinity, .infinity) && close(-.infinity, -.infinity))
        for (a, e) in [(Double.infinity, -Double.infinity), (.infinity, 1), (1, .infinity), (1, -.infinity)] {
            #expect(!close(a, e, absolute: .infinity, relative: 1))
        }
    }

    @Test func shapesAreComparedFirst() {
        let wide = Tensor<Double>(zeros: [2, 3])
        let failure = mismatch(wide, wide.reshaped([3, 2]), absolute: 1, relative: 1)
        #expect(failure == "found shape [2, 3], expected shape [3, 2]")
        #expect(mismatch(wide, wide.reshaped([6]), normalizedMeanSquareErrorBelow: 1) != nil)
        #expect(mismatch(Tensor<Double>(zeros: [0]), Tensor<Double>(zeros: [0]), absolute: 0, relative: 0) == nil)
    }

    @Test func failureNamesCoordinateShapeAndBothValues() throws {
        var actual = Tensor<Float>(zeros: [2, 3])
        actual.values[4] = -7.5
        let expected = Tensor<Double>(repeating: 0.25, shape: [2, 3])
        let one = try #require(mismatch(actual, expected, absolute: 1, relative: 0))
        for part in ["[1, 1]", "[2, 3]", "-7.5", "0.25"] { #expect(one.contains(part), "\(one)") }
        let all = try #require(mismatch(actual, expected, absolute: 0, relative: 0))
        #expect(all.contains("at [0, 0]") && all.contains("5 more of 6"), "\(all)")
    }

    @Test func normalizedMeanSquareErrorIsItsFormula() {
        #expect(normalizedMeanSquareError(tensor(1, 2, -3), tensor(1, 4, -5)) == 8.0 / 42)
        #expect(normalizedMeanSquareError(tensor(-1), tensor(-1000)) == 999.0 * 999 / 1e6)
        #expect(normalizedMeanSquareError(tensor(0, 0), tensor(0, 0)) == 0)
        #expect(normalizedMeanSquareError(tensor(1, 0), tensor(0, 0)) == .infinity)
        #expect(normalizedMeanSquareError(tensor(.infinity, 3), tensor(.infinity, 2)) == 0.25)
        #expect(normalizedMeanSquareError(tensor(.infinity, 3), tensor(-.infinity, 2)).isNaN)
        #expect(normalizedMeanSquareError(tensor(.nan), tensor(1)).isNaN)
    }

    @Test func normalizedMeanSquareErrorFailureNamesTheWorstElement() throws {
        let failure = try #require(
            mismatch(tensor(1, -9, 3), tensor(1, -2, 4), normalizedMeanSquareErrorBelow: 1e-9))
        for part in ["at [1] of [3]", "-9.0", "-2.0", "1e-09"] { #expect(failure.contains(part), "\(failure)") }
        let notFinite = try #require(
            mismatch(tensor(1, .nan), tensor(1, 2), normalizedMeanSquareErrorBelow: 1e9))
        #expect(notFinite.contains("at [1] of [2]: found nan, expected 2.0"), "\(notFinite)")
        #expect(mismatch(tensor(1, 2), tensor(1, 2), normalizedMeanSquareErrorBelow: 0) == nil)
        #expect(mismatch(tensor(1), tensor(0), normalizedMeanSquareErrorBelow: 1e9) != nil)
    }

    @Test func failuresReachTheTest() {
        withKnownIssue { expectClose(tensor(1), tensor(2), absolute: 0.5, relative: 0) }
        withKnownIssue { expectNMSE(actual: tensor(1), expected: tensor(2), below: 0.1) }
        withKnownIssue { expectSame(tensor(1), tensor(1.0.nextUp)) }
        #expect(expectClose(tensor(1), tensor(2), absolute: 1, relative: 0))
        #expect(expectNMSE(actual: tensor(1), expected: tensor(2), below: 0.26))
        #expect(expectSame(tensor(1), tensor(1)))
    }
}
