import Foundation
import MDLSTM
import Testing
import _TestSupport

/// The sequences all formats are checked on: B 2, T 7, I 5; H 3 and so 4H 12.
let exchangeInput = Tensor<Double>.random([2, 7, 5], seed: 11)

func logistic(_ a: Double) -> Double { 1 / (1 + exp(-a)) }

/// The LSTM as the libraries write it, by plain loops over `exchangeInput`: `[B, T, H]`.
///
/// - Parameters:
///   - reversed: whether it runs from the last step to the first
///   - peepholes: the vectors of gates i, f and o
///   - cellClip: the limit of |c|
///   - gates: the function of i, f and o
///   - activation: the function of the candidate and the cell state in the output
///   - preactivation: of a gate (i, f, c or o) and unit, from x and the h before
func lstmOutput(
    H: Int, reversed: Bool = false, peepholes: [Character: [Double]] = [:], cellClip: Double = .infinity,
    gates function: (Double) -> Double = logistic, activation: (Double) -> Double = { tanh($0) },
    preactivation: (_ gate: Character, _ unit: Int, _ x: [Double], _ h: [Double]) -> Double
) -> Tensor<Double> {
    let (B, T, I) = (exchangeInput.shape[0], exchangeInput.shape[1], exchangeInput.shape[2])
    var output = Tensor<Double>(zeros: [B, T, H])
    for b in 0..<B {
        var (h, c) = (Array(repeating: 0.0, count: H), Array(repeating: 0.0, count: H))
        for step in 0..<T {
            let t = reversed ? T - 1 - step : step
            let x = Array(exchangeInput.values[((b * T + t) * I)..<((b * T + t + 1) * I)])
            let before = h
            for j in 0..<H {
                func gate(_ name: Character, sees cell: Double) -> Double {
                    function(preactivation(name, j, x, before) + (peepholes[name]?[j] ?? 0) * cell)
                }
                let (i, f) = (gate("i", sees: c[j]), gate("f", sees: c[j]))
                c[j] = f * c[j] + i * activation(preactivation("c", j, x, before))
                c[j] = max(-cellClip, min(cellClip, c[j]))
                h[j] = gate("o", sees: c[j]) * activation(c[j])
                output.values[(b * T + t) * H + j] = h[j]
            }
        }
    }
    return output
}

/// `sum_m matrix[row, m] vector[m]` of a matrix whose rows are as long as the vector.
func product(_ matrix: Tensor<Double>, row: Int, _ vector: [Double]) -> Double {
    vector.indices.reduce(0) { $0 + matrix.values[row * vector.count + $1] * vector[$1] }
}

/// `sum_m vector[m] matrix[m, column]`.
func product(_ vector: [Double], _ matrix: Tensor<Double>, column: Int) -> Double {
    vector.indices.reduce(0) { $0 + vector[$1] * matrix.values[$1 * matrix.shape[1] + column] }
}

/// A file of random tensors.
func tensorFile(_ shapes: [(String, [Int])], seed: UInt64 = 1) -> TensorFile {
    var file = TensorFile(name: "source")
    for (index, (name, shape)) in shapes.enumerated() {
        file.append(name, Tensor<Double>.random(shape, seed: seed, tensor: UInt32(index)))
    }
    return file
}

/// The layer of a file that holds one.
func layer<T: Scalar>(of file: WeightFile<T>) throws -> LayerFile<T> {
    guard case .layer(let layer) = file else { throw MDLSTMError(.data, "expected a layer, found a model") }
    return layer
}

/// What the converted layer makes of `exchangeInput`.
func output(of file: WeightFile<Double>) throws -> Tensor<Double> {
    let layer = try layer(of: file)
    return try ReferenceBackend<Double>().run(
        layer.configuration, parameters: layer.parameters, call: LayerCall(input: exchangeInput)
    ).output
}

/// What the converted model makes of `exchangeInput`.
func modelOutput(of file: WeightFile<Double>) throws -> Tensor<Double> {
    guard case .model(let model) = file else { throw MDLSTMError(.data, "expected a model, found a layer") }
    return try ReferenceBackend<Double>().makeModel(model.model, parameters: model.parameters).predict(exchangeInput)
}

/// Expects numbers of two orders of summation to agree.
func expectEqualNumbers(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(actual, expected, absolute: 1e-14, relative: 1e-13, "output", sourceLocation: sourceLocation)
}
