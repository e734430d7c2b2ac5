import Foundation
import MDLSTM
import Testing
import _TestSupport

/// Arrays of Keras' LSTM, against its equations: `a = x kernel + h recurrent_kernel + bias`.
struct ExchangeKerasTests {
    private let H = 3
    private let slots: [Character: Int] = ["i": 0, "f": 1, "c": 2, "o": 3]

    private func shapes(_ prefix: String = "", end: String = "", bias: Int? = 12) -> [(String, [Int])] {
        let kernels = [("kernel", [5, 4 * H]), ("recurrent_kernel", [H, 4 * H])]
        return (kernels + (bias.map { [("bias", [$0])] } ?? [])).map { (prefix + $0.0 + end, $0.1) }
    }

    private func expected(
        _ file: TensorFile, _ prefix: String = "", end: String = "", reversed: Bool = false,
        gates: (Double) -> Double = logistic, activation: (Double) -> Double = { tanh($0) }
    ) throws -> Tensor<Double> {
        let W: Tensor<Double> = try file.tensor(prefix + "kernel" + end)
        let U: Tensor<Double> = try file.tensor(prefix + "recurrent_kernel" + end)
        let b: Tensor<Double> =
            file[prefix + "bias" + end] == nil ? Tensor(zeros: [4 * H]) : try file.tensor(prefix + "bias" + end)
        return lstmOutput(H: H, reversed: reversed, gates: gates, activation: activation) { gate, unit, x, h in
            let column = slots[gate]! * H + unit
            return product(x, W, column: column) + product(h, U, column: column) + b.values[column]
        }
    }

