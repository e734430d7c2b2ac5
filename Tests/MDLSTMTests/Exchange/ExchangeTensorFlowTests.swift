import Foundation
import MDLSTM
import Testing
import _TestSupport

/// Variables of TensorFlow 1's cells, against their equations: `a = [x, h] kernel + bias`, gates i, j, f, o.
struct ExchangeTensorFlowTests {
    private let H = 3
    private let slots: [Character: Int] = ["i": 0, "c": 1, "f": 2, "o": 3]

    private func shapes(_ prefix: String = "", end: String = "", I: Int = 5, peepholes: Bool = false) -> [(
        String, [Int]
    )] {
        let vectors = peepholes ? ["w_f_diag", "w_i_diag", "w_o_diag"].map { ($0, [H]) } : []
        return ([("bias", [4 * H]), ("kernel", [I + H, 4 * H])] + vectors).map { (prefix + $0.0 + end, $0.1) }
    }

    private func expected(
        _ file: TensorFile, _ prefix: String = "", end: String = "", reversed: Bool = false, forgetBias: Double = 1,
        cellClip: Double = .infinity, activation: (Double) -> Double = { tanh($0) },
        names: [String] = ["kernel", "bias"]
    ) throws -> Tensor<Double> {
        let W: Tensor<Double> = try file.tensor(prefix + names[0] + end)
        let b: Tensor<Double> = try file.tensor(prefix + names[1] + end)
        var peepholes: [Character: [Double]] = [:]
        for gate in "ifo" where file[prefix + "w_\(gate)_diag" + end] != nil {
            peepholes[gate] = try file.tensor(prefix + "w_\(gate)_diag" + end, as: Double.self).values
        }
        return lstmOutput(
            H: H, reversed: reversed, peepholes: peepholes, cellClip: cellClip, activation: activation
        ) { gate, unit, x, h in
            let column = slots[gate]! * H + unit
            return product(x + h, W, column: column) + b.values[column] + (gate == "f" ? forgetBias : 0)
        }
    }

