import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Sizes nobody can have meant, and files that would overwrite one another.
    @Suite struct ConflictingInputTests {
        private let folder: TemporaryFolder
        private let layer: String, input: String

        init() throws {
            folder = try TemporaryFolder()
            (layer, input) = (folder.file("layer.safetensors"), folder.file("x.npy"))
            let configuration = try LayerConfiguration(inputSize: 1, hiddenSize: 2, directions: [.forward(axes: 2)])
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
            try NumpyArray(Tensor<Float>.random([1, 3, 2, 1])).write(to: input)
        }

        @Test(arguments: [
            #"{"type":"patch","window":[1099511627776,1099511627776]}"#,
            #"{"type":"dense","inputSize":1,"outputSize":1099511627776}"#,
        ])
        func modelsBeyondAnyMemoryAreRefused(_ layer: String) throws {
            var file = TensorFile()
            file.metadata["mdlstm"] = #"{"version":1,"model":{"inputSize":1,"axes":2,"layers":["# + layer + "]}}"
            let path = folder.file("model.safetensors")
            try file.write(to: path)
            try CommandLineTool.fail(65, ["inspect", path], saying: [path, "layer 0"])
        }

        @Test func gridsBeyondAnyMemoryAreRefused() throws {
            var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000, 0, 2, 1), }"
            header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
            let path = folder.file("empty.npy")
            try writeFile(
                [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8), to: path)
            try CommandLineTool.fail(
                65, ["run", layer, "--input", path, "--output", folder.file("y.npy"), "--backend", "cpu"],
                saying: [path], absent: folder.file("y.npy"))
        }

        @Test func oversizedLayersAreUsage() throws {
            let path = folder.file("huge.safetensors")
            try CommandLineTool.fail(
                64, ["init", path, "--input-size", "65536", "--hidden-size", "65536", "--directions", "all"],
                saying: ["parameters"], absent: path)
            try CommandLineTool.fail(
                64, ["init", path, "--input-size", "1", "--hidden-size", "1", "--forget-bias", "1e300"],
                saying: ["forget bias"], absent: path)
        }

        @Test func filesOfACallAreAllDifferent() throws {
            let run = ["run", layer, "--input", input, "--backend", "cpu", "--output"]
            let before = try readFile(input)
            try CommandLineTool.fail(64, run + [input], saying: ["--output", "--input"])
            let link = folder.file("link.npy")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: input)
            try CommandLineTool.fail(64, run + [link], saying: ["--output", "--input"])
            let output = folder.file("y.npy")
            try CommandLineTool.fail(64, run + [output, "--final-state", layer], saying: ["--final-state", "layer"])
            try CommandLineTool.fail(
                64, run + [output, "--final-state", output], saying: ["--final-state", "--output"], absent: output)
            #expect(try readFile(input) == before)
        }

        @Test func weightsOfWholeNumbersAreRefused() throws {
            let file = try TensorFile(contentsOf: layer)
            var bytes = file.serialized()
            let from = Array(#""dtype":"F32""#.utf8)
            let start = try #require(bytes.indices.first { bytes[$0...].starts(with: from) })
            bytes.replaceSubrange(start..<(start + from.count), with: Array(#""dtype":"I32""#.utf8))
            let path = folder.file("whole.safetensors")
            try writeFile(bytes, to: path)
            try CommandLineTool.fail(
                65, ["run", path, "--input", input, "--output", folder.file("y.npy"), "--backend", "cpu"],
                saying: [path, "I32", "F32"], absent: folder.file("y.npy"))
        }

        @Test func ratesBeyondEveryPrecisionAreUsage() throws {
            try CommandLineTool.fail(
                64, ["train", "diagonal", "--size", "3", "--steps", "1", "--learning-rate", "1e39"],
                saying: ["--learning-rate"])
        }
    }
}