    @Test(arguments: [("", ""), ("lstm/lstm_cell/", ""), ("model/lstm_1/lstm_cell/", ":0"), ("encoder_", "")])
    func oneDirection(prefix: String, end: String) throws {
        let file = tensorFile(shapes(prefix, end: end))
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .keras())), try expected(file, prefix, end: end))
    }

    @Test func withoutBias() throws {
        let file = tensorFile(shapes(bias: nil))
        expectEqualNumbers(try output(of: WeightFile(file, from: .keras())), try expected(file))
    }

    @Test(arguments: [
        ("bidirectional/forward_lstm/lstm_cell/", "bidirectional/backward_lstm/lstm_cell/"), ("forward_", "backward_"),
        // A scope that begins so is no direction.
        ("forward_net/bi/forward_lstm/", "forward_net/bi/backward_lstm/"),
    ])
    func bothDirections(forward: String, backward: String) throws {
        for prefixes in [[forward, backward], [backward, forward]] {
            let file = tensorFile(prefixes.flatMap { shapes($0) })
            let parts = [try expected(file, forward), try expected(file, backward, reversed: true)]
            expectEqualNumbers(try output(of: WeightFile(file, from: .keras())), .joined(parts, axis: 2))
        }
    }

    /// Two layers whose names only begin so are no Bidirectional.
    @Test func layersThatAreNoDirections() {
        let file = tensorFile(["forward_encoder/", "backward_pass/"].flatMap { shapes($0) })
        expectMDLSTMError(.data, ["'forward_encoder/'", "'backward_pass/'", "one at a time"]) {
            _ = try WeightFile<Double>(file, from: .keras())
        }
    }

    /// A slope that is not Keras' would be a difference of 0.02 and more.
    @Test(arguments: KerasGateActivation.allCases, CellActivation.allCases)
    func activations(gates: KerasGateActivation, cell: CellActivation) throws {
        let file = tensorFile(shapes())
        let slope = gates == .hardSigmoid ? 1.0 / 6 : 0.2
        let expected = try expected(
            file, gates: { gates == .sigmoid ? logistic($0) : max(0, min(1, slope * $0 + 0.5)) },
            activation: { cell == .tanh ? tanh($0) : cell == .relu ? max(0, $0) : $0 })
        let options = KerasOptions {
            $0.recurrentActivation = gates
            $0.activation = cell
        }
        expectEqualNumbers(try output(of: WeightFile(file, from: .keras(options))), expected)
    }

    /// The outputs of a layer that goes backwards begin with that of the last step.
    @Test func goBackwards() throws {
        let file = tensorFile(shapes())
        let read = try expected(file, reversed: true)
        var turned = read
        for (b, t) in [0, 1].flatMap({ b in (0..<7).map { (b, $0) } }) {
            for j in 0..<H { turned.values[(b * 7 + t) * H + j] = read.values[(b * 7 + 6 - t) * H + j] }
        }
        let options = KerasOptions { $0.goesBackwards = true }
        expectEqualNumbers(try modelOutput(of: WeightFile(file, from: .keras(options))), turned)
    }

    @Test func mergeModes() throws {
        let file = tensorFile(shapes("forward_") + shapes("backward_"))
        let parts = [try expected(file, "forward_"), try expected(file, "backward_", reversed: true)]
        let sum = Tensor(shape: parts[0].shape, values: zip(parts[0].values, parts[1].values).map { $0 + $1 })
        expectEqualNumbers(
            try modelOutput(of: WeightFile(file, from: .keras(KerasOptions { $0.mergeMode = .sum }))), sum)
        let concat = KerasOptions { $0.mergeMode = .concatenate }
        expectEqualNumbers(try output(of: WeightFile(file, from: .keras(concat))), .joined(parts, axis: 2))
        for (options, word) in [(concat, "merge mode"), (KerasOptions { $0.mergeMode = .sum }, "merge mode")] {
            expectMDLSTMError(.data, ["source: ", "one direction", word]) {
                _ = try WeightFile<Float>(tensorFile(shapes()), from: .keras(options))
            }
        }
        expectMDLSTMError(.data, ["source: ", "both directions", "go_backwards"]) {
            _ = try WeightFile<Float>(file, from: .keras(KerasOptions { $0.goesBackwards = true }))
        }
    }

    /// LSTM(2, go_backwards=True, recurrent_activation="hard_sigmoid") of Keras 3.15, kernel
    /// `((7 k + 3) mod 11 - 5) / 8` from k = 1, recurrent kernel from 5, bias from 4, inputs from 2.
    @Test func numbersOfKeras() throws {
        var file = TensorFile(name: "source")
        file.append("kernel", exactNumbers([3, 8], from: 1))
        file.append("recurrent_kernel", exactNumbers([2, 8], from: 5))
        file.append("bias", exactNumbers([8], from: 4))
        let options = KerasOptions {
            ($0.goesBackwards, $0.recurrentActivation) = (true, .hardSigmoid)
        }
        guard case .model(let model) = try WeightFile<Float>(file, from: .keras(options)) else {
            Issue.record("expected a model")
            return
        }
        let y = try ReferenceBackend<Float>().makeModel(model.model, parameters: model.parameters)
            .predict(exactNumbers([1, 3, 3], from: 2))
        expectNumbers(y, [-0.04349423, -0.08351123, -0.02765247, -0.1583687, 0.005114955, -0.2225157])
    }

    /// cuDNN's layout: a gate's numbers, read one after the other, are `[H, I]` and `[H, H]`; two biases add.
    @Test func cuDNN() throws {
        let file = tensorFile(shapes(bias: 24))
        let W: Tensor<Double> = try file.tensor("kernel")
        let U: Tensor<Double> = try file.tensor("recurrent_kernel")
        let b: Tensor<Double> = try file.tensor("bias")
        /// Number `index` of a gate's `[K, H]` columns of a kernel, row by row.
        func number(_ kernel: Tensor<Double>, _ gate: Character, _ index: Int) -> Double {
            kernel.values[index / H * 4 * H + slots[gate]! * H + index % H]
        }
        let expected = lstmOutput(H: H) { gate, unit, x, h in
            var a = b.values[slots[gate]! * H + unit] + b.values[4 * H + slots[gate]! * H + unit]
            for m in x.indices { a += number(W, gate, unit * x.count + m) * x[m] }
            for m in h.indices { a += number(U, gate, unit * h.count + m) * h[m] }
            return a
        }
        expectEqualNumbers(try output(of: WeightFile(file, from: .keras())), expected)
    }

    @Test func filesOfOtherLayersAreRefused() {
        func expectRefused(
            _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ shapes: [(String, [Int])]
        ) {
            expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile<Float>(tensorFile(shapes), from: .keras())
            }
        }
        expectRefused(["'a/'", "'b/'", "one at a time"], shapes("a/") + shapes("b/"))
        expectRefused(["'c/'", "one at a time"], shapes("a/") + shapes("b/") + shapes("c/"))
        expectRefused(["'backward_lstm/'", "forward"], shapes("backward_lstm/"))
        expectRefused(["'recurrent_kernel'", "missing", "[H, 4H]"], [("kernel", [5, 12]), ("bias", [12])])
        expectRefused(
            ["'kernel'", "[5, 9]", "expected [5, 12]"], [("kernel", [5, 9]), ("recurrent_kernel", [3, 12])])
        expectRefused(["'bias'", "[6]", "expected [12]"], shapes(bias: 6))
        expectRefused(["unexpected tensor 'gamma'", "kernel"], shapes() + [("gamma", [3])])
        expectRefused(["'bias:0' is there twice"], shapes() + [("bias:0", [12])])
        expectRefused(
            ["'backward_kernel'", "[2, 12]", "[5, 12]"],
            shapes("forward_") + [("backward_kernel", [2, 12]), ("backward_recurrent_kernel", [3, 12])])
    }
}
