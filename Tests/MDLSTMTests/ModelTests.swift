import MDLSTM
import RealModule
import Testing
import _TestSupport

/// What each kind of layer computes, and which models are refused.
struct ModelTests {
    private func predict(
        _ layers: [LayerDescription], _ input: Tensor<Double>, samples: [[Int]]? = nil,
        parameters: [[Double]] = []
    ) throws -> Tensor<Double> {
        let model = try ModelConfiguration(
            inputSize: input.shape.last!, axes: input.shape.count - 2, layers: layers)
        let tensors = ParameterTensors(shapes: model.parameterShapes, flat: parameters.flatMap { $0 })
        return try ReferenceTrainer(model: model, parameters: tensors, training: TrainingConfiguration())
            .predict(input, samples: samples)
    }

    /// `y = W x + b` with `W [O, I]`.
    @Test func denseByHand() throws {
        let y = try predict(
            [.dense(inputSize: 2, outputSize: 3)], Tensor(shape: [1, 2, 2], values: [1, 10, -2, 5]),
            parameters: [[1, 2, 3, 4, 5, 6], [0.5, 0, -0.5]])
        #expect(y == Tensor(shape: [1, 2, 3], values: [21.5, 43, 64.5, 8.5, 14, 19.5]))
    }

    @Test func activationsByHand() throws {
        let x = Tensor<Double>(shape: [1, 2, 2], values: [0, 1, -2, 1000])
        let tanh = try predict([.activation(.tanh)], x)
        let tangents = Tensor<Double>(shape: x.shape, values: x.values.map { .tanh($0) })
        expectClose(tanh, tangents, absolute: 0, relative: 1e-15)
        let sigmoid = try predict([.activation(.sigmoid)], x)
        let expected: [Double] = [0.5, 1 / (1 + .exp(-1)), 1 / (1 + .exp(2)), 1]
        expectClose(sigmoid, Tensor<Double>(shape: x.shape, values: expected), absolute: 0, relative: 1e-15)
        let softmax = try predict([.activation(.softmax)], x)
        let sum = 1 + Double.exp(1)
        let shares = Tensor<Double>(shape: x.shape, values: [1 / sum, .exp(1) / sum, 0, 1])
        expectClose(softmax, shares, absolute: 0, relative: 1e-15)
    }

    /// Windows of 2 x 2 over 3 x 3: sites in row-major order, each with its features, zeros beyond the grid.
    @Test func patchByHand() throws {
        let x = Tensor<Double>(shape: [1, 3, 3, 2], values: (1...18).map { Double($0) })
        let y = try predict([.patch(window: [2, 2])], x)
        let windows: [[Double]] = [
            [1, 2, 3, 4, 7, 8, 9, 10], [5, 6, 0, 0, 11, 12, 0, 0], [13, 14, 15, 16, 0, 0, 0, 0],
            [17, 18, 0, 0, 0, 0, 0, 0],
        ]
        #expect(y == Tensor(shape: [1, 2, 2, 8], values: windows.flatMap { $0 }))
    }

    /// What lies beyond a ragged sample does not enter its windows.
    @Test func raggedPatchByHand() throws {
        let x = Tensor<Double>(shape: [2, 4, 1], values: (1...8).map { Double($0) })
        let y = try predict([.patch(window: [3])], x, samples: [[2], [4]])
        #expect(y == Tensor(shape: [2, 2, 3], values: [1, 2, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0]))
        let grid = try Grid(extents: [4], samples: [[2], [4]])
        #expect(try PatchTable.outputGrid(of: grid, window: [3]).samples == [[1], [2]])
    }

    /// Samples are turned round within their own extents; padding stays zero.
    @Test func reverseByHand() throws {
        let x = Tensor<Double>(shape: [2, 3, 2, 1], values: (1...12).map { Double($0) })
        let rows = try predict([.reverse("-+")], x)
        #expect(rows.values == [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8])
        let both = try predict([.reverse("--")], x, samples: [[3, 2], [2, 1]])
        #expect(both.values == [6, 5, 4, 3, 2, 1, 9, 0, 7, 0, 0, 0])
        let features = try predict([.reverse("-")], Tensor(shape: [1, 2, 2], values: [1, 2, 3, 4]))
        #expect(features.values == [3, 4, 1, 2])
    }

    @Test func summedDirectionsAreTheSumOfTheConcatenated() throws {
        let layer = try LayerConfiguration(inputSize: 2, hiddenSize: 3, directions: Direction.all(axes: 2))
        let parameters = [layer.initialParameters(seed: 1, as: Double.self).flat]
        let x = Tensor<Double>.random([2, 5, 3, 2])
        let side = try predict([.recurrent(layer)], x, parameters: parameters)
        let sum = try predict([.recurrent(layer, merge: .sum)], x, parameters: parameters)
        #expect(side.shape == [2, 5, 3, 12])
        let all = [0..<2, 0..<5, 0..<3]
        let parts = (0..<4).map { side.slice(all + [($0 * 3)..<($0 * 3 + 3)]).values }
        let values = parts[0].indices.map { parts[0][$0] + parts[1][$0] + parts[2][$0] + parts[3][$0] }
        expectSame(sum, Tensor(shape: [2, 5, 3, 3], values: values))
        let own = ParameterTensors(shapes: layer.parameterShapes, flat: parameters[0])
        let alone = try ReferenceBackend<Double>().run(layer, parameters: own, call: LayerCall(input: x))
        expectSame(side, alone.output)
    }

