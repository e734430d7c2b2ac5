import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm run` on models, ragged batches and grids of one axis, and its figures.
    @Suite struct RunModelTests {
        private let folder: TemporaryFolder
        private let layer: String, model: String, input: String, output: String

        init() throws {
            folder = try TemporaryFolder()
            (layer, model) = (folder.file("layer.safetensors"), folder.file("model.safetensors"))
            (input, output) = (folder.file("x.npy"), folder.file("y.npy"))
        }

        private func makeLayer(_ cell: Cell, axes: Int, options: CellOptions = CellOptions()) throws -> LayerFile<
            Double
        > {
            let configuration = try LayerConfiguration(
                cell: cell, inputSize: 3, hiddenSize: 5, directions: [.forward(axes: axes)], options: options)
            let file = LayerFile<Double>(
                configuration: configuration, parameters: configuration.initialParameters(seed: 1))
            try file.write(to: layer)
            return file
        }

        private func makeModel() throws -> ModelFile<Double> {
            let line = try LayerConfiguration(
                inputSize: 6, hiddenSize: 5, directions: ["+-", "-+"])
            let configuration = try ModelConfiguration(
                inputSize: 3, axes: 2,
                layers: [
                    .patch(window: [1, 2]), .recurrent(line), .dense(inputSize: 10, outputSize: 7), .activation(.tanh),
                ])
            let file = ModelFile<Double>(model: configuration, parameters: configuration.initialParameters(seed: 2))
            try file.write(to: model)
            return file
        }

        private func run(_ file: String, _ more: [String] = []) throws -> CommandLineTool.Outcome {
            try CommandLineTool.run(arguments(file, more))
        }

        private func arguments(_ file: String, _ more: [String]) -> [String] {
            ["run", file, "--input", input, "--output", output, "--backend", "cpu", "--precision", "float64"] + more
        }

        private func result() throws -> Tensor<Double> { try NumpyArray(contentsOf: output).tensor() }

        private func write(_ values: [Double], _ shape: [Int], _ name: String) throws -> String {
            try NumpyArray(Tensor(shape: shape, values: values)).write(to: folder.file(name))
            return folder.file(name)
        }

        @Test(arguments: [nil, [[5, 7], [2, 3]]] as [[[Int]]?])
        func modelIsTheTrainers(_ samples: [[Int]]?) throws {
            let file = try makeModel()
            let x = Tensor<Double>.random([2, 5, 7, 3])
            try NumpyArray(x).write(to: input)
            var more = ["--stats", "--json"]
            if let samples {
                more += ["--lengths", try write(samples.joined().map { Double($0) }, [2, 2], "lengths.npy")]
            }
            let outcome = try CommandLineTool.succeed(arguments(model, more))
            let trainer = try ReferenceBackend<Double>().makeTrainer(
                model: file.model, parameters: file.parameters, training: TrainingConfiguration())
            let expected = try trainer.predict(x, samples: samples)
            #expect(expected.shape == [2, 5, 4, 7])
            try expectSame(result(), expected)
            let figures = try JSONValue(parsing: outcome.output, name: "stdout")
            #expect(figures["output"]?["least"]?.doubleValue == expected.values.min())
            #expect(figures["output"]?["largest"]?.doubleValue == expected.values.max())
        }

        @Test func modelsHaveAnOutputOnly() throws {
            _ = try makeModel()
            try NumpyArray(Tensor<Double>.random([1, 5, 7, 3])).write(to: input)
            for flags in [
                ["--initial-state", "s"], ["--final-state", "f"], ["--output-gradient", "dy", "--gradients", "g"],
            ] {
                let more = zip(flags, flags.indices).map { $1 % 2 == 0 ? $0 : folder.file($0) }
                try CommandLineTool.fail(
                    64, arguments(model, more), saying: [flags[0], model, "output only"], absent: output)
            }
            try NumpyArray(Tensor<Double>.random([1, 5, 7, 2])).write(to: input)
            try CommandLineTool.fail(65, arguments(model, []), saying: [input, "[1, 5, 7, 2]", "3 features"])
            try NumpyArray(Tensor<Double>(repeating: .nan, shape: [1, 5, 7, 3])).write(to: input)
            try CommandLineTool.fail(65, arguments(model, []), saying: [input, "nan"])
        }

        /// Whole numbers of any type are the extents of ragged samples.
        @Test func lengthsAreTheExtentsOfSamples() throws {
            let file = try makeLayer(.spatial, axes: 2)
            let x = Tensor<Double>.random([3, 5, 7, 3])
            try NumpyArray(x).write(to: input)
            let samples = [[5, 2], [1, 7], [3, 3]]
            let lengths = try write(samples.joined().map { Double($0) }, [3, 2], "lengths.npy")
            try CommandLineTool.succeed(arguments(layer, ["--lengths", lengths]))
            let expected = try ReferenceBackend<Double>().run(
                file.configuration, parameters: file.parameters, call: LayerCall(input: x, samples: samples))
            try expectSame(result(), expected.output)
        }

        @Test func lengthsThatDoNotFit() throws {
            _ = try makeLayer(.spatial, axes: 2)
            try NumpyArray(Tensor<Double>.random([2, 5, 7, 3])).write(to: input)
            for (values, shape, reason) in [
                ([5, 7, 6, 7], [2, 2], "sample 1 has extents [6, 7]"), ([5, 7, -1, 7], [2, 2], "sample 1"),
                ([5, 7, 2.5, 7], [2, 2], "the value 2.5"), ([5, 7, .nan, 7], [2, 2], "the value nan"),
                ([5, 7], [1, 2], "expected [2, 2]"), ([5, 7], [2, 1], "expected [2, 2]"),
                ([5, 7], [2], "expected [2, 2]"),
                ([], [1 << 40, 0], "expected [2, 2]"),
            ] as [([Double], [Int], String)] {
                let lengths = try write(values, shape, "lengths.npy")
                try CommandLineTool.fail(
                    65, arguments(layer, ["--lengths", lengths]), saying: [lengths, reason], absent: output)
            }
            try CommandLineTool.fail(64, arguments(layer, ["--lengths", output]), saying: ["--output", "--lengths"])
        }

        /// The depth of a grid is no axis of its input: over one axis that is `[B, I]`.
        @Test func gridOfOneAxis() throws {
            let file = try makeLayer(
                .grid, axes: 1, options: CellOptions { $0.grid = GridOptions(depth: 4, tied: false) })
            let x = Tensor<Double>.random([7, 3])
            try NumpyArray(x).write(to: input)
            let final = folder.file("f.safetensors")
            try CommandLineTool.succeed(arguments(layer, ["--final-state", final]))
            let expected = try ReferenceBackend<Double>().run(
                file.configuration, parameters: file.parameters, call: LayerCall(input: x, wantsFinalState: true))
            try expectSame(result(), expected.output)
            #expect(try BoundaryState<Double>(contentsOf: final, axes: 1) == expected.finalState)
            try CommandLineTool.fail(64, arguments(layer, ["--initial-state", final]), saying: ["--initial-state"])
            #expect(throws: MDLSTMError.self) { try BoundaryState<Double>(contentsOf: final, axes: 0) }
        }

        /// States enter a grid by all of its axes but the depth.
        @Test func statesOfAGridLackTheDepth() throws {
            let file = try makeLayer(.grid, axes: 2, options: CellOptions { $0.grid.depth = 3 })
            let x = Tensor<Double>.random([2, 4, 3])
            let shape = BoundaryState<Double>.shape(
                file.configuration, grid: try Grid(batch: 2, extents: [4]), axis: 0)
            let state = BoundaryState<Double>(h: [.random(shape, seed: 5)], c: [.random(shape, seed: 6)])
            try NumpyArray(x).write(to: input)
            try state.write(to: folder.file("s.safetensors"))
            try CommandLineTool.succeed(arguments(layer, ["--initial-state", folder.file("s.safetensors")]))
            let expected = try ReferenceBackend<Double>().run(
                file.configuration, parameters: file.parameters, call: LayerCall(input: x, initialState: state))
            try expectSame(result(), expected.output)
        }

        @Test func figuresAreTheRanges() throws {
            let file = try makeLayer(.leaky, axes: 2)
            var call = LayerCall<Double>(input: .random([2, 5, 7, 3]), wantsCellRange: true)
            call.outputGradient = .random([2, 5, 7, 5], seed: 4)
            try NumpyArray(call.input).write(to: input)
            try NumpyArray(call.outputGradient!).write(to: folder.file("dy.npy"))
            let more = [
                "--output-gradient", folder.file("dy.npy"), "--gradients", folder.file("g.safetensors"), "--stats",
            ]
            let expected = try ReferenceBackend<Double>().run(
                file.configuration, parameters: file.parameters, call: call)
            let gradients = expected.gradients!.parameters.entries + [("input", expected.gradients!.input)]
            let figures = try JSONValue(
                parsing: try CommandLineTool.succeed(arguments(layer, more + ["--json"])).output, name: "stdout")
            #expect(figures["cellState"]?["least"]?.doubleValue == expected.cellRange?.least)
            #expect(figures["cellState"]?["largest"]?.doubleValue == expected.cellRange?.largest)
            #expect(figures["gradients"]?.objectValue?.keys == gradients.map(\.name))
            for (name, tensor) in gradients {
                let range = figures["gradients"]?[name]
                #expect(range?["least"]?.doubleValue == tensor.values.min(), "\(name)")
                #expect(range?["largest"]?.doubleValue == tensor.values.max(), "\(name)")
            }
            let lines = try CommandLineTool.succeed(arguments(layer, more)).output.split(separator: "\n")
            #expect(lines.count == 2 + gradients.count)
            #expect(lines[1].hasPrefix("cell state ") && lines[1].contains("\(expected.cellRange!.largest)"))
            #expect(lines.last?.hasPrefix("gradient of input ") == true)
            try CommandLineTool.fail(64, arguments(layer, ["--json"]), saying: ["--stats"])
        }

        /// Values beyond the finite range are shown before the run is refused.
        @Test func growthIsReported() throws {
            var file = try makeLayer(.lstm, axes: 1, options: CellOptions { $0.variant = .noInputActivation })
            // The candidate, the third gate, is beyond Double in every unit, and below it in the first.
            for j in 10..<15 { file.parameters["weight_ih"]!.values[j * 3] = j == 10 ? -1e308 : 1e308 }
            try file.write(to: layer)
            _ = try write([9, 0, 0], [1, 1, 3], "x.npy")
            _ = try write([1, 1, 1, 1, 1], [1, 1, 5], "dy.npy")
            let more = [
                "--output-gradient", folder.file("dy.npy"), "--gradients", folder.file("g.safetensors"), "--stats",
            ]
            let outcome = try run(layer, more + ["--json"])
            #expect(outcome.status == 1 && outcome.errorLines.last?.contains("the gradient of") == true)
            let figures = try JSONValue(parsing: outcome.output, name: "stdout")
            #expect(figures["cellState"] == ["least": "-Infinity", "largest": "Infinity"])
            #expect(figures["gradients"]?["bias"] == ["least": "NaN", "largest": "NaN"])
            let text = try run(layer, more)
            #expect(text.status == 1 && text.output.contains("-inf") && text.output.contains("nan"))
            #expect(folder.names == ["dy.npy", "layer.safetensors", "x.npy"])
        }
    }
}
