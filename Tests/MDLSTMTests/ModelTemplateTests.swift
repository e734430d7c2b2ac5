import MDLSTM
import Testing

/// Models with sizes left to the data.
struct ModelTemplateTests {
    private func template(_ text: String) throws -> ModelTemplate {
        try ModelTemplate(json: try JSONValue(parsing: text, name: "c.json"), name: "c.json")
    }

    @Test func sizesAreFilled() throws {
        let open = try template(
            """
            {"inputSize": "auto", "layers": [
              {"type": "convolution", "window": [3, 3], "outputSize": 5},
              {"type": "recurrent", "cell": "stable", "hiddenSize": 4, "directions": "all", "frozen": true},
              {"type": "maxPool", "window": [2, 2]}, {"type": "pool", "axes": [0], "by": "mean"},
              {"type": "recurrent", "cell": "lstm", "hiddenSize": 3},
              {"type": "dense", "outputSize": "auto"}]}
            """)
        #expect(open.frozen == [1])
        let model = try open.filled(inputSize: 2, axes: 2, outputSize: 7, name: "c.json")
        #expect(model.featureSizes == [5, 16, 16, 16, 3, 7] && model.outputAxes == 1)
        guard case .recurrent(let first, _) = model.layers[1], case .recurrent(let second, _) = model.layers[4] else {
            Issue.record("the layers are others")
            return
        }
        #expect(first.directions == Direction.all(axes: 2) && second.directions == [.forward(axes: 1)])
        // What is filled is the same again, and stays what it was in files.
        let closed = ModelTemplate(model, frozen: open.frozen)
        #expect(try closed.filled(inputSize: 2, axes: 2, outputSize: 7, name: "c.json") == model)
        #expect(try ModelTemplate(json: closed.json, name: "again") == closed)
        #expect(try template("{\"layers\": [{\"type\": \"dense\", \"outputSize\": \"auto\"}]}").json["axes"] == "auto")
    }

    /// A grid cell has an axis more, its depth.
    @Test func gridsHaveADepth() throws {
        let open = try template(
            #"{"layers": [{"type": "recurrent", "cell": "grid", "hiddenSize": 4, "depth": 2, "directions": "all"}]}"#)
        let model = try open.filled(inputSize: 1, axes: 1, outputSize: 8, name: "c.json")
        guard case .recurrent(let layer, _) = model.layers[0] else { return }
        #expect(layer.directions.map(\.description) == ["++", "-+"])
    }

    /// A configuration is for a new layer, where files of models are older than the option if they do not name it.
    @Test(arguments: [
        ("", GridOutput.tanhOfProduct), (#", "gridOutput": "tanhOfProduct""#, .tanhOfProduct),
        (#", "gridOutput": "productOfTanh""#, .productOfTanh),
    ])
    func gridsHaveTheOutputOfNewLayers(text: String, output: GridOutput) throws {
        let open = try template(#"{"layers": [{"type": "recurrent", "cell": "grid", "hiddenSize": 4\#(text)}]}"#)
        let model = try open.filled(inputSize: 1, axes: 1, outputSize: 4, name: "c.json")
        guard case .recurrent(let layer, _) = model.layers[0] else {
            Issue.record("the layer is another")
            return
        }
        #expect(layer.options.grid == GridOptions(depth: 1, output: output))
        let layers = try #require(ModelTemplate(model).json["layers"]?.arrayValue)
        #expect(layers[0]["gridOutput"]?.stringValue == output.rawValue)
    }

    @Test func whatIsRefused() throws {
        func refused(_ text: String, _ parts: String...) {
            expectMDLSTMError(.data, ["c.json"] + parts) {
                _ = try template(text).filled(inputSize: 2, axes: 2, outputSize: 3, name: "c.json")
            }
        }
        refused(#"{"layers": [{"type": "dense", "outputSize": 5}]}"#, "has 5 outputs", "needs 3", "auto")
        refused(#"{"inputSize": 4, "layers": []}"#, "takes 4 features", "the data have 2 features")
        refused(#"{"axes": 1, "layers": []}"#, "over 1 axis", "over 2 axes")
        refused(
            #"{"layers": [{"type": "dense", "outputSize": "auto", "frozen": 1}]}"#, "layer 0", "'frozen'", "found 1")
        refused(
            #"{"layers": [{"type": "dense", "outputSize": "auto", "outputs": 1}]}"#, "layer 0", "unknown key 'outputs'")
        refused(#"{"layers": [], "layer": []}"#, "unknown key 'layer'")
        refused(
            #"{"layers": [{"type": "pool", "by": "max"}, {"type": "recurrent", "cell": "lstm", "hiddenSize": 3}]}"#,
            "layer 1", "single sites", "before the pool")
        refused(#"{"layers": [7]}"#, "layer 0", "expected an object")
    }
}
