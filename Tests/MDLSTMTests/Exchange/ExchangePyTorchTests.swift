import MDLSTM
import Testing
import _TestSupport

/// State dicts of `torch.nn.LSTM`, against its equations on the source tensors.
struct ExchangePyTorchTests {
    private let H = 3

    /// Names and shapes of a state dict over inputs of 5 features.
    private func shapes(layers: Int = 1, bidirectional: Bool = false, bias: Bool = true, prefix: String = "")
        -> [(String, [Int])]
    {
        (0..<layers).flatMap { layer in
            (bidirectional ? ["", "_reverse"] : [""]).flatMap { suffix -> [(String, [Int])] in
                let inputs = layer == 0 ? 5 : bidirectional ? 2 * H : H
                let end = "_l\(layer)\(suffix)"
                let weights = [("weight_ih", [4 * H, inputs]), ("weight_hh", [4 * H, H])]
                let biases = bias ? [("bias_ih", [4 * H]), ("bias_hh", [4 * H])] : []
                return (weights + biases).map { (prefix + $0.0 + end, $0.1) }
            }
        }
    }

    /// `a_y = W_y x + b_y + U_y h + b'_y`, the gates in the order i, f, g, o; `[B, T, H]`.
    private func expected(_ file: TensorFile, end: String, prefix: String = "", reversed: Bool = false) throws
        -> Tensor<Double>
    {
        let W: Tensor<Double> = try file.tensor(prefix + "weight_ih" + end)
        let U: Tensor<Double> = try file.tensor(prefix + "weight_hh" + end)
        let hasBias = file[prefix + "bias_ih" + end] != nil
        let b: Tensor<Double> = hasBias ? try file.tensor(prefix + "bias_ih" + end) : Tensor(zeros: [4 * H])
        let d: Tensor<Double> = hasBias ? try file.tensor(prefix + "bias_hh" + end) : Tensor(zeros: [4 * H])
        let slots: [Character: Int] = ["i": 0, "f": 1, "c": 2, "o": 3]
        return lstmOutput(H: H, reversed: reversed) { gate, unit, x, h in
            let row = slots[gate]! * H + unit
            return product(W, row: row, x) + b.values[row] + product(U, row: row, h) + d.values[row]
        }
    }

    @Test(arguments: ["", "lstm.", "encoder.rnn."], [true, false])
    func oneLayer(prefix: String, bias: Bool) throws {
        let file = tensorFile(shapes(bias: bias, prefix: prefix))
        let converted = try WeightFile<Double>(file, from: .pytorch)
        #expect(try layer(of: converted).configuration.cell == .lstm)
        expectEqualNumbers(try output(of: converted), try expected(file, end: "_l0", prefix: prefix))
    }

    /// An LSTMCell's tensors are those of an LSTM without `_l0`.
    @Test(arguments: ["", "cell."], [true, false])
    func cell(prefix: String, bias: Bool) throws {
        let file = tensorFile(shapes(bias: bias, prefix: prefix).map { ($0.0.replacing("_l0", with: ""), $0.1) })
        let converted = try WeightFile<Double>(file, from: .pytorch)
        expectEqualNumbers(try output(of: converted), try expected(file, end: "", prefix: prefix))
    }

    /// One layer out of many tensors, whole numbers among them; the last dot of its prefix may be left out.
    @Test(arguments: ["encoder.lstm.", "encoder.lstm"])
    func oneOfSeveral(prefix: String) throws {
        var file = tensorFile(shapes(prefix: "encoder.lstm.") + shapes(prefix: "encoder.lstm2."))
        file.append("steps", NumpyArray(Tensor<Float>(zeros: [])).entry)
        let converted = try WeightFile<Double>(file.selecting { $0.isTensor(under: prefix) }, from: .pytorch)
        expectEqualNumbers(try output(of: converted), try expected(file, end: "_l0", prefix: "encoder.lstm."))
    }

    @Test func bothDirections() throws {
        let file = tensorFile(shapes(bidirectional: true))
        let forward = try expected(file, end: "_l0")
        let backward = try expected(file, end: "_l0_reverse", reversed: true)
        let converted = try WeightFile<Double>(file, from: .pytorch)
        expectEqualNumbers(try output(of: converted), .joined([forward, backward], axis: 2))
    }

