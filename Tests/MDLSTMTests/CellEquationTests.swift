import MDLSTM
import RealModule
import Testing
import _TestSupport

/// Single sites of the cells beside `graves`, their equations written out scalar by scalar for one hidden unit.
struct CellEquationTests {
    private func sigma(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
    private func tanh(_ x: Double) -> Double { .tanh(x) }

    // By the rows of the cell's gates; over one axis U[1], h[1] and c[1] are left out.
    private let W = [0.3, -0.2, 0.7, 1.1, -0.6]
    private let U = [[0.5, 0.4, -0.3, 0.8, 0.2], [-0.7, 0.1, 0.6, -0.4, 0.9]]
    private let b = [0.05, 1.0, 0.5, -0.15, 0.25]
    private let x = 0.9
    private let h = [0.2, -0.1]
    private let c = [-0.5, 0.8]

    /// The pre-activation of row `y` over two axes.
    private func a(_ y: Int) -> Double { W[y] * x + U[0][y] * h[0] + U[1][y] * h[1] + b[y] }

    /// Expects one site of two axes, with weights `weight_ch` in `C`, to give `h` and `c`.
    private func expectSite(
        _ cell: Cell, h expectedH: Double, c expectedC: Double, C: [Double] = [],
        sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout CellOptions) -> Void = { _ in }
    ) throws {
        let layer = try LayerConfiguration(
            cell: cell, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 2)], options: CellOptions(change))
        func state(_ value: Double) -> Tensor<Double> { Tensor(repeating: value, shape: [1, 1, 1, 1]) }
        let result = try ReferenceBackend<Double>().run(
            layer, parameters: ParameterTensors(shapes: layer.parameterShapes, flat: W + U[0] + U[1] + b + C),
            call: LayerCall(
                input: state(x), initialState: BoundaryState(h: h.map(state), c: c.map(state)),
                wantsFinalState: true))
        expectClose(
            result.output, state(expectedH), absolute: 1e-15, relative: 0, "h", sourceLocation: sourceLocation)
        for tensor in result.finalState!.c {
            expectClose(tensor, state(expectedC), absolute: 1e-15, relative: 0, "c", sourceLocation: sourceLocation)
        }
    }

    /// i, f_1, f_2, g, o; h = tanh(o c).
    @Test func spatial() throws {
        let cell = sigma(a(0)) * tanh(a(3)) + sigma(a(1)) * c[0] + sigma(a(2)) * c[1]
        try expectSite(.spatial, h: tanh(sigma(a(4)) * cell), c: cell)
        let mean = sigma(a(0)) * tanh(a(3)) + (sigma(a(1)) * c[0] + sigma(a(2)) * c[1]) / 2
        try expectSite(.spatial, h: tanh(sigma(a(4)) * mean), c: mean) { $0.forgetSum = .mean }
    }

    /// Every gate, o and g too, sees both old cell states.
    @Test func extendedSpatial() throws {
        let C = [[0.35, -0.45, 0.65, -0.85, 0.15], [-0.25, 0.95, -0.55, 0.75, 0.45]]
        func a(_ y: Int) -> Double { self.a(y) + C[0][y] * c[0] + C[1][y] * c[1] }
        let cell = sigma(a(0)) * tanh(a(3)) + sigma(a(1)) * c[0] + sigma(a(2)) * c[1]
        try expectSite(.spatial, h: tanh(sigma(a(4)) * cell), c: cell, C: C[0] + C[1]) { $0.extended = true }
        let mean = sigma(a(0)) * tanh(a(3)) + (sigma(a(1)) * c[0] + sigma(a(2)) * c[1]) / 2
        try expectSite(.spatial, h: tanh(sigma(a(4)) * mean), c: mean, C: C[0] + C[1]) {
            ($0.extended, $0.forgetSum) = (true, .mean)
        }
    }

    /// i, f, l_1, g, o; for two axes l_1 = sigma(a_l), l_2 = 1 - l_1.
    @Test func stable() throws {
        let l = sigma(a(2))
        let cell = sigma(a(0)) * tanh(a(3)) + sigma(a(1)) * (l * c[0] + (1 - l) * c[1])
        try expectSite(.stable, h: sigma(a(4)) * tanh(cell), c: cell)
    }

    /// k, l_1, g, o1, o2.
    @Test func leaky() throws {
        let l = sigma(a(1))
        let s = l * c[0] + (1 - l) * c[1]
        let cell = sigma(a(0)) * tanh(a(2)) + (1 - sigma(a(0))) * s
        try expectSite(.leaky, h: tanh(sigma(a(3)) * s + sigma(a(4)) * cell), c: cell)
    }

    /// The share sees both old cell states, the output gates the new one.
    @Test func leakyWithPeepholes() throws {
        let P = [0.35, -0.45, 0.65, -0.85]
        let l = sigma(a(1) + P[0] * c[0] + P[1] * c[1])
        let s = l * c[0] + (1 - l) * c[1]
        let cell = sigma(a(0)) * tanh(a(2)) + (1 - sigma(a(0))) * s
        let (o1, o2) = (sigma(a(3) + P[2] * cell), sigma(a(4) + P[3] * cell))
        try expectSite(.leaky, h: tanh(o1 * s + o2 * cell), c: cell, C: P) { $0.peepholes = true }
    }

    /// Over three axes l is the softmax of (a_l1, a_l2, 0), those of `leaky` with three peepholes each.
    @Test(arguments: [Cell.stable, .leaky]) func sharesOfThreeAxes(_ cell: Cell) throws {
        let layer = try LayerConfiguration(
            cell: cell, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 3)],
            options: CellOptions { $0.peepholes = cell == .leaky })
        let W = [0.3, -0.2, 0.7, 1.1, -0.6, 0.4]
        let P = [0.35, -0.45, 0.65, -0.85, 0.15, 0.25, 0.0, 0.0]
        let c = [0.9, -0.4, 1.3]
        let flat = W + Array(repeating: 0, count: 18 + 6) + (cell == .leaky ? P : [])
        func state(_ value: Double) -> Tensor<Double> { Tensor(repeating: value, shape: [1, 1, 1, 1]) }
        let result = try ReferenceBackend<Double>().run(
            layer, parameters: ParameterTensors(shapes: layer.parameterShapes, flat: flat),
            call: LayerCall(
                input: Tensor(repeating: 1, shape: [1, 1, 1, 1, 1]),
                initialState: BoundaryState(h: c.map { _ in state(0) }, c: c.map(state)), wantsFinalState: true))
        let expected: Double
        if cell == .stable {
            let (e1, e2) = (Double.exp(W[2]), Double.exp(W[3]))
            let s = (e1 * c[0] + e2 * c[1] + c[2]) / (e1 + e2 + 1)
            expected = sigma(W[0]) * tanh(W[4]) + sigma(W[1]) * s
        } else {
            let e1 = Double.exp(W[1] + P[0] * c[0] + P[1] * c[1] + P[2] * c[2])
            let e2 = Double.exp(W[2] + P[3] * c[0] + P[4] * c[1] + P[5] * c[2])
            let s = (e1 * c[0] + e2 * c[1] + c[2]) / (e1 + e2 + 1)
            expected = sigma(W[0]) * tanh(W[3]) + (1 - sigma(W[0])) * s
        }
        for tensor in result.finalState!.c { expectClose(tensor, state(expected), absolute: 1e-15, relative: 0) }
    }

    /// Only the predecessor of the largest forget gate is kept, whichever it is, and of equal gates the first.
    @Test func largestForgetGateOfGraves() throws {
        let (i, f, g, o) = (sigma(a(0)), [sigma(a(1)), sigma(a(2))], tanh(a(3)), sigma(a(4)))
        #expect(f[0] < f[1])
        let second = i * g + f[1] * c[1]
        try expectSite(.graves, h: o * tanh(second), c: second) { $0.forgetSum = .max }
        // With peepholes f_1 is the larger one; the input gate still sees both states.
        let P = [0.5, -1.5, -0.75, -0.25]
        let peeped = [sigma(a(1) + P[1] * c[0]), sigma(a(2) + P[2] * c[1])]
        #expect(peeped[0] > peeped[1])
        let first = sigma(a(0) + P[0] * (c[0] + c[1])) * g + peeped[0] * c[0]
        try expectSite(.graves, h: sigma(a(4) + P[3] * first) * first, c: first, C: P) {
            ($0.forgetSum, $0.outputActivation, $0.peepholes) = (.max, .identity, true)
        }
        // Without weights both forget gates are 1/2.
        let layer = try LayerConfiguration(
            inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 2)], options: CellOptions { $0.forgetSum = .max })
        func state(_ value: Double) -> Tensor<Double> { Tensor(repeating: value, shape: [1, 1, 1, 1]) }
        let tie = try ReferenceBackend<Double>().run(
            layer, parameters: ParameterTensors(zeros: layer.parameterShapes),
            call: LayerCall(
                input: state(x), initialState: BoundaryState(h: h.map(state), c: c.map(state)), wantsFinalState: true))
        expectClose(tie.finalState!.c[0], state(c[0] / 2), absolute: 0, relative: 0)
    }

    /// The options of `graves`: half of each forgotten state, c unsquashed, c cut before the output gate sees it.
    @Test func optionsOfGraves() throws {
        let (i, f1, f2, g, o) = (sigma(a(0)), sigma(a(1)), sigma(a(2)), tanh(a(3)), sigma(a(4)))
        let sum = i * g + f1 * c[0] + f2 * c[1]
        let mean = i * g + (f1 * c[0] + f2 * c[1]) / 2
        try expectSite(.graves, h: o * tanh(mean), c: mean) { $0.forgetSum = .mean }
        try expectSite(.graves, h: o * sum, c: sum) { $0.outputActivation = .identity }
        try expectSite(.graves, h: o * tanh(0.0625), c: 0.0625) { $0.cellClip = 0.0625 }
        #expect(sum > 0.0625)
        let P = [0, 0, 0, 0.75]
        try expectSite(.graves, h: sigma(a(4) + 0.75 * 0.0625) * tanh(0.0625), c: 0.0625, C: P) {
            $0.cellClip = 0.0625
            $0.peepholes = true
        }
    }

    /// Hard sigmoids of two slopes, inside and beyond their corners; relu and identity; pre-activations clipped, peepholes
    /// included.
    @Test func activationsOfGraves() throws {
        func hard(_ a: Double, _ slope: Double = 0.2) -> Double { min(max(slope * a + 0.5, 0), 1) }
        let cell = hard(a(0)) * tanh(a(3)) + hard(a(1)) * c[0] + hard(a(2)) * c[1]
        try expectSite(.graves, h: hard(a(4)) * tanh(cell), c: cell) { $0.gateActivation = .hardSigmoid }
        let steep = hard(a(0), 3) * tanh(a(3)) + hard(a(1), 3) * c[0] + hard(a(2), 3) * c[1]
        #expect(Set((0..<5).map { hard(a($0), 3) }).isSuperset(of: [0, 1]))
        try expectSite(.graves, h: hard(a(4), 3) * tanh(steep), c: steep) {
            ($0.gateActivation, $0.gateSlope) = (.hardSigmoid, 3)
        }

        let kept = sigma(a(1)) * c[0] + sigma(a(2)) * c[1]
        let positive = sigma(a(0)) * max(a(3), 0) + kept
        try expectSite(.graves, h: sigma(a(4)) * max(positive, 0), c: positive) {
            ($0.candidateActivation, $0.outputActivation) = (.relu, .relu)
        }
        let linear = sigma(a(0)) * a(3) + kept
        try expectSite(.graves, h: sigma(a(4)) * linear, c: linear) {
            ($0.candidateActivation, $0.outputActivation) = (.identity, .identity)
        }

        let P = [0.5, -1.5, -0.75, -0.25]
        func cut(_ a: Double) -> Double { min(max(a, -0.75), 0.75) }
        let clipped =
            sigma(cut(a(0) + P[0] * (c[0] + c[1]))) * tanh(cut(a(3))) + sigma(cut(a(1) + P[1] * c[0])) * c[0]
            + sigma(cut(a(2) + P[2] * c[1])) * c[1]
        #expect(abs(a(3)) > 0.75 && abs(a(1) + P[1] * c[0]) > 0.75 && abs(a(0) + P[0] * (c[0] + c[1])) < 0.75)
        try expectSite(.graves, h: sigma(cut(a(4) + P[3] * clipped)) * tanh(clipped), c: clipped, C: P) {
            ($0.preactivationClip, $0.peepholes) = (0.75, true)
        }
    }
}
