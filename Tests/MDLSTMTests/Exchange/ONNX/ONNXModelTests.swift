import MDLSTM
import Testing
import _TestSupport

/// Which nodes of a model convert, and what is said of others.
struct ONNXModelTests {
    private func model(_ nodes: [(operation: String, name: String, output: String)]) throws -> ONNXModel {
        var writer = ONNXWriter()
        for (name, tensor) in ONNXNodeModel().tensors { writer.addTensor(name, tensor) }
        for (index, node) in nodes.enumerated() {
            // The second has no bias.
            let inputs = ["x", "W", "R"] + (index == 1 ? [] : ["B"])
            writer.addNode(node.operation, inputs, [node.output], name: node.name)
        }
        return try ONNXModel(parsing: writer.bytes, name: "source")
    }

    @Test func nodesAreChosenByName() throws {
        let two = try model([("LSTM", "a", "y1"), ("LSTM", "b", "y2")])
        #expect(two.lstmNames == ["a", "b"])
        let (first, second): (LayerFile<Float>, LayerFile<Float>) = (
            try two.lstm("a").layer(), try two.lstm("b").layer()
        )
        #expect(first.parameters["bias"] != second.parameters["bias"])
        #expect(second.parameters["bias"] == Tensor(zeros: [1, 8]))
        expectMDLSTMError(.data, ["source: 2 LSTM nodes", "'a', 'b'"]) { _ = try two.lstm() }
        expectMDLSTMError(.data, ["no LSTM node 'y1'", "'a', 'b'"]) { _ = try two.lstm("y1") }
        // By their outputs where names do not tell.
        #expect(try model([("LSTM", "", "y1"), ("LSTM", "b", "y2")]).lstmNames == ["y1", "b"])
        #expect(try model([("LSTM", "a", "y1"), ("LSTM", "a", "y2")]).lstmNames == ["y1", "y2"])
        let nameless = try model([("LSTM", "", ""), ("LSTM", "", "")])
        #expect(nameless.lstmNames == ["#1", "#2"])
        #expect(try nameless.lstm("#2").layer(as: Float.self).parameters["bias"] == Tensor(zeros: [1, 8]))
        expectMDLSTMError(.data, ["no LSTM node ''"]) { _ = try nameless.lstm("") }
        let single = try model([("LSTM", "", "y1")])
        _ = try single.lstm("y1")
        expectMDLSTMError(.data, ["no LSTM node 'z'", "'y1'"]) { _ = try single.lstm("z") }
    }

    @Test func modelsWithoutLSTM() throws {
        func refuse(_ operators: String..., saying parts: String...) throws {
            let model = try model(operators.enumerated().map { ($1, "", "y\($0)") })
            expectMDLSTMError(.data, ["source: "] + parts) { _ = try model.lstm() }
        }
        try refuse("GRU", "Add", saying: "operator GRU", "only the LSTM")
        try refuse("RNN", saying: "operator RNN")
        try refuse("MatMul", "Add", "Add", saying: "no node of operator LSTM, found MatMul, Add")
        try refuse("Loop", saying: "found Loop", "within nodes such as Loop")
        try refuse(saying: "found none")
    }

    /// LSTMs of other domains are other operators.
    @Test func domains() throws {
        var writer = ONNXWriter()
        writer.addNode("LSTM", ["x", "W", "R"], ["y"], domain: "com.example")
        let other = try ONNXModel(parsing: writer.bytes, name: "source")
        #expect(other.lstmNames.isEmpty)
        writer = ONNXWriter()
        writer.addNode("LSTM", ["x", "W", "R"], ["y"], name: "l", domain: "ai.onnx")
        #expect(try ONNXModel(parsing: writer.bytes, name: "source").lstmNames == ["l"])
    }

    @Test(arguments: ONNXSamples.accepted) func accepted(_ file: SampleFile) throws {
        let layer: LayerFile<Float> = try ONNXModel(parsing: file.bytes, name: "source").lstm().layer()
        #expect(layer.configuration.hiddenSize == 1)
    }

    @Test(arguments: ONNXSamples.rejected) func rejected(_ file: SampleFile) {
        expectMDLSTMError(.data, ["source", file.reason]) {
            let lstm = try ONNXModel(parsing: file.bytes, name: "source", hasFolder: false).lstm()
            _ = try lstm.layer(as: Float.self)
        }
    }
}