    /// Each layer of the model is what its part of the state dict is alone.
    @Test func severalLayersAreAModel() throws {
        let file = tensorFile(shapes(layers: 3, bidirectional: true))
        guard case .model(let model) = try WeightFile<Double>(file, from: .pytorch) else {
            Issue.record("expected a model")
            return
        }
        #expect(model.model.inputSize == 5 && model.model.axes == 1 && model.model.featureSizes == [6, 6, 6])
        #expect(model.parameters.shapes == model.model.parameterShapes)
        for n in 0..<3 {
            var alone = TensorFile()
            for name in file.names where name.contains("_l\(n)") {
                alone.append(name.replacing("_l\(n)", with: "_l0"), try file.tensor(name, as: Double.self))
            }
            let layer = try layer(of: try WeightFile<Double>(alone, from: .pytorch))
            for (name, tensor) in layer.parameters.entries { #expect(model.parameters["\(n).\(name)"] == tensor) }
            guard case .recurrent(layer.configuration, merge: .concatenate) = model.model.layers[n] else {
                Issue.record("layer \(n) is \(model.model.layers[n])")
                return
            }
        }
    }

    @Test(arguments: [1, 3], [false, true])
    func roundTrip(layers: Int, bidirectional: Bool) throws {
        let file = tensorFile(shapes(layers: layers, bidirectional: bidirectional))
        let back = try WeightFile<Double>(file, from: .pytorch).pyTorchTensors()
        #expect(back.names == file.names)
        for name in file.names {
            let tensor: Tensor<Double> = try back.tensor(name)
            let source: Tensor<Double> = try file.tensor(name)
            if name.hasPrefix("bias_hh") {
                #expect(tensor == Tensor(zeros: [12]))
            } else if name.hasPrefix("bias_ih") {
                let other: Tensor<Double> = try file.tensor(name.replacing("_ih", with: "_hh"))
                #expect(tensor.values == zip(source.values, other.values).map { $0 + $1 })
            } else {
                #expect(tensor == source)
            }
        }
    }

    /// A file of ours becomes a state dict and comes back the same.
    @Test func oursRoundTripsThroughFiles() throws {
        let folder = try TemporaryFolder()
        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 5, hiddenSize: 3, directions: Direction.all(axes: 1), forgetBias: 0)
        let parameters: ParameterTensors<Float> = layer.initialParameters(seed: 3)
        try LayerFile(configuration: layer, parameters: parameters).write(to: folder.file("a"))
        try WeightFile<Float>(contentsOf: folder.file("a")).pyTorchTensors().write(to: folder.file("b"))
        try WeightFile<Float>(TensorFile(contentsOf: folder.file("b")), from: .pytorch).write(to: folder.file("c"))
        #expect(try readFile(folder.file("a")) == readFile(folder.file("c")))
    }

    @Test func whatPyTorchLacksIsRefused() throws {
        func expectRefused(
            _ parts: String..., cell: Cell = .lstm, directions: [Direction] = [.forward(axes: 1)],
            sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout CellOptions) -> Void = { _ in }
        ) throws {
            let layer = try LayerConfiguration(
                cell: cell, inputSize: 5, hiddenSize: 3, directions: directions, options: CellOptions(change))
            let file = LayerFile<Float>(configuration: layer, parameters: layer.initialParameters(seed: 1))
            expectMDLSTMError(.data, ["torch.nn.LSTM"] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile.layer(file).pyTorchTensors()
            }
        }
        try expectRefused("peepholes") { $0.peepholes = true }
        try expectRefused("CIFG") { $0.variant = .coupled }
        try expectRefused("layer norm gates") { $0.layerNorm = .gates }
        try expectRefused("clips", "0.5") { $0.cellClip = 0.5 }
        try expectRefused("zoneout") { $0.zoneout = Zoneout(hidden: 0.1) }
        try expectRefused("without tanh", cell: .graves) { $0.outputActivation = .identity }
        try expectRefused("'graves' over 2 axes", cell: .graves, directions: Direction.all(axes: 2))
        try expectRefused("'stable'", cell: .stable)
        try expectRefused("backwards", directions: ["-"])
        try expectRefused("'grid' over 2 axes", cell: .grid, directions: [.forward(axes: 2)])
    }

    @Test func modelsOfOtherLayersAreRefused() throws {
        func expectRefused(_ parts: [String], size: Int, _ layers: [LayerDescription]) throws {
            let model = try ModelConfiguration(inputSize: size, axes: 1, layers: layers)
            let file = ModelFile<Float>(model: model, parameters: model.initialParameters(seed: 1))
            expectMDLSTMError(.data, ["torch.nn.LSTM"] + parts) { _ = try WeightFile.model(file).pyTorchTensors() }
        }
        let both = Direction.all(axes: 1)
        let first = try LayerConfiguration(cell: .lstm, inputSize: 5, hiddenSize: 3, directions: both)
        let other = try LayerConfiguration(cell: .lstm, inputSize: 6, hiddenSize: 2, directions: both)
        let single = try LayerConfiguration(cell: .lstm, inputSize: 6, hiddenSize: 3, directions: [both[0]])
        try expectRefused(["layer 1"], size: 5, [.recurrent(first), .activation(.tanh)])
        try expectRefused(["layer 0"], size: 5, [.recurrent(first, merge: .sum)])
        try expectRefused(["layer 1", "2 units", "3"], size: 5, [.recurrent(first), .recurrent(other)])
        try expectRefused(["layer 1", "[+]", "[+, -]"], size: 5, [.recurrent(first), .recurrent(single)])
    }
}
