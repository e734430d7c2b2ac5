import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm convert --from onnx` of .onnx files.
    @Suite struct ConvertONNXTests {
        private let folder: TemporaryFolder
        private let source: String
        private let target: String

        init() throws {
            folder = try TemporaryFolder()
            (source, target) = (folder.file("m.onnx"), folder.file("layer.safetensors"))
        }

        /// A model of LSTM nodes of one unit on one feature, with these initial states.
        private func write(
            _ nodes: [String] = ["l"], states: [String] = [], attributes: [(String, ONNXWriter.Attribute)] = [],
            _ add: (inout ONNXWriter) -> Void = { _ in }
        ) throws {
            var writer = ONNXWriter()
            writer.addTensor("W", Tensor(repeating: 0.5, shape: [1, 4, 1]))
            writer.addTensor("R", Tensor(repeating: 0.25, shape: [1, 4, 1]))
            add(&writer)
            for node in nodes {
                writer.addNode("LSTM", ["x", "W", "R", ""] + states, [node + "_y"], name: node, attributes)
            }
            try writeFile(writer.bytes, to: source)
        }

        private func convert(_ flags: String...) throws -> [String] {
            try CommandLineTool.succeed(["convert", source, target, "--from", "onnx"] + flags).errors
                .split(separator: "\n").map(String.init)
        }

        private func fail(
            _ status: Int32, _ flags: [String], saying parts: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            try CommandLineTool.fail(
                status, ["convert", source, target, "--from", "onnx"] + flags, saying: parts, absent: target)
        }

        @Test func attributesAreOptions() throws {
            try write(attributes: [
                ("clip", .float(0.5)), ("input_forget", .int(1)), ("direction", .string("reverse")),
                ("activations", .strings(["HardSigmoid", "Relu", "Tanh"])),
            ])
            let lines = try convert()
            #expect(lines.count == 2 && lines[0].contains("lstm of 1 unit, directions -, float32, from onnx"))
            #expect(lines[1] == "\(source): its input is [T, B, I] (layout 0), the layer's [B, T, I]")
            let configuration = try LayerFile<Float>(contentsOf: target).configuration
            #expect(configuration.directions == ["-"])
            #expect(configuration.options.variant == .coupled && configuration.options.preactivationClip == 0.5)
            #expect(configuration.options.gateActivation == .hardSigmoid)
            #expect(
                configuration.options.candidateActivation == .relu && configuration.options.outputActivation == .tanh)
        }

        @Test func nodes() throws {
            try write(["a", "b"])
            try fail(65, [], saying: source, "2 LSTM nodes", "--node", "'a', 'b'")
            try fail(65, ["--node", "c"], saying: source, "'c'", "'a', 'b'")
            _ = try convert("--node", "b")
            _ = try LayerFile<Float>(contentsOf: target)
        }

        /// An initial state is written where it is asked for, and never left out in silence.
        @Test func initialState() throws {
            try write(states: ["", "h"], attributes: [("layout", .int(1))]) { writer in
                writer.addTensor("h", Tensor(shape: [2, 1, 1], values: [0.5, 1]))
            }
            try fail(65, [], saying: source, "not zero", "--initial-state-output")
            let state = folder.file("s.safetensors")
            #expect(
                try convert("--initial-state-output", state).last?.contains("[B, T, I] (layout 1), as the layer's")
                    == true)
            let input = folder.file("x.npy"), output = folder.file("y.npy")
            try NumpyArray(Tensor<Float>(zeros: [2, 3, 1])).write(to: input)
            try CommandLineTool.succeed([
                "run", target, "--input", input, "--output", output, "--initial-state", state, "--backend", "cpu",
            ])
            let y: Tensor<Float> = try NumpyArray(contentsOf: output).tensor()
            // The first site sees only h: a = 0.25 h for each gate.
            func first(_ h: Double) -> Float {
                let (gate, g) = (1 / (1 + exp(-0.25 * h)), tanh(0.25 * h))
                return Float(gate * tanh(gate * g))
            }
            expectClose(
                Tensor(shape: [2], values: [y.values[0], y.values[3]]),
                Tensor(shape: [2], values: [first(0.5), first(1)]),
                absolute: 1e-6, relative: 1e-6)
            try FileManager.default.removeItem(atPath: target)
            try fail(64, ["--initial-state-output", target], saying: "overwrite")
        }

        @Test func remarks() throws {
            try write(states: ["lengths", "h", "h"]) { writer in
                for name in ["lengths", "h"] { writer.addInput(name) }
            }
            let lines = try convert()
            #expect(lines.count == 4)
            #expect(lines[2].contains("'lengths'") && lines[2].contains("run --lengths"))
            #expect(lines[3].contains("h from the model's input 'h' and c from the model's input 'h'"))
            try FileManager.default.removeItem(atPath: target)
            try fail(65, ["--initial-state-output", folder.file("s.safetensors")], saying: "model's input 'h'")
            try write(states: ["", "h"]) { writer in
                writer.addTensor("one", Tensor(repeating: 1, shape: [1, 1, 1]))
                writer.addNode("Expand", ["one", "shape"], ["h"])
            }
            #expect(
                try convert("--initial-state-output", folder.file("s.safetensors")).last?.contains("every sample")
                    == true)
        }

        @Test func flagsOfArrays() throws {
            try write()
            try fail(64, ["--direction", "reverse"], saying: "--direction", source)
            try fail(64, ["--prefix", "l"], saying: "--prefix", "--node")
            // Given for another format, it is named.
            try CommandLineTool.fail(
                65, ["convert", source, target, "--from", "pytorch"], saying: [source, "ONNX model", "--from onnx"],
                absent: target)
            try CommandLineTool.fail(
                65, ["run", source, "--input", source, "--output", folder.file("y.npy")],
                saying: [source, "ONNX model", "--from onnx"], absent: folder.file("y.npy"))
        }

        @Test func filesOfKeras() throws {
            try writeFile([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A, 0, 0], to: source)
            try CommandLineTool.fail(
                65, ["convert", source, target, "--from", "keras"],
                saying: [source, "HDF5", "python -c \"import keras,numpy", "load_model('\(source)'", "load"],
                absent: target)
        }
    }
}
