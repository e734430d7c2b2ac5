import MDLSTM
import RealModule
import Testing
import _TestSupport

struct FiniteDifferencesTests {
    private let point = Tensor<Double>(shape: [2, 2], values: [-1.5, 0, 0.75, 20.0])

    @Test func polynomialsUpToDegreeFourAreExactUpToRounding() {
        let gradient = centralDifferences(at: point) { x in x.values.reduce(0) { $0 + $1 * $1 * $1 } }
        let expected = Tensor(shape: [2, 2], values: point.values.map { 3 * $0 * $0 })
        expectClose(gradient, expected, absolute: 1e-8, relative: 1e-10)
    }

    @Test func elementaryFunctionsReachTenDigits() {
        let gradient = centralDifferences(at: point) { (x: Tensor<Double>) -> Double in
            .exp(x.values[0]) + .sin(x.values[1]) + .tanh(x.values[2]) + .log(x.values[3])
        }
        let tanh = Double.tanh(0.75)
        let expected = Tensor<Double>(shape: [2, 2], values: [.exp(-1.5), 1, 1 - tanh * tanh, 1 / 20])
        expectClose(gradient, expected, absolute: 0, relative: 1e-10)
    }

    @Test func everyElementHasItsOwnDerivative() {
        let weights = Tensor<Double>.random([3, 5], tensor: 1)
        let gradient = centralDifferences(at: .random([3, 5])) { dot($0, weights) }
        expectClose(gradient, weights, absolute: 1e-11, relative: 0)
    }

    @Test func directionalDifferenceIsTheProjectedGradient() {
        let along = Tensor<Double>.random([2, 2])
        let slope = directionalDifference(at: point, along: along) { x in dot(x, x) }
        #expect((slope - 2 * dot(point, along)).magnitude < 1e-9)
    }

    @Test func onlyTheChosenElementsMove() {
        let point = Tensor<Double>(shape: [3], values: [1, 2, 3])
        let gradient = centralDifferences(at: point, elements: [0, 2]) { x in x.values.reduce(0) { $0 + $1 * $1 } }
        expectClose(gradient, Tensor(shape: [3], values: [2, 0, 6]), absolute: 0, relative: 1e-10)
        #expect(gradient.values[1] == 0)
    }

    /// |x| jumps in its slope, and a step in its value: of elements within two steps of either nothing is said.
    @Test func elementsNearAJumpAreLeftOut() {
        let point = Tensor<Double>(shape: [4], values: [0.5, 0.0007, -0.0007, -0.5])
        func steady(hasJumps: Bool) -> (elements: [Int], differences: Tensor<Double>) {
            steadyDifferences(
                at: point, step: 1e-3, elements: [0, 1, 2, 3], hasJumps: hasJumps, absolute: 1e-9, relative: 1e-6
            ) { x in x.values[0] + x.values[1].magnitude + (x.values[2] < 0 ? 0 : 1) - x.values[3].magnitude }
        }
        let (elements, differences) = steady(hasJumps: true)
        #expect(elements == [0, 3])
        expectClose(differences, Tensor(shape: [4], values: [1, 0, 0, 1]), absolute: 1e-10, relative: 0)
        #expect(steady(hasJumps: false).elements == [0, 1, 2, 3])
        #expect(steady(hasJumps: false).differences.values[2] > 100)
    }

    @Test func errorsOfTheFunctionPassThrough() {
        struct Stop: Error {}
        #expect(throws: Stop.self) { try centralDifferences(at: point) { _ in throw Stop() } }
    }
}

struct RandomTensorsTests {
    @Test func dependOnSeedAndTensorOnly() {
        #expect(Tensor<Double>.random([7, 3]) == .random([7, 3]))
        #expect(Tensor<Double>.random([7, 3]) != .random([7, 3], seed: 2))
        #expect(Tensor<Double>.random([7, 3]) != .random([7, 3], tensor: 1))
        #expect(Tensor<Float>.random([7, 3]) == Tensor<Double>.random([7, 3]).converted(to: Float.self))
    }

    @Test func stayWithinTheirBound() {
        let values = Tensor<Double>.random([1000], bound: 0.5).values
        #expect(values.allSatisfy { $0.magnitude <= 0.5 })
        #expect(values.contains { $0 < -0.45 } && values.contains { $0 > 0.45 })
        let whole = Tensor<Float>.randomIntegers([1000], bound: 2).values
        #expect(Set(whole) == [-2, -1, 0, 1, 2])
    }
}
