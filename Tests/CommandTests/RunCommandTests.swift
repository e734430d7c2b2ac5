import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm init`, `run` and `inspect` on good files.
    @Suite struct RunCommandTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private static let backends = [
            ["cpu"], ["opencl", "--path", "fused"], ["opencl", "--path", "gemm"],
            ["opencl", "--recompute", "--band-height", "3"],
        ]

        private func makeLayer(_ more: String...) throws -> String {
            let path = folder.file("layer.safetensors")
            try CommandLineTool.succeed(
                ["init", path, "--input-size", "3", "--hidden-size", "5", "--directions", "all", "--peepholes"] + more)
            return path
        }

        @Test func initMakesTheLibrarysLayer() throws {
            let path = try makeLayer("--precision", "float64", "--seed", "7", "--forget-bias", "0.5")
            let file = try LayerFile<Double>(contentsOf: path)
            let expected = try LayerConfiguration(
                inputSize: 3, hiddenSize: 5, directions: Direction.all(axes: 2), peepholes: true, forgetBias: 0.5)
            #expect(file.configuration == expected)
            #expect(file.parameters == expected.initialParameters(seed: 7))
        }

        @Test func inspectTellsWhatIsThere() throws {
            let path = try makeLayer()
            let json = try CommandLineTool.succeed(["inspect", path, "--json"]).output
            let root = try #require(
                JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
            let configuration = try #require(root["configuration"] as? [String: Any])
            #expect(configuration["cell"] as? String == "graves" && configuration["hiddenSize"] as? Int == 5)
            let tensors = try #require(root["tensors"] as? [[String: Any]])
            #expect(tensors.map { $0["name"] as? String } == ["weight_ih", "weight_hh", "bias", "weight_ch"])
            #expect(tensors.map { $0["shape"] as? [Int] } == [[4, 25, 3], [4, 2, 25, 5], [4, 25], [4, 4, 5]])
            #expect(root["parameters"] as? Int == 4 * (25 * 3 + 2 * 25 * 5 + 25 + 20))
            let text = try CommandLineTool.succeed(["inspect", path]).output
            #expect(text.contains("weight_hh") && text.contains("[4, 2, 25, 5]"))
        }

        /// States enter a grid along the axes of its input and leave it along its depth too; a grid whose only axis is
        /// its depth takes none.
        @Test(arguments: [1, 2]) func gridTakesStatesOfItsInputAxes(_ axes: Int) throws {
            let configuration = try LayerConfiguration(
                cell: .grid, inputSize: 3, hiddenSize: 5, directions: [.forward(axes: axes)],
                options: CellOptions { $0.grid.depth = 2 })
            let layer = folder.file("grid.safetensors")
            let parameters: ParameterTensors<Double> = configuration.initialParameters(seed: 1)
            try LayerFile(configuration: configuration, parameters: parameters).write(to: layer)
            let shapes = (1..<axes).map { _ in [1, 7, 2, 5] }
            let call = LayerCall<Double>(
                input: .random([7] + (1..<axes).map { _ in 4 } + [3]),
                initialState: BoundaryState(
                    h: shapes.map { .random($0, seed: 2) }, c: shapes.map { .random($0, seed: 3) }),
                wantsFinalState: true)
            try NumpyArray(call.input).write(to: folder.file("x.npy"))
            try call.initialState!.write(to: folder.file("s.safetensors"))
            let entering = ["--initial-state", folder.file("s.safetensors")]
            let arguments = [
                "run", layer, "--input", folder.file("x.npy"), "--output", folder.file("y.npy"), "--precision",
                "float64", "--backend", "cpu",
            ]
            if axes == 1 { try CommandLineTool.fail(64, arguments + entering, saying: ["only axis is its depth"]) }
            try CommandLineTool.succeed(
                arguments + (axes > 1 ? entering : []) + ["--final-state", folder.file("f.safetensors")])
            let expected = try ReferenceBackend<Double>().run(configuration, parameters: parameters, call: call)
            expectSame(try NumpyArray(contentsOf: folder.file("y.npy")).tensor(), expected.output)
            let final = try BoundaryState<Double>(contentsOf: folder.file("f.safetensors"), axes: axes)
            #expect(final == expected.finalState)
            // What leaves one tile enters the next: the states of the depth, which enter nowhere, are passed over.
            guard axes > 1 else { return }
            try CommandLineTool.succeed(arguments + ["--initial-state", folder.file("f.safetensors")])
            var next = call
            next.initialState = BoundaryState(
                h: Array(expected.finalState!.h.dropLast()), c: Array(expected.finalState!.c.dropLast()))
            expectSame(
                try NumpyArray(contentsOf: folder.file("y.npy")).tensor(),
                try ReferenceBackend<Double>().run(configuration, parameters: parameters, call: next).output)
        }

        /// Everything `run` can read and write, against the library's reference.
        @Test(arguments: backends, Precision.allCases)
        func runIsTheReference(_ backend: [String], _ precision: Precision) throws {
            let layer = try makeLayer("--precision", "float64")
            let file = try LayerFile<Double>(contentsOf: layer)
            let grid = try Grid(batch: 2, extents: [4, 7])
            let shapes = (0..<2).map { BoundaryState<Double>.shape(file.configuration, grid: grid, axis: $0) }
            let call = LayerCall<Double>(
                input: .random([2, 4, 7, 3]),
                initialState: BoundaryState(
                    h: shapes.map { .random($0, seed: 2) }, c: shapes.map { .random($0, seed: 3) }),
                wantsFinalState: true, outputGradient: .random([2, 4, 7, 20], seed: 4),
                finalStateGradient: BoundaryState(
                    h: shapes.map { .random($0, seed: 5) }, c: shapes.map { .random($0, seed: 6) }))
            try NumpyArray(call.input).write(to: folder.file("x.npy"))
            try NumpyArray(call.outputGradient!).write(to: folder.file("dy.npy"))
            try call.initialState!.write(to: folder.file("s.safetensors"))
            try call.finalStateGradient!.write(to: folder.file("ds.safetensors"))
            let outcome = try CommandLineTool.succeed(
                [
                    "run", layer, "--input", folder.file("x.npy"), "--output", folder.file("y.npy"),
                    "--initial-state", folder.file("s.safetensors"), "--final-state", folder.file("f.safetensors"),
                    "--output-gradient", folder.file("dy.npy"), "--final-state-gradient",
                    folder.file("ds.safetensors"), "--gradients", folder.file("g.safetensors"),
                    "--precision", precision.rawValue, "--backend",
                ] + backend)
            #expect(outcome.output.isEmpty && outcome.errorLines.count == 1)
            #expect(outcome.errors.hasPrefix("device: ") && outcome.errors.contains(precision.rawValue))

            let expected = try ReferenceBackend<Double>().run(
                file.configuration, parameters: file.parameters, call: call)
            let tolerance = ParityTolerance(precision)
            let output = try NumpyArray(contentsOf: folder.file("y.npy"))
            #expect(output.type == (precision == .float32 ? .float32 : .float64))
            expectNMSE(
                actual: try output.tensor(as: Double.self), expected: expected.output, below: tolerance.forward,
                "output")
            let final = try BoundaryState<Double>(contentsOf: folder.file("f.safetensors"), axes: 2)
            for (name, tensor) in expected.finalState!.named.entries {
                expectNMSE(actual: final.named[name]!, expected: tensor, below: tolerance.forward, name)
            }
            let gradients = try TensorFile(contentsOf: folder.file("g.safetensors"))
            let all =
                expected.gradients!.parameters.entries + [("input", expected.gradients!.input)]
                + expected.gradients!.initialState!.named.entries
            #expect(Set(gradients.names) == Set(all.map(\.name)))
            for (name, tensor) in all {
                expectNMSE(
                    actual: try gradients.tensor(name, as: Double.self), expected: tensor, below: tolerance.backward,
                    "gradient of \(name)")
            }
        }

        /// The final states of one tile are the initial states of the next: two halves are the whole.
        @Test func statesCarryOver() throws {
            let layer = folder.file("line.safetensors")
            try CommandLineTool.succeed([
                "init", layer, "--cell", "lstm", "--input-size", "2", "--hidden-size", "3", "--peepholes",
            ])
            let input = Tensor<Float>.random([2, 6, 2])
            for (name, part) in [("all", input), ("a", input.slice(0..<2, 0..<3)), ("b", input.slice(0..<2, 3..<6))] {
                try NumpyArray(part).write(to: folder.file("\(name).npy"))
            }
            func run(_ name: String, _ more: String...) throws -> Tensor<Float> {
                try CommandLineTool.succeed(
                    ["run", layer, "--input", folder.file("\(name).npy"), "--output", folder.file("y.npy")] + more)
                return try NumpyArray(contentsOf: folder.file("y.npy")).tensor()
            }
            let states = folder.file("s.safetensors")
            let whole = try run("all")
            let halves = try [run("a", "--final-state", states), run("b", "--initial-state", states)]
            expectSame(.joined(halves, axis: 1), whole)
        }

        @Test(arguments: [["cpu"], ["opencl"]])
        func pictureInPictureOut(_ backend: [String]) throws {
            let layer = try makeLayer()
            let pixels = (0..<(7 * 5 * 3)).map { UInt8($0 * 37 % 256) }
            let image = Image(width: 7, height: 5, channels: 3, pixels: pixels)
            try image.write(to: folder.file("x.png"))
            for name in ["y.png", "y.npy"] {
                try CommandLineTool.succeed(
                    [
                        "run", layer, "--input", folder.file("x.png"), "--output", folder.file(name), "--backend",
                    ] + backend)
            }
            let file = try LayerFile<Float>(contentsOf: layer)
            let expected = try ReferenceBackend<Float>().run(
                file.configuration, parameters: file.parameters,
                call: LayerCall(input: ImageFile(contentsOf: folder.file("x.png")).tensor())
            ).output
            let actual: Tensor<Float> = try NumpyArray(contentsOf: folder.file("y.npy")).tensor()
            expectClose(actual, expected, absolute: 1e-6, relative: 1e-5)

            let picture: Tensor<Float> = try ImageFile(contentsOf: folder.file("y.png")).tensor()
            #expect(picture.shape == [1, 5, 7, 1])
            #expect(picture.values.min() == 0 && picture.values.max() == 1)
            let means = (0..<35).map { site in expected.values[(site * 20)..<((site + 1) * 20)].reduce(0, +) / 20 }
            let (least, largest) = (means.min()!, means.max()!)
            for (value, mean) in zip(picture.values, means) {
                #expect((value - (mean - least) / (largest - least)).magnitude <= 0.51 / 255)
            }
        }

        /// The file of the layer is read once: it may be a pipe. A second reader of this one finds nothing.
        @Test func layerMayBeAPipe() throws {
            let (layer, pipe) = (try makeLayer(), folder.file("pipe"))
            try NumpyArray(Tensor<Float>.random([1, 2, 3, 3])).write(to: folder.file("x.npy"))
            try #require(mkfifo(pipe, 0o600) == 0)
            let writer = Process()
            writer.executableURL = URL(filePath: "/bin/sh")
            writer.arguments = ["-c", "cat \"$0\" > \"$1\"; while :; do : > \"$1\"; sleep 0.1; done", layer, pipe]
            try writer.run()
            defer { writer.terminate() }
            try CommandLineTool.succeed([
                "run", pipe, "--input", folder.file("x.npy"), "--output", folder.file("y.npy"), "--backend", "cpu",
            ])
            #expect(try NumpyArray(contentsOf: folder.file("y.npy")).shape == [1, 2, 3, 20])
        }

        /// A run writes its output over what was there, and nothing beside it.
        @Test func outputIsReplacedWhole() throws {
            let layer = try makeLayer()
            try NumpyArray(Tensor<Float>.random([1, 2, 3, 3])).write(to: folder.file("x.npy"))
            try writeFile(Array("old".utf8), to: folder.file("y.npy"))
            try CommandLineTool.succeed([
                "run", layer, "--input", folder.file("x.npy"), "--output", folder.file("y.npy"), "--backend", "cpu",
            ])
            #expect(try NumpyArray(contentsOf: folder.file("y.npy")).shape == [1, 2, 3, 20])
            #expect(folder.names == ["layer.safetensors", "x.npy", "y.npy"])
        }
    }
}