    @Test func sizesAndNamesFollowTheLayers() throws {
        let layer = try LayerConfiguration(inputSize: 8, hiddenSize: 3, directions: Direction.all(axes: 2))
        let model = try ModelConfiguration(
            inputSize: 2, axes: 2,
            layers: [
                .patch(window: [2, 2]), .recurrent(layer), .dense(inputSize: 12, outputSize: 12), .activation(.tanh),
                .dense(inputSize: 12, outputSize: 12),
            ])
        #expect(model.featureSizes == [8, 12, 12, 12, 12])
        #expect(model.outputSize == 12)
        let names = ["1.weight_ih", "1.weight_hh", "1.bias", "2.weight", "2.bias", "4.weight", "4.bias"]
        #expect(model.parameterShapes.map(\.name) == names)
        let parameters: ParameterTensors<Double> = model.initialParameters(seed: 1)
        #expect(parameters.shapes == model.parameterShapes)
        #expect(zip(parameters["2.weight"]!.values, parameters["4.weight"]!.values).allSatisfy { $0 != $1 })
        #expect(parameters["2.weight"]!.values.allSatisfy { $0.magnitude <= 1 / 12.0.squareRoot() })
    }

    @Test func modelsThatDoNotFitAreNamed() throws {
        let layer = try LayerConfiguration(inputSize: 2, hiddenSize: 3, directions: Direction.all(axes: 2))
        func expectRefused(
            _ parts: [String], size: Int = 2, axes: Int = 2, sourceLocation: SourceLocation = #_sourceLocation,
            _ layers: [LayerDescription]
        ) {
            expectMDLSTMError(.option, parts, sourceLocation: sourceLocation) {
                _ = try ModelConfiguration(inputSize: size, axes: axes, layers: layers)
            }
        }
        expectRefused(["a model needs", "a layer"], [])
        expectRefused(["layer 1", "expects 7", "given 12"], [.recurrent(layer), .dense(inputSize: 7, outputSize: 1)])
        expectRefused(["layer 0", "expects 2", "given 5"], size: 5, [.recurrent(layer)])
        expectRefused(["layer 0", "2 axes", "has 3"], axes: 3, [.recurrent(layer)])
        expectRefused(["layer 0", "1 axis", "has 2"], [.patch(window: [2])])
        expectRefused(["layer 0", "[2, 0]", "at least 1"], [.patch(window: [2, 0])])
        expectRefused(["layer 0", "1 axis", "has 2"], [.reverse("-")])
        expectRefused(["layer 0", "no axis", "'++'"], [.reverse("++")])
        expectRefused(["layer 0", "0 outputs", "from 1 to 65536"], [.dense(inputSize: 2, outputSize: 0)])
        for rate in [-0.1, 1, .nan] { expectRefused(["layer 0", "drops", "up to below 1"], [.dropout(rate: rate)]) }
        expectRefused(["layer 0", "expects 1", "given 2"], [.embedding(symbols: 3, size: 5)])
        expectRefused(["layer 0", "embeds 0 symbols"], size: 1, [.embedding(symbols: 0, size: 5)])
        expectRefused(["layer 0", "in 65537 features"], size: 1, [.embedding(symbols: 3, size: 65_537)])
        expectRefused(
            ["layer 1", "is an embedding", "must be the first"], size: 1,
            [.activation(.tanh), .embedding(symbols: 3, size: 5)])
        let grid = try LayerConfiguration(cell: .grid, inputSize: 2, hiddenSize: 3, directions: [.forward(axes: 3)])
        expectRefused(["layer 0", "for 2 axes", "has 3"], axes: 3, [.recurrent(grid)])
        #expect(throws: Never.self) { try ModelConfiguration(inputSize: 2, axes: 2, layers: [.recurrent(grid)]) }
    }

    /// Each symbol gives its row of the table `[symbols, size]`.
    @Test func embeddingByHand() throws {
        let x = Tensor<Double>(shape: [2, 3, 1], values: [2, 0, 1, 1, 1, 2])
        let table: [[Double]] = [[0.5, -1], [2, 3], [-4, 5]]
        let y = try predict([.embedding(symbols: 3, size: 2)], x, parameters: [table.flatMap { $0 }])
        #expect(y == Tensor(shape: [2, 3, 2], values: [2, 0, 1, 1, 1, 2].flatMap { table[$0] }))
    }

    @Test(arguments: [-1, 3, 0.5, .nan, 1e300] as [Double]) func numbersThatAreNoSymbolsAreNamed(_ value: Double) {
        let x = Tensor<Double>(shape: [1, 2, 1], values: [2, value])
        expectMDLSTMError(.data, ["\(value)", "[0, 1, 0]", "whole numbers from 0 to 2"]) {
            _ = try predict([.embedding(symbols: 3, size: 2)], x, parameters: [Array(repeating: 0, count: 6)])
        }
    }

    /// Every kind of layer comes back from its text.
    @Test(arguments: MDLSTM.ModelCase.all) func jsonRoundTrip(_ example: MDLSTM.ModelCase) throws {
        let text = example.model.json.serialized()
        #expect(try ModelConfiguration(json: JSONValue(parsing: text, name: "m.json"), name: "m.json") == example.model)
    }
}
