import MDLSTM
import Testing
import _TestSupport

/// State dicts that are not of one plain `torch.nn.LSTM`.
struct ExchangePyTorchNameTests {
    private let good: [(String, [Int])] = [
        ("weight_ih_l0", [12, 5]), ("weight_hh_l0", [12, 3]), ("bias_ih_l0", [12]), ("bias_hh_l0", [12]),
    ]

    private func expectRefused(
        _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ shapes: [(String, [Int])]
    ) {
        expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
            _ = try WeightFile<Float>(tensorFile(shapes), from: .pytorch)
        }
    }

    @Test func refusedWithTheTensorNamed() {
        expectRefused(["'weight_hr_l0'", "proj_size"], good + [("weight_hr_l0", [2, 3])])
        expectRefused(["'weight_hh_l0'", "missing", "[4H, H]"], [good[0]])
        expectRefused(["'bias_hh_l0'", "missing", "[12]"], Array(good.prefix(3)))
        expectRefused(["'weight_ih_l0'", "[9, 5]", "[12, 5]"], [("weight_ih_l0", [9, 5])] + good.dropFirst())
        expectRefused(["'weight_ih_l1'", "missing", "[12, 3]"], good + [("weight_hh_l1", [12, 3])])
        expectRefused(["'weight_hh_l0_reverse'", "missing"], good + [("weight_ih_l0_reverse", [12, 5])])
        expectRefused(["'weight_ih_l0_reverse'", "[12, 4]", "[12, 5]"], good + [("weight_ih_l0_reverse", [12, 4])])
        expectRefused(
            ["2 prefixes", "'a.'", "'b.'", "--prefix a. or --prefix b."],
            good.map { ("a." + $0.0, $0.1) } + good.map { ("b." + $0.0, $0.1) })
        expectRefused(["'weight_hh_l0'", "[12, 0]"], [("weight_ih_l0", [12, 5]), ("weight_hh_l0", [12, 0])])
        expectRefused(["65536"], [("weight_ih_l0", [4, 65_537]), ("weight_hh_l0", [4, 1])])
    }

    /// Names of a cell among those of an LSTM.
    @Test func mixedNames() {
        expectRefused(["unexpected tensor 'weight_hh'"], good + [("weight_hh", [12, 3])])
    }

    @Test(arguments: [
        "fc.weight", "weight_hr", "weight_ih_l", "weight_ih_l-1", "weight_ih_l00", "weight_ih_l1000",
        "weight_ih_l0_backward", "weight_ih_l0_reverse_", "weight_xx_l0", "lstm_weight_ih_l0", "",
    ])
    func refusedAsUnknown(name: String) {
        expectRefused(["unexpected tensor '\(name)' of shape [2]", "weight_ih_l0"], good + [(name, [2])])
    }
}
