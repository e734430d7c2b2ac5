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

    private func expected(_ file: TensorFile, _ prefix: String = "", end: String = "", reversed: Bool = false) throws
        -> Tensor<Double>
    {
        let W: Tensor<Double> = try file.tensor(prefix + "kernel" + end)
        let U: Tensor<Double> = try file.tensor(prefix + "recurrent_kernel" + end)
        let b: Tensor<Double> =
            file[prefix + "bias" + end] == nil ? Tensor(zeros: [4 * H]) : try file.tensor(prefix + "bias" + end)
        return lstmOutput(H: H, reversed: reversed) { gate, unit, x, h in
            let column = slots[gate]! * H + unit
            return product(x, W, column: column) + product(h, U, column: column) + b.values[column]
        }
    }

    @Test(arguments: [("", ""), ("lstm/lstm_cell/", ""), ("model/lstm_1/lstm_cell/", ":0"), ("encoder_", "")])
    func oneDirection(prefix: String, end: String) throws {
        let file = tensorFile(shapes(prefix, end: end))
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .keras)), try expected(file, prefix, end: end))
    }

    @Test func withoutBias() throws {
        let file = tensorFile(shapes(bias: nil))
        expectEqualNumbers(try output(of: WeightFile(file, from: .keras)), try expected(file))
    }

    @Test(arguments: [
        ("bidirectional/forward_lstm/lstm_cell/", "bidirectional/backward_lstm/lstm_cell/"), ("forward_", "backward_"),
    ])
    func bothDirections(forward: String, backward: String) throws {
        for prefixes in [[forward, backward], [backward, forward]] {
            let file = tensorFile(prefixes.flatMap { shapes($0) })
            let parts = [try expected(file, forward), try expected(file, backward, reversed: true)]
            expectEqualNumbers(try output(of: WeightFile(file, from: .keras)), .joined(parts, axis: 2))
        }
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
        expectEqualNumbers(try output(of: WeightFile(file, from: .keras)), expected)
    }

    @Test func filesOfOtherLayersAreRefused() {
        func expectRefused(
            _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ shapes: [(String, [Int])]
        ) {
            expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile<Float>(tensorFile(shapes), from: .keras)
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
