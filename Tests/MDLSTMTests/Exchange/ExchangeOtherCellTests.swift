import MDLSTM
import Testing
import _TestSupport

/// Weights of GRUs and plain RNNs, in the layout of every library; H 3.
struct ExchangeOtherCellTests {
    private static let gru: [(WeightSource, [(String, [Int])])] = [
        (.pytorch, [("weight_ih_l0", [9, 5]), ("weight_hh_l0", [9, 3]), ("bias_ih_l0", [9]), ("bias_hh_l0", [9])]),
        (.pytorch, [("emb.weight", [7, 5]), ("rnn.weight_ih_l0", [9, 5]), ("rnn.weight_hh_l0", [9, 3])]),
        (.pytorch, [("weight_ih", [9, 5]), ("weight_hh", [9, 3])]),
        (.keras(), [("gru/kernel", [5, 9]), ("gru/recurrent_kernel", [3, 9]), ("gru/bias", [2, 9])]),
        (.keras(), [("kernel:0", [5, 9]), ("recurrent_kernel:0", [3, 9]), ("bias:0", [9])]),
        (.onnx(), [("W", [2, 9, 5]), ("R", [2, 9, 3]), ("B", [2, 18])]),
        (.tensorflow(), [("gru_cell/gates/kernel", [8, 6]), ("gru_cell/candidate/kernel", [8, 3])]),
    ]

    private static let rnn: [(WeightSource, [(String, [Int])])] = [
        (.pytorch, [("weight_ih_l0", [3, 5]), ("weight_hh_l0", [3, 3])]),
        (.pytorch, [("cell.weight_ih", [3, 5]), ("cell.weight_hh", [3, 3])]),
        (
            .keras(),
            [("simple_rnn/kernel", [5, 3]), ("simple_rnn/recurrent_kernel", [3, 3]), ("simple_rnn/bias", [3])]
        ),
        (.onnx(), [("W", [1, 3, 5]), ("R", [1, 3, 3])]),
        (.tensorflowMD(), [("rnn/basic_rnn_cell/kernel", [8, 3])]),
    ]

    private func expectRefused(
        _ parts: [String], _ source: WeightSource, _ shapes: [(String, [Int])],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
            _ = try WeightFile<Float>(tensorFile(shapes), from: source)
        }
    }

    @Test(arguments: gru) func gatedUnits(_ source: WeightSource, _ shapes: [(String, [Int])]) {
        expectRefused(["three gates of 3 units, a GRU, which is no cell here"], source, shapes)
    }

    @Test(arguments: rnn) func plainUnits(_ source: WeightSource, _ shapes: [(String, [Int])]) {
        expectRefused(["a plain RNN of 3 units, which is no cell here"], source, shapes)
    }

    /// What is also an LSTM's is none of these: another size is the fault.
    @Test func lstms() {
        expectRefused(
            ["'weight_hr_l0'", "proj_size"], .pytorch,
            [("weight_ih_l0", [12, 5]), ("weight_hh_l0", [12, 4]), ("weight_hr_l0", [4, 3])])
        expectRefused(
            ["2 prefixes", "--prefix lstm."], .pytorch,
            [
                ("gru.weight_ih_l0", [9, 5]), ("gru.weight_hh_l0", [9, 3]), ("lstm.weight_ih_l0", [12, 5]),
                ("lstm.weight_hh_l0", [12, 3]),
            ])
        expectRefused(
            ["'weight_hh_l0'", "[10, 3]"], .pytorch, [("weight_ih_l0", [12, 5]), ("weight_hh_l0", [10, 3])])
    }

    @Test func oneUnit() {
        expectRefused(["three gates of 1 unit,"], .pytorch, [("weight_ih_l0", [3, 5]), ("weight_hh_l0", [3, 1])])
    }
}
