import MDLSTM
import Testing
import _TestSupport

/// Names, shapes and initial values of every cell's tensors.
struct LayerParameterTests {
    private func make(
        _ cell: Cell, _ signs: String, forgetBias: Double? = nil, _ change: (inout CellOptions) -> Void = { _ in }
    ) throws -> LayerConfiguration {
        try LayerConfiguration(
            cell: cell, inputSize: 3, hiddenSize: 5,
            directions: signs.split(separator: " ").map { Direction(String($0))! }, options: CellOptions(change),
            forgetBias: forgetBias)
    }

    /// `name [shape]` of every tensor.
    private func list(_ layer: LayerConfiguration) -> [String] {
        layer.parameterShapes.map { "\($0.name) \($0.shape)" }
    }

    @Test func shapesOfTheCells() throws {
        func shapes(_ S: Int, _ N: Int, _ rows: Int) -> [String] {
            ["weight_ih [\(S), \(rows), 3]", "weight_hh [\(S), \(N), \(rows), 5]", "bias [\(S), \(rows)]"]
        }
        #expect(try list(make(.spatial, "++ -+ --")) == shapes(3, 2, 25))
        #expect(
            try list(make(.spatial, "++ --") { $0.extended = true }) == shapes(2, 2, 25) + ["weight_ch [2, 2, 25, 5]"])
        #expect(try list(make(.stable, "+++ -++")) == shapes(2, 3, 30))
        #expect(try list(make(.stable, "+")) == shapes(1, 1, 20))
        #expect(try list(make(.leaky, "+++")) == shapes(1, 3, 30))
        #expect(
            try list(make(.leaky, "+++ --- ") { $0.peepholes = true }) == shapes(2, 3, 30) + ["weight_ch [2, 8, 5]"])
        #expect(try list(make(.leaky, "+") { $0.peepholes = true }) == shapes(1, 1, 20) + ["weight_ch [1, 2, 5]"])
    }

    /// A gate that is left out has no rows and no peephole.
    @Test(arguments: LSTMVariant.allCases) func shapesOfTheVariants(_ variant: LSTMVariant) throws {
        let removed: Set<LSTMVariant> = [.noInputGate, .noForgetGate, .noOutputGate, .coupled, .coupledForget]
        let gates = removed.contains(variant) ? 3 : 4
        let layer = try make(.lstm, "+ -") {
            $0.variant = variant
            $0.peepholes = true
        }
        #expect(
            list(layer) == [
                "weight_ih [2, \(gates * 5), 3]", "weight_hh [2, 1, \(gates * 5), 5]", "bias [2, \(gates * 5)]",
                "weight_ch [2, \(gates - 1), 5]",
            ] + (variant == .fullGateRecurrence ? ["weight_gh [2, 3, 15, 5]"] : []))
    }

    @Test func shapesOfTheNorms() throws {
        for norm in [LayerNorm.gates, .gatesAndCell] {
            #expect(
                try list(make(.graves, "++ --") { $0.layerNorm = norm }) == [
                    "weight_ih [2, 25, 3]", "weight_hh [2, 2, 25, 5]", "norm_weight [2, 6, 5]", "norm_bias [2, 6, 5]",
                ])
        }
        #expect(
            try list(make(.stable, "+++") { $0.layerNorm = .inputRecurrentCell }) == [
                "weight_ih [1, 30, 3]", "weight_hh [1, 3, 30, 5]", "bias [1, 30]", "norm_weight [1, 13, 5]",
                "norm_bias [1, 1, 5]",
            ])
    }

    @Test func shapesOfTheGrids() throws {
        #expect(
            try list(make(.grid, "+++ -++") { $0.grid = GridOptions(depth: 7) }) == [
                "weight_in [2, 10, 3]", "bias_in [2, 10]", "weight_hh [2, 3, 20, 15]", "bias [2, 3, 20]",
            ])
        let untied = try make(.grid, "+++ -++") {
            $0.peepholes = true
            $0.grid = GridOptions(depth: 7, tied: false, functions: [.tanh, .lstm, .lstm])
        }
        #expect(
            list(untied) == [
                "weight_in [2, 10, 3]", "bias_in [2, 10]", "weight_hh [14, 2, 20, 15]", "bias [14, 2, 20]",
                "weight_ch [14, 2, 3, 5]", "weight_vh [14, 1, 5, 15]", "bias_v [14, 1, 5]",
            ])
        var shared = untied
        shared.options.grid.sharing = .depth
        #expect(
            list(shared) == [
                "weight_in [2, 10, 3]", "bias_in [2, 10]", "weight_hh [14, 1, 20, 15]", "bias [14, 1, 20]",
                "weight_ch [14, 1, 3, 5]", "weight_vh [14, 1, 5, 15]", "bias_v [14, 1, 5]",
                "weight_hh_depth [2, 1, 20, 15]", "bias_depth [2, 1, 20]", "weight_ch_depth [2, 1, 3, 5]",
            ])
        shared.options.grid.functions = [.lstm, .lstm, .relu]
        #expect(
            list(shared) == [
                "weight_in [2, 5, 3]", "bias_in [2, 5]", "weight_hh [14, 2, 20, 15]", "bias [14, 2, 20]",
                "weight_ch [14, 2, 3, 5]", "weight_vh_depth [2, 1, 5, 15]", "bias_v_depth [2, 1, 5]",
            ])
        #expect(untied.setCount == 14 && untied.outputSize == 10 && untied.inputAxes == 2)
        #expect(
            try list(make(.grid, "+") { $0.grid.functions = [.relu] }) == [
                "weight_in [1, 5, 3]", "bias_in [1, 5]", "weight_vh [1, 1, 5, 5]", "bias_v [1, 1, 5]",
            ])
    }

    @Test func defaultForgetBias() throws {
        for (cell, expected) in [(Cell.graves, -2.0), (.spatial, -2), (.stable, 0), (.leaky, 0), (.grid, 0)] {
            #expect(try make(cell, "+++").forgetBias == expected)
        }
        #expect(try make(.lstm, "+").forgetBias == 0)
    }

    /// Rows of H in `bias`, or in `norm_bias` where the shifts of a layer norm stand for it.
    @Test func forgetBiasIsThatOfTheForgetGatesOnly() throws {
        func rows(_ layer: LayerConfiguration, _ name: String) throws -> [Double] {
            let values = try #require(layer.initialParameters(seed: 1, as: Double.self)[name]).values
            for row in stride(from: 0, to: values.count, by: 5) { #expect(Set(values[row..<(row + 5)]).count == 1) }
            return stride(from: 0, to: values.count, by: 5).map { values[$0] }
        }
        #expect(try rows(make(.spatial, "++ --", forgetBias: 2), "bias") == [0, 2, 2, 0, 0, 0, 2, 2, 0, 0])
        #expect(try rows(make(.stable, "++", forgetBias: 2), "bias") == [0, 2, 0, 0, 0])
        #expect(try rows(make(.leaky, "++"), "bias") == [0, 0, 0, 0, 0])
        #expect(try rows(make(.lstm, "+", forgetBias: 2) { $0.variant = .noInputGate }, "bias") == [2, 0, 0])
        #expect(
            try rows(make(.graves, "++", forgetBias: 2) { $0.layerNorm = .gates }, "norm_bias") == [0, 2, 2, 0, 0, 0])
        let apart = try make(.graves, "++", forgetBias: 2) { $0.layerNorm = .inputRecurrentCell }
        #expect(try rows(apart, "bias") == [0, 2, 2, 0, 0])
        #expect(try rows(apart, "norm_bias") == [0])
        let grid = try make(.grid, "++", forgetBias: 2) {
            $0.grid = GridOptions(depth: 2, tied: false, functions: [.lstm, .lstm])
        }
        #expect(try rows(grid, "bias") == Array(repeatElement([0, 2, 0, 0], count: 4).joined()))
        #expect(try rows(grid, "bias_in") == [0, 0])
        let shared = try make(.grid, "++ -+", forgetBias: 2) { $0.grid = GridOptions(depth: 3, sharing: .depth) }
        #expect(try rows(shared, "bias") == Array(repeatElement([0, 2, 0, 0], count: 6).joined()))
        #expect(try rows(shared, "bias_depth") == [0, 2, 0, 0, 0, 2, 0, 0])
    }

    /// Gains 1; weights of every name within 1/sqrt(H), all different.
    @Test(arguments: LayerCase.chosen.filter(\.small)) func initialValues(_ layer: LayerCase) {
        let parameters: ParameterTensors<Double> = layer.configuration.initialParameters(seed: 7)
        #expect(parameters.shapes == layer.configuration.parameterShapes)
        let bound = 1 / Double(layer.configuration.hiddenSize).squareRoot()
        for (name, tensor) in parameters.entries {
            if name == "norm_weight" { #expect(tensor.values.allSatisfy { $0 == 1 }) }
            if ["bias_in", "bias_v", "bias_v_depth"].contains(name) { #expect(tensor.values.allSatisfy { $0 == 0 }) }
            guard name.hasPrefix("weight") else { continue }
            #expect(tensor.values.allSatisfy { (-bound..<bound).contains($0) }, "\(name)")
            #expect(Set(tensor.values).count == tensor.count, "\(name)")
        }
    }
}
