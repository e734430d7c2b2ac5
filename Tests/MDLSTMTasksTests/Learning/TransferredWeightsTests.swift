import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Fine-tuning: layer by layer where shapes agree.
struct TransferredWeightsTests {
    private func model(features: Int = 2, hidden: Int = 3, classes: Int) throws -> ModelConfiguration {
        let directions = Direction.all(axes: 2)
        return try ModelConfiguration(
            inputSize: features, axes: 2,
            layers: [
                .dense(inputSize: features, outputSize: 5), .activation(.relu),
                .recurrent(LayerConfiguration(inputSize: 5, hiddenSize: hidden, directions: directions)),
                .dense(inputSize: 4 * hidden, outputSize: classes),
            ])
    }

    private func transferred(to model: ModelConfiguration) throws -> (
        weights: TransferredWeights<Float>, source: ParameterTensors<Float>
    ) {
        let old = try self.model(classes: 4)
        let source: ParameterTensors<Float> = old.initialParameters(seed: 1)
        return (
            TransferredWeights(from: ModelFile(model: old, parameters: source, seed: 1), to: model, seed: 2), source
        )
    }

    /// The layers drawn anew, and of each tensor whether it is the source's or one that is drawn.
    private func expectKept(
        _ model: ModelConfiguration, drawn: [Int], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (weights, source) = try transferred(to: model)
        let fresh: ParameterTensors<Float> = model.initialParameters(seed: 2)
        #expect(weights.drawn == drawn && weights.parameters.names == fresh.names, sourceLocation: sourceLocation)
        for name in fresh.names {
            let isDrawn = drawn.contains { name.hasPrefix("\($0).") }
            #expect(
                weights.parameters[name] == (isDrawn ? fresh : source)[name], "\(name)", sourceLocation: sourceLocation)
        }
    }

    @Test func layersWhoseShapesAgree() throws {
        try expectKept(model(classes: 4), drawn: [])
        try expectKept(model(classes: 7), drawn: [3])
        try expectKept(model(features: 1, classes: 4), drawn: [0])
        try expectKept(model(hidden: 2, classes: 4), drawn: [2, 3])
    }

    /// Weights of the same shapes that another equation will read.
    @Test func otherOptionsAreTold() throws {
        func grid(_ output: GridOutput) throws -> ModelConfiguration {
            let options = CellOptions { $0.grid.output = output }
            let layer = try LayerConfiguration(
                cell: .grid, inputSize: 2, hiddenSize: 3, directions: [.forward(axes: 2)], options: options)
            return try ModelConfiguration(inputSize: 2, axes: 1, layers: [.recurrent(layer)])
        }
        let (old, new) = (try grid(.productOfTanh), try grid(.tanhOfProduct))
        let file = ModelFile<Float>(model: old, parameters: old.initialParameters(seed: 1), seed: 1)
        let weights = TransferredWeights(from: file, to: new, seed: 2)
        #expect(
            weights.summary
                == "layers drawn anew: none; layer 0: gridOutput tanhOfProduct, learnt with productOfTanh")
        #expect(TransferredWeights(from: file, to: old, seed: 2).summary == "layers drawn anew: none")
    }

    /// Layers without weights change what those after them read; within a skip the layer's own options are compared. A bias to
    /// begin with is no option of the weights.
    @Test func optionsWithoutWeightsAndWithinLayers() throws {
        func model(_ function: Activation, _ sum: ForgetSum, bias: Double) throws -> ModelConfiguration {
            let layer = try LayerConfiguration(
                cell: .spatial, inputSize: 2, hiddenSize: 3, directions: [.forward(axes: 2)],
                options: CellOptions { $0.forgetSum = sum }, forgetBias: bias)
            return try ModelConfiguration(
                inputSize: 2, axes: 2, layers: [.activation(function), .skip(.recurrent(layer), from: 0)])
        }
        let old = try model(.relu, .sum, bias: 0)
        let file = ModelFile<Float>(model: old, parameters: old.initialParameters(seed: 1), seed: 1)
        let other = try TransferredWeights(from: file, to: model(.tanh, .mean, bias: 1), seed: 2)
        #expect(other.drawn.isEmpty)
        #expect(
            other.changes
                == ["layer 0: function tanh, learnt with relu", "layer 1: forgetSum mean, learnt with its default"])
    }

    /// A deeper model keeps what both have; weights and biases of a layer go together.
    @Test func otherLayers() throws {
        let deeper = try ModelConfiguration(
            inputSize: 2, axes: 2,
            layers: try model(classes: 4).layers + [.dense(inputSize: 4, outputSize: 4)])
        try expectKept(deeper, drawn: [4])
        let shallow = try ModelConfiguration(inputSize: 2, axes: 2, layers: [.dense(inputSize: 2, outputSize: 5)])
        try expectKept(shallow, drawn: [])
    }
}
