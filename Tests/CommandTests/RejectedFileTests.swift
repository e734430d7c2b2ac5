import Foundation
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

extension CommandSuites {
    /// Every file of the reject lists, given to the command that reads its format.
    @Suite struct RejectedFileTests {
        private let folder: TemporaryFolder
        private let layer: String

        init() throws {
            folder = try TemporaryFolder()
            layer = folder.file("layer.safetensors")
            let configuration = try LayerConfiguration(
                inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 2)], peepholes: false)
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
        }

        /// Exit code 65, or the one given, one line, less than a second of processor time and 200 MB.
        private func expectRefusal(
            of file: SampleFile, _ arguments: [String], status: Int32 = 65, environment: [String: String?] = [:]
        ) throws {
            let run = try CommandLineTool.measure(arguments, environment: environment)
            #expect(run.outcome.status == status, "\(file): \(run.outcome)")
            #expect(run.outcome.output.isEmpty, "\(file): \(run.outcome.output)")
            let message = run.outcome.errors
            #expect(message.hasSuffix("\n") && message.utf8.count { $0 < 0x20 } == 1, "\(file): \(message)")
            #expect(message.hasPrefix("mdlstm: error: ") && message.contains(file.reason), "\(file): \(message)")
            #expect(message.utf8.count < 1000, "\(file)")
            #expect(run.processorSeconds < 1, "\(file)")
            #expect(run.peakBytes < 200_000_000, "\(file)")
        }

        private func write(_ file: SampleFile, _ name: String) throws -> String {
            try writeFile(file.bytes, to: folder.file(name))
            return folder.file(name)
        }

        @Test(arguments: SafetensorsSamples.rejected) func safetensors(_ file: SampleFile) throws {
            try expectRefusal(of: file, ["inspect", try write(file, "x.safetensors")])
        }

        @Test(arguments: ModelSamples.rejected) func modelsAndCheckpoints(_ file: SampleFile) throws {
            try expectRefusal(of: file, ["inspect", try write(file, "x.safetensors")])
        }

        @Test(arguments: NumpySamples.rejected.filter { $0.bytes.starts(with: [0x93]) })
        func numpy(_ file: SampleFile) throws {
            let path = try write(file, "x.npy")
            try expectRefusal(of: file, ["inspect", path])
            let output = folder.file("y.npy")
            try expectRefusal(
                of: file, ["run", layer, "--input", path, "--output", output, "--backend", "cpu"])
            #expect(!FileManager.default.fileExists(atPath: output))
        }

        @Test(arguments: NumpyArchiveSamples.rejected.filter { $0.bytes.starts(with: Array("PK".utf8) + [3, 4]) })
        func numpyArchive(_ file: SampleFile) throws {
            let output = folder.file("y.safetensors")
            try expectRefusal(of: file, ["convert", try write(file, "x.npz"), output, "--from", "keras"])
            #expect(!FileManager.default.fileExists(atPath: output))
        }

        @Test(arguments: PyTorchSamples.rejected) func pyTorch(_ file: SampleFile) throws {
            let output = folder.file("y.safetensors")
            try expectRefusal(of: file, ["convert", try write(file, "x.pt"), output, "--from", "pytorch"])
            #expect(!FileManager.default.fileExists(atPath: output))
            #expect(!FileManager.default.fileExists(atPath: PyTorchSamples.touched))
        }

        @Test(arguments: WeightSamples.rejected) func weights(_ file: SampleFile) throws {
            let output = folder.file("y.safetensors")
            for format in ["keras", "onnx"] {
                try expectRefusal(
                    of: file, ["convert", try write(file, "x.safetensors"), output, "--from", format])
            }
            #expect(!FileManager.default.fileExists(atPath: output))
        }

        /// Of those that begin as models do; a file beside one that is missing is another exit code.
        @Test(arguments: ONNXSamples.rejected.filter { FileKind($0.bytes) == .onnx && $0.name != "a file beside it" })
        func onnx(_ file: SampleFile) throws {
            let output = folder.file("y.safetensors")
            try expectRefusal(of: file, ["convert", try write(file, "x.onnx"), output, "--from", "onnx"])
            #expect(!FileManager.default.fileExists(atPath: output))
        }

        @Test(
            arguments: PNGSamples.rejected.filter {
                $0.bytes.starts(with: [0x89]) && $0.name != "colour that the palette lacks"
            })
        func png(_ file: SampleFile) throws { try expectRefusal(ofPicture: file, layer) }

        /// Its layer takes three channels.
        @Test func pngOfColours() throws {
            let layer = folder.file("colours.safetensors")
            try CommandLineTool.succeed(["init", layer, "--input-size", "3", "--hidden-size", "1"])
            try expectRefusal(
                ofPicture: try #require(PNGSamples.rejected.first { $0.name == "colour that the palette lacks" }), layer
            )
        }

        @Test(arguments: JPEGSamples.rejected) func jpeg(_ file: SampleFile) throws {
            try expectRefusal(ofPicture: file, layer)
        }

        @Test(arguments: IDXSamples.rejected) func idx(_ file: SampleFile) throws {
            try writeFile(IDXSamples.labels([0]), to: folder.file("labels-idx1-ubyte"))
            let path = folder.file("images-idx3-ubyte")
            try writeFile(file.bytes, to: path)
            let run = try CommandLineTool.measure(["check-data", path])
            #expect(run.outcome.status == 65, "\(file): \(run.outcome)")
            #expect(run.outcome.output.contains(file.reason), "\(file): \(run.outcome)")
            #expect(run.processorSeconds < 1 && run.peakBytes < 200_000_000, "\(file)")
        }

        private func expectRefusal(ofPicture file: SampleFile, _ layer: String) throws {
            let output = folder.file("y.npy")
            try expectRefusal(
                of: file,
                ["run", layer, "--input", try write(file, "x.png"), "--output", output, "--backend", "cpu"])
            #expect(!FileManager.default.fileExists(atPath: output))
        }

        @Test(arguments: [
            SampleFile("missing", SafetensorsSamples.file("{}"), "tensor 'h_1' is missing"),
            SampleFile("cut short", SafetensorsSamples.tensor("F32", "[1]", "0", "4", data: 3), "4 bytes of data"),
            SampleFile(
                "shapes without an element", SafetensorsSamples.states("[0,1099511627776]"), "h_1"),
        ])
        func states(_ file: SampleFile) throws {
            let input = folder.file("x.npy")
            try NumpyArray(Tensor<Float>(zeros: [1, 1, 1, 1])).write(to: input)
            try expectRefusal(
                of: file,
                [
                    "run", layer, "--input", input, "--output", folder.file("y.npy"), "--backend", "cpu",
                    "--initial-state", try write(file, "s.safetensors"),
                ])
        }

        /// 4 TB, of which nothing is on the disk.
        @Test func filesThatDoNotFitMemory() throws {
            let file = SampleFile("sparse", [], "has 4398046511104 bytes; this machine allows")
            let path = folder.file("sparse.safetensors")
            try writeFile([], to: path)
            try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 1 << 42)
            try expectRefusal(of: file, ["inspect", path], status: 75)
        }

        /// A file of 2^40 bytes, none of them on the disk.
        @Test func arrayThatDoesNotFitMemory() throws {
            let layer = folder.file("layer.safetensors")
            try CommandLineTool.succeed(["init", layer, "--input-size", "1", "--hidden-size", "1"])
            let dictionary = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1048576, 1048576, 1), }"
            let header = dictionary + String(repeating: " ", count: 117 - dictionary.count) + "\n"
            let path = folder.file("sparse.npy")
            try writeFile(
                [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8), to: path)
            try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 128 + 1 << 40)
            let file = SampleFile("sparse", [], "; this machine allows")
            try expectRefusal(
                of: file, ["run", layer, "--input", path, "--output", folder.file("y.npy"), "--backend", "cpu"],
                status: 75)
        }

        @Test(arguments: TuningSamples.rejected) func tuning(_ file: SampleFile) throws {
            try FileManager.default.createDirectory(
                atPath: folder.file("swift-mdlstm"), withIntermediateDirectories: true)
            _ = try write(file, "swift-mdlstm/tuning.json")
            try expectRefusal(
                of: file,
                ["bench", "--extents", "3x2", "--input-size", "2", "--hidden-size", "3", "--repeat", "1"],
                environment: ["XDG_CONFIG_HOME": folder.path])
        }
    }
}
