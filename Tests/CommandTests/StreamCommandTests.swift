import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm run` in bands.
    @Suite struct StreamCommandTests {
        private let folder: TemporaryFolder
        private let layer: String, input: String, output: String

        init() throws {
            folder = try TemporaryFolder()
            (layer, input, output) = (
                folder.file("layer.safetensors"), folder.file("x.npy"), folder.file("y.npy")
            )
            let configuration = try LayerConfiguration(
                inputSize: 2, hiddenSize: 3, directions: Direction.all(axes: 2), peepholes: true)
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
            try NumpyArray(Tensor<Float>.random([2, 7, 5, 2])).write(to: input)
        }

        private func run(_ more: [String]) -> [String] {
            ["run", layer, "--input", input, "--output", output] + more
        }

        /// Everything that goes in and comes out, in bands and at once.
        @Test(arguments: [["--stream"], ["--stream", "--band-height", "3"], ["--band-height", "2"]])
        func bandsAreTheWhole(_ bands: [String]) throws {
            let (entering, leaving) = (folder.file("s.safetensors"), folder.file("f.safetensors"))
            let lengths = folder.file("lengths.npy")
            try NumpyArray(Tensor<Double>(shape: [2, 2], values: [4, 5, 7, 2])).write(to: lengths)
            let configuration = try LayerFile<Float>(contentsOf: layer).configuration
            var state = BoundaryState<Float>(zeros: configuration, grid: try Grid(batch: 2, extents: [7, 5]))
            for k in 0..<2 {
                state.h[k] = .random(state.h[k].shape, seed: UInt64(3 + k))
                state.c[k] = .random(state.c[k].shape, seed: UInt64(5 + k))
            }
            try state.write(to: entering)
            let all = run([
                "--lengths", lengths, "--initial-state", entering, "--final-state", leaving, "--stats", "--path",
                "fused",
            ])
            func outcome(_ more: [String]) throws -> (String, [UInt8], [UInt8]) {
                let figures = try CommandLineTool.succeed(all + more).output
                return (figures, try readFile(output), try readFile(leaving))
            }
            #expect(try outcome(bands) == outcome([]))
            #expect(
                folder.names == [
                    "f.safetensors", "layer.safetensors", "lengths.npy", "s.safetensors", "x.npy", "y.npy",
                ])
        }

        /// What cannot be read in bands is held in memory.
        @Test func turnedArraysAndPictures() throws {
            let bytes = try readFile(input)
            let text = String(decoding: bytes[10..<128], as: UTF8.self)
            let turned = text.replacing("False", with: "True ").replacing("(2, 7, 5, 2)", with: "(2, 5, 7, 2)")
            try writeFile(bytes[..<10] + Array(turned.utf8) + bytes[128...], to: input)
            try CommandLineTool.succeed(run([]))
            let whole = try readFile(output)
            try CommandLineTool.succeed(run(["--stream", "--band-height", "2"]))
            #expect(try readFile(output) == whole)
        }

        @Test(arguments: [
            (["--backend", "cpu"], "reference"), (["--output", "y.png"], ".npy"),
            (["--band-height", "0"], "at least 1"),
            (["--output-gradient", "d.npy", "--gradients", "g.safetensors"], "inference"),
        ])
        func whatDoesNotGoWithBands(_ more: [String], _ part: String) throws {
            try CommandLineTool.fail(64, run(["--stream"] + more), saying: [part], absent: output)
        }

        @Test func modelsHaveNoBands() throws {
            let path = folder.file("model.safetensors")
            let model = try ModelConfiguration(
                inputSize: 2, axes: 2, layers: [.dense(inputSize: 2, outputSize: 1)])
            try ModelFile<Float>(model: model, parameters: model.initialParameters(seed: 1)).write(to: path)
            try CommandLineTool.fail(
                64, ["run", path, "--input", input, "--output", output, "--stream"], saying: ["--stream", "model"],
                absent: output)
        }

        /// Found in the middle of the run: nothing is left of it.
        @Test func badValuesLeaveNothing() throws {
            var tensor: Tensor<Float> = .random([2, 7, 5, 2])
            tensor.values[1 * 70 + 6 * 10 + 3] = .infinity
            try tensor.writeNumpy(to: input)
            let bands = ["--stream", "--band-height", "2"]
            try CommandLineTool.fail(65, run(bands), saying: [input, "inf", "[1, 6, 1, 1]"])
            #expect(folder.names == ["layer.safetensors", "x.npy"])
            try CommandLineTool.fail(73, run(bands + ["--output", folder.file("no/y.npy")]), saying: ["no/y.npy"])
            let link = folder.file("null.npy")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
            try CommandLineTool.fail(73, run(bands + ["--output", link]), saying: [link, "without streaming"])
        }

        /// States that double at every wavefront leave float32 after 128: the figures are printed, the output is not kept.
        @Test func outputsThatAreNotFiniteAreRefused() throws {
            let configuration = try LayerConfiguration(
                inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 2)],
                options: CellOptions { $0.outputActivation = .identity })
            var parameters = ParameterTensors<Float>(zeros: configuration.parameterShapes)
            parameters["bias"] = Tensor(repeating: 50, shape: parameters["bias"]!.shape)
            try LayerFile(configuration: configuration, parameters: parameters).write(to: layer)
            try Tensor<Float>(zeros: [1, 70, 70, 1]).writeNumpy(to: input)
            let outcome = try CommandLineTool.run(run(["--stream", "--band-height", "9", "--stats"]))
            #expect(outcome.status == 1 && outcome.output.contains("cell state"))
            #expect(outcome.errors.contains("NaN or infinite"))
            #expect(folder.names == ["layer.safetensors", "x.npy"])
        }
    }
}