    @Test(arguments: ["", "rnn/basic_lstm_cell/", "rnn/lstm_cell/", "model/rnn/multi_rnn_cell/cell_0/lstm_cell/"])
    func oneCell(prefix: String) throws {
        let file = tensorFile(shapes(prefix, end: ":0"))
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .tensorflow())), try expected(file, prefix, end: ":0"))
    }

    /// A checkpoint has the step, and what the optimizer and averages keep beside each variable.
    @Test func variablesOfTheTrainingAreLeftOut() throws {
        let cell = shapes("rnn/lstm_cell/")
        let slots = cell.flatMap { name, shape in
            ["Adam", "Adam_1", "Momentum", "ExponentialMovingAverage"].map { ("\(name)/\($0)", shape) }
        }
        var file = tensorFile(cell + slots + [("beta1_power", []), ("beta2_power_1", [])])
        file.append("global_step", TensorFile.Entry(type: .int64, shape: [], bytes: ArraySlice(repeating: 0, count: 8)))
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .tensorflow())), try expected(file, "rnn/lstm_cell/"))
    }

    /// `weights` and `biases` before TensorFlow 1.2.
    @Test func olderNames() throws {
        let file = tensorFile([("rnn/lstm_cell/weights", [8, 12]), ("rnn/lstm_cell/biases", [12])])
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .tensorflow())),
            try expected(file, "rnn/lstm_cell/", names: ["weights", "biases"]))
    }

    @Test func argumentsOfTheCell() throws {
        let file = tensorFile(shapes("rnn/lstm_cell/", peepholes: true))
        let options = TensorFlowOptions {
            ($0.forgetBias, $0.cellClip, $0.activation) = (-0.5, 0.25, .relu)
        }
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .tensorflow(options))),
            try expected(file, "rnn/lstm_cell/", forgetBias: -0.5, cellClip: 0.25, activation: { max(0, $0) }))
        // The one cell that adds nothing unless told to.
        let cuDNN = tensorFile(shapes("rnn/cudnn_compatible_lstm_cell/"))
        expectEqualNumbers(
            try output(of: WeightFile(cuDNN, from: .tensorflow())),
            try expected(cuDNN, "rnn/cudnn_compatible_lstm_cell/", forgetBias: 0))
    }

    @Test func bothDirections() throws {
        let file = tensorFile(
            shapes("bidirectional_rnn/bw/lstm_cell/") + shapes("bidirectional_rnn/fw/lstm_cell/"))
        let parts = [
            try expected(file, "bidirectional_rnn/fw/lstm_cell/"),
            try expected(file, "bidirectional_rnn/bw/lstm_cell/", reversed: true),
        ]
        expectEqualNumbers(try output(of: WeightFile(file, from: .tensorflow())), .joined(parts, axis: 2))
        let one = tensorFile(shapes("bidirectional_rnn/bw/lstm_cell/"))
        expectEqualNumbers(
            try output(of: WeightFile(one, from: .tensorflow())),
            try expected(one, "bidirectional_rnn/bw/lstm_cell/", reversed: true))
    }

    /// Cells in the order of their numbers, not of their names.
    @Test func stacks() throws {
        let cells = (0..<11).map { "rnn/multi_rnn_cell/cell_\($0)/lstm_cell/" }
        let names = cells.enumerated().sorted { $0.element < $1.element }
        let file = tensorFile(names.flatMap { shapes($0.element, I: $0.offset == 0 ? 5 : H) })
        guard case .model(let model) = try WeightFile<Double>(file, from: .tensorflow()) else {
            Issue.record("expected a model")
            return
        }
        #expect(model.model.layers.count == 11)
        for (index, cell) in cells.enumerated() {
            let kernel: Tensor<Double> = try file.tensor(cell + "kernel")
            #expect(model.parameters["\(index).weight_ih"]?.values[0] == kernel.values[0])
        }
        let both = ["fw", "bw"].flatMap { direction in
            (0..<2).flatMap { layer in
                shapes(
                    "stack_bidirectional_rnn/cell_\(layer)/bidirectional_rnn/\(direction)/lstm_cell/",
                    I: layer == 0 ? 5 : 2 * H)
            }
        }
        guard case .model(let stack) = try WeightFile<Double>(tensorFile(both), from: .tensorflow()) else {
            Issue.record("expected a model")
            return
        }
        #expect(stack.model.outputSize == 2 * H && stack.model.layers.count == 2)
    }

    /// Outputs of TensorFlow 2.21 with tf_keras' legacy cells, float32; the variables, in the order of their names, are
    /// `((7 k + 3) mod 11 - 5) / 8` from k = 1, 2, ...
    @Test func numbersOfTensorFlow() throws {
        func file(_ shapes: [(String, [Int])]) -> TensorFile {
            var file = TensorFile(name: "source")
            for (index, (name, shape)) in shapes.enumerated() {
                file.append(name, exactNumbers(shape, from: index + 1))
            }
            return file
        }
        let x = exactNumbers([1, 3, 3], from: 2)
        func run(_ file: TensorFile, _ options: TensorFlowOptions = TensorFlowOptions()) throws -> Tensor<Float> {
            switch try WeightFile<Float>(file, from: .tensorflow(options)) {
            case .layer(let layer):
                try ReferenceBackend<Float>().run(
                    layer.configuration, parameters: layer.parameters, call: LayerCall(input: x)
                ).output
            case .model(let model):
                try ReferenceBackend<Float>().makeModel(model.model, parameters: model.parameters).predict(x)
            }
        }
        let basic = file([("rnn/basic_lstm_cell/bias:0", [8]), ("rnn/basic_lstm_cell/kernel:0", [5, 8])])
        expectNumbers(try run(basic), [-0.2647834, 0.1205136, -0.3955317, 0.2060837, -0.4686796, 0.2596067])
        let clipped = file(
            [("bias", [8]), ("kernel", [5, 8]), ("w_f_diag", [2]), ("w_i_diag", [2]), ("w_o_diag", [2])].map {
                ("rnn/lstm_cell/\($0.0):0", $0.1)
            })
        expectNumbers(
            try run(clipped, TensorFlowOptions { ($0.cellClip, $0.forgetBias) = (0.25, 0.5) }),
            [-0.1479142, 0.1025467, -0.1480007, 0.1153363, -0.1482801, 0.1267105])
        let stack = file(
            [
                ("0/lstm_cell/bias", [8]), ("0/lstm_cell/kernel", [5, 8]), ("1/lstm_cell/bias", [4]),
                ("1/lstm_cell/kernel", [3, 4]),
            ]
            .map { ("rnn/multi_rnn_cell/cell_\($0.0):0", $0.1) })
        expectNumbers(try run(stack, TensorFlowOptions { $0.activation = .relu }), [0.0617399, 0.09846176, 0.1183496])
    }

    @Test func othersAreRefused() {
        func refuse(
            _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ shapes: [(String, [Int])]
        ) {
            expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile<Float>(tensorFile(shapes), from: .tensorflow())
            }
        }
        let cell = "rnn/lstm_cell/"
        refuse(["projection/kernel", "num_proj"], shapes(cell) + [(cell + "projection/kernel", [3, 2])])
        refuse(["CudnnLSTM"], [("cudnn_lstm/opaque_kernel", [200])])
        refuse(["LSTMBlockFusedCell"], shapes("lstm_fused_cell/"))
        refuse(["CoupledInputForgetGateLSTMCell"], [("rnn/coupled_input_forget_gate_lstm_cell/kernel", [8, 9])])
        refuse(["LayerNormBasicLSTMCell"], [("rnn/layer_norm_basic_lstm_cell/input/gamma", [3])])
        refuse(["GRU"], [("rnn/gru_cell/gates/kernel", [8, 6]), ("rnn/gru_cell/candidate/kernel", [8, 3])])
        refuse(["no gates"], [("rnn/basic_rnn_cell/kernel", [8, 3]), ("rnn/basic_rnn_cell/bias", [3])])
        refuse(["'rnn/lstm_cell/bias' is missing", "[12]"], [(cell + "kernel", [8, 12])])
        refuse(["[8, 10]", "[I+H, 4H]"], [(cell + "kernel", [8, 10]), (cell + "bias", [10])])
        refuse(["[3, 12]", "[I+H, 4H]"], [(cell + "kernel", [3, 12]), (cell + "bias", [12])])
        refuse(["'w_i_diag'", "missing"], [("kernel", [8, 12]), ("bias", [12]), ("w_f_diag", [3])])
        refuse(["'a/kernel/Gain'"], shapes("a/") + [("a/kernel/Gain", [8, 12])])
        refuse(["'a/lstm_cell/', 'b/lstm_cell/'", "one at a time"], shapes("a/lstm_cell/") + shapes("b/lstm_cell/"))
        refuse(
            ["MultiRNNCell of its own"],
            ["fw", "bw"].flatMap { direction in
                (0..<2).flatMap { shapes("b/\(direction)/multi_rnn_cell/cell_\($0)/lstm_cell/", I: $0 == 0 ? 5 : H) }
            })
        refuse(
            ["without a gap"],
            [0, 2].flatMap { shapes("rnn/multi_rnn_cell/cell_\($0)/lstm_cell/", I: $0 == 0 ? 5 : H) })
        refuse(
            ["fw and bw of every layer"], shapes("s/cell_0/b/fw/lstm_cell/") + shapes("s/cell_1/b/bw/lstm_cell/", I: 3))
        refuse(["layer 1 expects 4"], [0, 1].flatMap { shapes("m/cell_\($0)/lstm_cell/", I: $0 == 0 ? 5 : 4) })
        refuse(
            ["'b/fw/lstm_cell/' and 'b/bw/lstm_cell/'", "differ"],
            shapes("b/fw/lstm_cell/") + shapes("b/bw/lstm_cell/", I: 4))
    }

    /// The cells of one direction of a bidirectional stack are a stack.
    @Test func stackOfOneDirection() throws {
        let file = tensorFile(
            (0..<2).flatMap { shapes("b/bw/multi_rnn_cell/cell_\($0)/lstm_cell/", I: $0 == 0 ? 5 : H) })
        guard case .model(let model) = try WeightFile<Double>(file, from: .tensorflow()) else {
            Issue.record("expected a model")
            return
        }
        for layer in model.model.layers {
            guard case .recurrent(let configuration, _) = layer else { continue }
            #expect(configuration.directions == ["-"])
        }
    }
}
