import MDLSTM
import Testing

/// Configurations of layers as they stand in files.
struct LayerJSONTests {
    private func parse(_ text: String) throws -> LayerConfiguration {
        try LayerConfiguration(json: JSONValue(parsing: text, name: "l.json"), name: "l.json")
    }

    /// A layer of the members `cell` and `extra`.
    private func parse(cell: String, _ extra: String) throws -> LayerConfiguration {
        try parse("{\"cell\":\"\(cell)\",\"inputSize\":3,\"hiddenSize\":5,\(extra)}")
    }

    /// Every cell and option comes back from its text.
    @Test func roundTrip() throws {
        var layers = LayerCase.all.map(\.configuration)
        layers[0].forgetBias = -0.75
        let norm = try #require(layers.firstIndex { $0.options.layerNorm != .none })
        layers[norm].options.normEpsilon = 1e-3
        for layer in layers { #expect(try parse(layer.json.serialized()) == layer) }
    }

    /// Files are older than the option where they do not say; a cell without a depth has none.
    @Test func gridOutputIsWrittenForGridsOnly() throws {
        for layer in LayerCase.all.map(\.configuration) {
            let written = layer.json["gridOutput"]?.stringValue
            #expect(written == (layer.cell == .grid ? layer.options.grid.output.rawValue : nil), "\(layer)")
        }
        #expect(try parse(cell: "grid", "\"depth\":2").options.grid.output == .productOfTanh)
        #expect(try parse(cell: "graves", "\"peepholes\":true").options == CellOptions { $0.peepholes = true })
        let text =
            #"{"model":{"inputSize":3,"axes":1,"layers":[{"type":"recurrent","cell":"grid","inputSize":3,"hiddenSize":5}]}}"#
        let model = try ModelConfiguration(json: JSONValue(parsing: text, name: "m.json"), name: "m.json")
        guard case .recurrent(let layer, _) = model.layers[0] else { return }
        #expect(layer.options.grid.output == .productOfTanh)
    }

    @Test(
        arguments: [
            ("lstm", "\"variant\":\"V\"", CellOptions { $0.peepholes = true }),
            ("lstm", "\"variant\":\"V\",\"peepholes\":true", CellOptions { $0.peepholes = true }),
            ("lstm", "\"variant\":\"NP\"", CellOptions()),
            ("lstm", "\"variant\":\"NP\",\"peepholes\":false", CellOptions()),
            (
                "lstm", "\"variant\":\"NIG\",\"peepholes\":true",
                CellOptions { ($0.variant, $0.peepholes) = (.noInputGate, true) }
            ),
            ("lstm", "\"variant\":\"NFG\"", CellOptions { $0.variant = .noForgetGate }),
            ("lstm", "\"variant\":\"NOG\"", CellOptions { $0.variant = .noOutputGate }),
            ("lstm", "\"variant\":\"NIAF\"", CellOptions { $0.variant = .noInputActivation }),
            ("lstm", "\"variant\":\"NOAF\"", CellOptions { $0.variant = .noOutputActivation }),
            ("lstm", "\"variant\":\"CIFG\"", CellOptions { $0.variant = .coupled }),
            ("lstm", "\"variant\":\"CIFG-TF\"", CellOptions { $0.variant = .coupledForget }),
            ("lstm", "\"variant\":\"FGR\"", CellOptions { $0.variant = .fullGateRecurrence }),
            ("graves", "\"forgetSum\":\"mean\"", CellOptions { $0.forgetSum = .mean }),
            (
                "spatial", "\"extended\":true,\"forgetSum\":\"mean\"",
                CellOptions { ($0.extended, $0.forgetSum) = (true, .mean) }
            ),
            ("graves", "\"outputActivation\":\"identity\"", CellOptions { $0.outputActivation = .identity }),
            ("lstm", "\"candidateActivation\":\"relu\"", CellOptions { $0.candidateActivation = .relu }),
            ("lstm", "\"preactivationClip\":0.5", CellOptions { $0.preactivationClip = 0.5 }),
            (
                "lstm", "\"gateActivation\":\"hardSigmoid\",\"gateSlope\":0.25",
                CellOptions { ($0.gateActivation, $0.gateSlope) = (.hardSigmoid, 0.25) }
            ),
            ("stable", "\"cellClip\":3", CellOptions { $0.cellClip = 3 }),
            ("spatial", "\"extended\":true", CellOptions { $0.extended = true }),
            ("graves", "\"layerNorm\":\"gates\"", CellOptions { $0.layerNorm = .gates }),
            (
                "stable", "\"layerNorm\":\"inputRecurrentCell\",\"normEpsilon\":0.001",
                CellOptions { ($0.layerNorm, $0.normEpsilon) = (.inputRecurrentCell, 0.001) }
            ),
            (
                "lstm", "\"zoneoutHidden\":0.25,\"zoneoutCell\":0.5",
                CellOptions { $0.zoneout = Zoneout(hidden: 0.25, cell: 0.5) }
            ),
            (
                "grid", "\"depth\":3,\"tied\":false",
                CellOptions { $0.grid = GridOptions(depth: 3, tied: false, output: .productOfTanh) }
            ),
            (
                "grid", "\"depth\":3,\"tied\":\"depth\"",
                CellOptions { $0.grid = GridOptions(depth: 3, sharing: .depth, output: .productOfTanh) }
            ),
            (
                "grid", "\"priorityAxes\":[2]",
                CellOptions { $0.grid = GridOptions(depth: 1, priorityAxes: [1], output: .productOfTanh) }
            ),
            (
                "grid", "\"axisFunctions\":[\"lstm\",\"relu\"]",
                CellOptions { $0.grid = GridOptions(depth: 1, functions: [.lstm, .relu], output: .productOfTanh) }
            ),
            ("grid", "\"gridOutput\":\"tanhOfProduct\"", CellOptions()),
            ("grid", "\"gridOutput\":\"productOfTanh\"", CellOptions { $0.grid.output = .productOfTanh }),
            ("leaky", "\"peepholes\":true", CellOptions { $0.peepholes = true }),
        ])
    func optionsByName(cell: String, text: String, options: CellOptions) throws {
        let layer = try parse(cell: cell, text)
        #expect(layer.options == options)
        #expect(layer.cell.rawValue == cell)
        #expect(layer.directions == [.forward(axes: cell == "lstm" ? 1 : 2)])
        #expect(try parse(layer.json.serialized()) == layer)
    }

    @Test(
        arguments: [
            ("lstm", "\"variant\":\"V\",\"peepholes\":false", ["V is the LSTM with peepholes", "leave out"]),
            ("lstm", "\"variant\":\"NP\",\"peepholes\":true", ["NP is the LSTM without peepholes", "leave out"]),
            ("lstm", "\"variant\":\"standard\"", ["'variant'", "one of V, NP, NIG", "CIFG-TF, FGR"]),
            ("lstm", "\"variant\":\"nig\"", ["'variant'", "\"nig\""]),
            ("graves", "\"peephole\":true", ["unknown key 'peephole'", "peepholes"]),
            ("graves", "\"peepholes\":1", ["'peepholes' must be true or false", "found 1"]),
            ("graves", "\"forgetSum\":\"product\"", ["'forgetSum' must be one of sum, mean", "\"product\""]),
            ("spatial", "\"forgetSum\":\"max\"", ["forget sum max is of cell 'graves'", "one of sum, mean"]),
            ("graves", "\"outputActivation\":\"sigmoid\"", ["one of tanh, relu, identity", "\"sigmoid\""]),
            ("graves", "\"layerNorm\":true", ["one of none, gates, gatesAndCell, inputRecurrentCell", "found true"]),
            ("graves", "\"cellClip\":\"3\"", ["'cellClip' must be a number"]),
            ("graves", "\"cellClip\":-3", ["cell clip must be from 1e-30", "-3"]),
            ("graves", "\"depth\":2", ["depth, tied", "'grid'"]),
            ("graves", "\"gridOutput\":\"productOfTanh\"", ["gridOutput are options", "'grid', not of 'graves'"]),
            ("grid", "\"gridOutput\":\"tanh\"", ["'gridOutput' must be one of tanhOfProduct, productOfTanh"]),
            ("grid", "\"tied\":\"all\"", ["'tied' must be true, false or \"depth\"", "found \"all\""]),
            ("grid", "\"axes\":1,\"tied\":\"depth\"", ["the grid's only axis", "write true"]),
            ("graves", "\"tied\":\"depth\"", ["depth, tied", "'grid'"]),
            ("grid", "\"depth\":2.5", ["'depth' must be a whole number"]),
            ("grid", "\"priorityAxes\":[0]", ["'priorityAxes'", "counted from 1", "[0]"]),
            ("grid", "\"priorityAxes\":2", ["'priorityAxes'", "found 2"]),
            ("grid", "\"priorityAxes\":[1,1]", ["'priorityAxes'", "each once", "[1,1]"]),
            ("grid", "\"axisFunctions\":[\"lstm\",\"sigmoid\"]", ["list of lstm, relu, tanh, identity", "sigmoid"]),
            ("grid", "\"axisFunctions\":[\"lstm\"]", ["axis function for each of 2 axes", "found 1"]),
            ("grid", "\"axes\":3,\"directions\":[\"++\"]", ["'axes' is 3", "++ has 2"]),
            ("gru", "\"peepholes\":true", ["'cell' must be one of graves, lstm, spatial, stable, leaky, grid", "gru"]),
        ])
    func refusals(cell: String, text: String, parts: [String]) {
        expectMDLSTMError(.data, ["l.json: "] + parts) { _ = try parse(cell: cell, text) }
    }
}
