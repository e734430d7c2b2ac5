import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// How messages are written: no words of Foundation's or Swift's, and one of a thing in the singular.
    @Suite struct MessageTests {
        private let folder: TemporaryFolder
        private let layer: String, input: String

        init() throws {
            folder = try TemporaryFolder()
            (layer, input) = (folder.file("layer.safetensors"), folder.file("x.npy"))
            let configuration = try LayerConfiguration(inputSize: 2, hiddenSize: 1, directions: [.forward(axes: 2)])
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
            try Tensor<Float>(zeros: [1, 2, 3, 2]).writeNumpy(to: input)
        }

        private static let forbidden = [
            "NSCocoa", "NSPOSIX", "couldn’t", "could not be completed", "Optional(", "LayerConfiguration",
            "MDLSTMError",
            "Foundation", "Swift.", "Error Domain", "Fatal error",
        ]

        /// Whether something is counted wrongly: `1 channels`, but not `1 is`.
        private static func hasWrongPlural(_ text: String) -> Bool {
            text.matches(of: #/\b1 ([a-z-]+s)\b/#).contains {
                !["is", "has", "was", "as", "times", "less"].contains($0.1)
            }
        }

        private func check(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
            let outcome = try CommandLineTool.run(arguments)
            let text = outcome.output + outcome.errors
            #expect(
                !Self.forbidden.contains { text.contains($0) } && !Self.hasWrongPlural(text),
                "mdlstm \(arguments): \(text)", sourceLocation: sourceLocation)
        }

        @Test func wrongPluralsAreFound() {
            #expect(Self.hasWrongPlural("the input has 1 channels") && Self.hasWrongPlural("found 1 bytes"))
            #expect(!Self.hasWrongPlural("the input has 1 channel, 11 units; 1 is less"))
        }

        @Test func usage() throws {
            for arguments in [
                [], ["bogus"], ["run"], ["init", "x"], ["init", "x", "--input-size", "a", "--hidden-size", "1"],
                ["init", "x", "--input-size", "1", "--hidden-size", "1", "--cell", "gru"],
                ["bench", "--extents", "3xq"],
                ["bench", "--pass", "x"], ["train"], ["train", "diagonal", "--model", "x"], ["convert", "a", "b"],
                ["parity", "--precision", "x"], ["tune", "--out"], ["init", "x", "--axes", "2", "--cell", "lstm"],
                [
                    "init", "x", "--input-size", "1", "--hidden-size", "1", "--directions", "+", "--cell", "graves",
                    "--axes", "2",
                ],
            ] { try check(arguments) }
        }

        @Test func folders() throws {
            let file = folder.file("file")
            try writeFile([1], to: file)
            let train = ["train", "diagonal", "--steps", "1", "--size", "3", "--backend", "cpu", "--out"]
            for out in [file, file + "/x", "/proc/x", "", "/dev/null/x"] {
                try check(train + [out])
                try CommandLineTool.fail(73, train + [out], saying: ["folder"])
            }
            try check(train + [folder.file("new/deeper/")])
        }

        @Test func filesOfOneThing() throws {
            let run = ["run", layer, "--output", folder.file("y.npy"), "--backend", "cpu", "--input"]
            try Tensor<Float>(zeros: [1, 2, 3, 1]).writeNumpy(to: folder.file("one.npy"))
            try check(run + [folder.file("one.npy")])
            try writeFile(Array(readFile(input)) + [0], to: folder.file("long.npy"))
            try check(run + [folder.file("long.npy")])
            for count in [0, 1, 9] {
                try writeFile(Array(readFile(layer).prefix(count)), to: folder.file("short"))
                try check(["inspect", folder.file("short")])
                try check(["convert", folder.file("short"), folder.file("o.safetensors"), "--from", "keras"])
            }
            var file = TensorFile()
            file.append("weight", Tensor<Float>(zeros: [1]))
            try file.write(to: folder.file("w.safetensors"))
            for source in ["keras", "onnx", "pytorch", "tensorflow-md"] {
                try check(["convert", folder.file("w.safetensors"), folder.file("o.safetensors"), "--from", source])
            }
            try check(["convert", layer, folder.file("o.safetensors"), "--from", "mdlstm", "--to", "pytorch"])
            try check(["devices"])
            try check(["train", "diagonal", "--size", "3", "--steps", "1", "--hidden", "1", "--backend", "cpu"])
            try check([
                "train", "parity", "--bits", "1", "--layers", "2", "--hidden", "1", "--steps", "1", "--backend", "cpu",
            ])
            try check(["init", folder.file("i"), "--input-size", "1", "--hidden-size", "1"])
        }

        /// A name that is not UTF-8 would be repaired to that of another file.
        @Test func namesThatAreNotUTF8AreRefused() throws {
            func outcome(_ script: String) throws -> (status: Int32, errors: String) {
                let process = Process()
                process.executableURL = URL(filePath: "/bin/sh")
                process.arguments = ["-c", "cd '\(folder.path)'; \(script)", try CommandLineTool.executable()]
                let errors = Pipe()
                process.standardError = errors
                try process.run()
                let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
                process.waitUntilExit()
                return (process.terminationStatus, text)
            }
            let sizes = "--input-size 1 --hidden-size 1"
            let names = folder.names
            let argument = try outcome("exec \"$0\" init \"$(printf 'l\\377.safetensors')\" \(sizes)")
            #expect(
                argument.status == 64 && argument.errors.contains("argument 2, 'l\\xff.safetensors'"), "\(argument)")
            let variable = try outcome(
                "MDLSTM_KERNELS=\"$(printf 'l\\377')\" exec \"$0\" init l.safetensors \(sizes)")
            #expect(variable.status == 64 && variable.errors.contains("MDLSTM_KERNELS"), "\(variable)")
            #expect(folder.names == names)
            // Two names that look the same are two files.
            let twins = try outcome("exec \"$0\" init \"$(printf 'e\\314\\201')\" \(sizes)")
            #expect(twins.status == 0)
            let other = try outcome("exec \"$0\" init \"$(printf '\\303\\251')\" \(sizes)")
            #expect(other.status == 0 && folder.names.count == names.count + 2)
        }
    }
}
