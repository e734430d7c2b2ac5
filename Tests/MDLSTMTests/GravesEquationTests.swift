import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The forward pass against the equations of the paper, written out scalar by scalar for one hidden unit.
struct GravesEquationTests {
    private let backend = ReferenceBackend<Double>()

    private func sigma(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
    private func tanh(_ x: Double) -> Double { .tanh(x) }

    /// Weights of one hidden unit over two axes with one input feature, rows i, f_1, f_2, g, o.
    private let W = [0.3, -0.2, 0.7, 1.1, -0.6]
    private let U1 = [0.5, 0.4, -0.3, 0.8, 0.2]
    private let U2 = [-0.7, 0.1, 0.6, -0.4, 0.9]
    private let b = [0.05, 1.0, 0.5, -0.15, 0.25]
    private let P = [0.35, -0.45, 0.65, -0.85]

    private func makeLayer(peepholes: Bool) throws -> (LayerConfiguration, ParameterTensors<Double>) {
        let layer = try LayerConfiguration(
            inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 2)], peepholes: peepholes)
        return (
            layer,
            ParameterTensors(shapes: layer.parameterShapes, flat: W + U1 + U2 + b + (peepholes ? P : []))
        )
    }

    /// One site between two boundary states, every equation on its own line.
    @Test func oneSiteOfTwoAxes() throws {
        let (x, h1, c1, h2, c2) = (0.9, 0.2, -0.5, -0.1, 0.8)
        let i = sigma(0.3 * x + 0.5 * h1 - 0.7 * h2 + 0.05 + 0.35 * c1 + 0.35 * c2)
        let f1 = sigma(-0.2 * x + 0.4 * h1 + 0.1 * h2 + 1.0 - 0.45 * c1)
        let f2 = sigma(0.7 * x - 0.3 * h1 + 0.6 * h2 + 0.5 + 0.65 * c2)
        let g = tanh(1.1 * x + 0.8 * h1 - 0.4 * h2 - 0.15)
        let c = i * g + f1 * c1 + f2 * c2
        let o = sigma(-0.6 * x + 0.2 * h1 + 0.9 * h2 + 0.25 - 0.85 * c)
        let h = o * tanh(c)

        let (layer, parameters) = try makeLayer(peepholes: true)
        func state(_ value: Double) -> Tensor<Double> { Tensor(repeating: value, shape: [1, 1, 1, 1]) }
        let result = try backend.run(
            layer, parameters: parameters,
            call: LayerCall(
                input: Tensor(shape: [1, 1, 1, 1], values: [x]),
                initialState: BoundaryState(h: [state(h1), state(h2)], c: [state(c1), state(c2)]),
                wantsFinalState: true))
        expectClose(result.output, state(h), absolute: 1e-15, relative: 0)
        let final = try #require(result.finalState)
        for k in 0..<2 {
            expectClose(final.h[k], state(h), absolute: 1e-15, relative: 0)
            expectClose(final.c[k], state(c), absolute: 1e-15, relative: 0)
        }
    }

    /// Four sites: the predecessor along axis 1 is the site above, that along axis 2 the site to the left.
    @Test(arguments: [false, true]) func twoByTwoGrid(peepholes: Bool) throws {
        let P = peepholes ? P : [0, 0, 0, 0]
        func site(
            _ x: Double, above: (h: Double, c: Double), left: (h: Double, c: Double)
        ) -> (h: Double, c: Double) {
            func a(_ y: Int) -> Double { W[y] * x + U1[y] * above.h + U2[y] * left.h + b[y] }
            let i = sigma(a(0) + P[0] * above.c + P[0] * left.c)
            let f1 = sigma(a(1) + P[1] * above.c)
            let f2 = sigma(a(2) + P[2] * left.c)
            let g = tanh(a(3))
            let c = i * g + f1 * above.c + f2 * left.c
            let o = sigma(a(4) + P[3] * c)
            return (o * tanh(c), c)
        }
        let s00 = site(0.5, above: (0, 0), left: (0, 0))
        let s01 = site(-1.5, above: (0, 0), left: s00)
        let s10 = site(2.0, above: s00, left: (0, 0))
        let s11 = site(0.25, above: s01, left: s10)

        let (layer, parameters) = try makeLayer(peepholes: peepholes)
        let result = try backend.run(
            layer, parameters: parameters,
            call: LayerCall(
                input: Tensor(shape: [1, 2, 2, 1], values: [0.5, -1.5, 2.0, 0.25]), wantsFinalState: true))
        let output = Tensor(shape: [1, 2, 2, 1], values: [s00.h, s01.h, s10.h, s11.h])
        expectClose(result.output, output, absolute: 1e-15, relative: 0)
        // Along axis 1 the last row leaves, along axis 2 the last column.
        let final = try #require(result.finalState)
        let leaving = [[s10, s11], [s01, s11]]
        for k in 0..<2 {
            let (h, c) = (leaving[k].map(\.h), leaving[k].map(\.c))
            expectClose(final.h[k], Tensor(shape: [1, 1, 2, 1], values: h), absolute: 1e-15, relative: 0)
            expectClose(final.c[k], Tensor(shape: [1, 1, 2, 1], values: c), absolute: 1e-15, relative: 0)
        }
    }

    /// One site of three axes, its three predecessors all boundary states.
    @Test func oneSiteOfThreeAxes() throws {
        let layer = try LayerConfiguration(
            inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 3)], peepholes: true)
        // Rows i, f_1, f_2, f_3, g, o of W, U_1, U_2, U_3, b; then P_i, P_f1, P_f2, P_f3, P_o.
        let W = [0.3, -0.2, 0.7, 0.15, 1.1, -0.6]
        let U = [
            [0.5, 0.4, -0.3, 0.1, 0.8, 0.2], [-0.7, 0.1, 0.6, 0.3, -0.4, 0.9], [0.2, -0.5, 0.3, -0.8, 0.6, -0.1],
        ]
        let b = [0.05, 1.0, 0.5, 0.75, -0.15, 0.25]
        let P = [0.35, -0.45, 0.65, 0.55, -0.85]
        let (x, h, c) = (-1.2, [0.2, -0.1, 0.4], [-0.5, 0.8, 1.5])

        func a(_ y: Int) -> Double { W[y] * x + U[0][y] * h[0] + U[1][y] * h[1] + U[2][y] * h[2] + b[y] }
        let i = sigma(a(0) + P[0] * (c[0] + c[1] + c[2]))
        let f1 = sigma(a(1) + P[1] * c[0])
        let f2 = sigma(a(2) + P[2] * c[1])
        let f3 = sigma(a(3) + P[3] * c[2])
        let g = tanh(a(4))
        let cell = i * g + f1 * c[0] + f2 * c[1] + f3 * c[2]
        let o = sigma(a(5) + P[4] * cell)

        let result = try backend.run(
            layer, parameters: ParameterTensors(shapes: layer.parameterShapes, flat: W + U.flatMap { $0 } + b + P),
            call: LayerCall(
                input: Tensor(shape: [1, 1, 1, 1, 1], values: [x]),
                initialState: BoundaryState(
                    h: h.map { Tensor(repeating: $0, shape: [1, 1, 1, 1]) },
                    c: c.map { Tensor(repeating: $0, shape: [1, 1, 1, 1]) }),
                wantsFinalState: true))
        let output = Tensor(shape: [1, 1, 1, 1, 1], values: [o * tanh(cell)])
        expectClose(result.output, output, absolute: 1e-15, relative: 0)
        for tensor in try #require(result.finalState).c {
            expectClose(tensor, Tensor(shape: [1, 1, 1, 1], values: [cell]), absolute: 1e-15, relative: 0)
        }
    }
}
