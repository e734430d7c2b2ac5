import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The variants of the LSTM and its layer norms, two steps or two units written out.
struct VariantEquationTests {
    private func sigma(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }

    private func run(
        _ layer: LayerConfiguration, _ parameters: ParameterTensors<Double>, x: [Double], h: [Double], c: [Double]
    ) throws -> (output: [Double], h: [Double], c: [Double]) {
        func state(_ values: [Double]) -> Tensor<Double> { Tensor(shape: [1, 1, 1, values.count], values: values) }
        let result = try ReferenceBackend<Double>().run(
            layer, parameters: parameters,
            call: LayerCall(
                input: Tensor(shape: [1, x.count, 1], values: x),
                initialState: BoundaryState(h: [state(h)], c: [state(c)]), wantsFinalState: true))
        return (result.output.values, result.finalState!.h[0].values, result.finalState!.c[0].values)
    }

    private func expectClose(
        _ actual: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        _TestSupport.expectClose(
            Tensor(shape: [actual.count], values: actual), Tensor(shape: [expected.count], values: expected),
            absolute: 1e-15, relative: 0, sourceLocation: sourceLocation)
    }

    /// Two steps with peepholes; a gate that is left out has no row in any tensor.
    @Test(arguments: LSTMVariant.allCases) func twoSteps(_ variant: LSTMVariant) throws {
        // Rows i, f, g, o; peepholes i, f, o; F by source and target gate.
        var W = [0.3, -0.2, 1.1, -0.6], U = [0.5, 0.4, 0.8, 0.2], b = [0.05, 1.0, -0.15, 0.25],
            P = [0.35, -0.45, -0.85]
        let F = [[0.15, -0.25, 0.45], [-0.55, 0.65, 0.75], [0.95, -0.4, -0.3]]
        let x = [0.9, -1.5]
        var (h, c, z) = (0.2, -0.5, [0.0, 0, 0])
        var outputs: [Double] = []
        for x in x {
            func a(_ y: Int) -> Double { W[y] * x + U[y] * h + b[y] }
            func fed(_ target: Int) -> Double {
                variant == .fullGateRecurrence ? (0..<3).reduce(0) { $0 + F[$1][target] * z[$1] } : 0
            }
            var i = sigma(a(0) + P[0] * c + fed(0))
            var f = sigma(a(1) + P[1] * c + fed(1))
            if variant == .noInputGate { i = 1 }
            if variant == .noForgetGate { f = 1 }
            if variant == .coupled { f = 1 - i }
            if variant == .coupledForget { i = 1 - f }
            let g = variant == .noInputActivation ? a(2) : .tanh(a(2))
            c = i * g + f * c
            let o = variant == .noOutputGate ? 1 : sigma(a(3) + P[2] * c + fed(2))
            h = variant == .noOutputActivation ? o * c : o * .tanh(c)
            z = [i, f, o]
            outputs.append(h)
        }

        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 1)],
            options: CellOptions {
                $0.variant = variant
                $0.peepholes = true
            })
        let removed: [LSTMVariant: (row: Int, peephole: Int)] = [
            .noInputGate: (0, 0), .coupledForget: (0, 0), .noForgetGate: (1, 1), .coupled: (1, 1),
            .noOutputGate: (3, 2),
        ]
        if let (row, peephole) = removed[variant] {
            W.remove(at: row)
            U.remove(at: row)
            b.remove(at: row)
            P.remove(at: peephole)
        }
        let gates = variant == .fullGateRecurrence ? F.flatMap { $0 } : []
        let result = try run(
            layer, ParameterTensors(shapes: layer.parameterShapes, flat: W + U + b + P + gates), x: x, h: [0.2],
            c: [-0.5])
        expectClose(result.output, outputs)
        expectClose(result.c, [c])
    }

    /// One step of two units in each form: what is normalised together, what is carried, what shifts.
    @Test(arguments: [LayerNorm.gates, .gatesAndCell, .inputRecurrentCell]) func norms(_ norm: LayerNorm) throws {
        let epsilon = 0.01
        func normalize(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            return values.map { ($0 - mean) / (variance + epsilon).squareRoot() }
        }
        // Rows i, f, g, o of two units.
        let W = [0.3, -0.2, 0.7, 1.1, -0.6, 0.4, -0.9, 0.8], x = 0.9
        let U = [
            [0.5, 0.4], [-0.3, 0.8], [0.2, -0.7], [0.1, 0.6], [-0.4, 0.9], [0.35, -0.5], [0.15, 0.25], [-0.1, 0.45],
        ]
        let (h, c) = ([0.2, -0.1], [-0.5, 0.8])
        let b = [0.05, -0.1, 1.0, 0.9, 0.5, -0.15, 0.25, 0.3]
        let gain = (0..<18).map { 1 + 0.05 * Double($0 % 7) }
        let cellShift = [0.2, -0.3]

        let fromInput = W.map { $0 * x }
        let recurrent = U.map { row -> Double in row[0] * h[0] + row[1] * h[1] }
        var a: [Double] = []
        if norm == .inputRecurrentCell {
            let (n, m) = (normalize(fromInput), normalize(recurrent))
            for unit in 0..<8 { a.append(gain[unit] * n[unit] + gain[8 + unit] * m[unit] + b[unit]) }
        } else {
            for y in 0..<4 {
                let units = [2 * y, 2 * y + 1]
                let n = normalize(units.map { fromInput[$0] + recurrent[$0] })
                for (unit, value) in zip(units, n) { a.append(gain[unit] * value + b[unit]) }
            }
        }
        let raw = (0..<2).map { j -> Double in sigma(a[j]) * .tanh(a[4 + j]) + sigma(a[2 + j]) * c[j] }
        let n = normalize(raw)
        let cellGain = norm == .inputRecurrentCell ? 16 : 8
        let shown = (0..<2).map { j -> Double in gain[cellGain + j] * n[j] + cellShift[j] }
        let hidden = (0..<2).map { j -> Double in sigma(a[6 + j]) * .tanh(shown[j]) }

        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 1, hiddenSize: 2, directions: [.forward(axes: 1)],
            options: CellOptions {
                $0.layerNorm = norm
                $0.normEpsilon = epsilon
            })
        let norms =
            norm == .inputRecurrentCell ? b + gain + cellShift : Array(gain[..<10]) + b + cellShift
        let result = try run(
            layer, ParameterTensors(shapes: layer.parameterShapes, flat: W + U.flatMap { $0 } + norms), x: [x], h: h,
            c: c)
        expectClose(result.output, hidden)
        expectClose(result.c, norm == .gatesAndCell ? shown : raw)
    }
}
