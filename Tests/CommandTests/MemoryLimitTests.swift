import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Limits of the process: what does not fit them is refused, exit code 75, and no signal ends the command.
    @Suite struct MemoryLimitTests {
        private let folder: TemporaryFolder
        private let layer: String, small: String, large: String

        init() throws {
            folder = try TemporaryFolder()
            (layer, small, large) = (
                folder.file("layer.safetensors"), folder.file("small.npy"), folder.file("large.npy")
            )
            let configuration = try LayerConfiguration(
                inputSize: 1, hiddenSize: 16, directions: Direction.all(axes: 2))
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
            try Tensor<Float>(zeros: [1, 5, 7, 1]).writeNumpy(to: small)
            try Tensor<Float>(zeros: [1, 3000, 2000, 1]).writeNumpy(to: large)
        }

        private func run(_ input: String, _ more: [String] = []) -> [String] {
            ["run", layer, "--input", input, "--output", folder.file("y.npy")] + more
        }

        private func refused(
            _ arguments: [String], limit: String, saying parts: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let outcome = try CommandLineTool.run(arguments, limit: limit)
            #expect(outcome.status == 75, "\(outcome.errors)", sourceLocation: sourceLocation)
            let message = outcome.errorLines.last ?? ""
            for part in ["mdlstm: error: "] + parts {
                #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
            }
            #expect(!folder.names.contains { $0.hasSuffix(".tmp") || $0 == "y.npy" }, sourceLocation: sourceLocation)
        }

        @Test(arguments: ["-v 1000000", "-d 1000000"]) func whatFitsIsDone(_ limit: String) throws {
            for more in [[], ["--backend", "cpu"]] {
                let outcome = try CommandLineTool.run(run(small, more), limit: limit)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
        }

        /// With the numbers and what would fit.
        @Test(arguments: ["-v", "-d"]) func whatDoesNotFitIsRefused(_ kind: String) throws {
            let limit = "\(kind) 1000000"
            let numbers = ["ulimit \(kind) allows 1024000000 bytes", "enough for"]
            try refused(run(large), limit: limit, saying: numbers + ["the output", "--stream"])
            try refused(run(large, ["--backend", "cpu"]), limit: limit, saying: numbers + ["states"])
            try refused(
                ["train", "diagonal", "--size", "100", "--hidden", "256", "--steps", "1"], limit: limit,
                saying: ["would fit"])
            try refused(
                ["train", "diagonal", "--size", "100", "--hidden", "256", "--steps", "1", "--backend", "cpu"],
                limit: limit, saying: numbers)
            try refused(
                ["init", folder.file("y.npy"), "--input-size", "20000", "--hidden-size", "2000"], limit: limit,
                saying: numbers + ["parameters"])
        }

        /// A driver's compiler aborts for want of memory: it is asked for first.
        @Test func tooLittleForAnyDriver() throws {
            for kilobytes in [150_000, 300_000, 400_000, 500_000] {
                try refused(run(small), limit: "-v \(kilobytes)", saying: ["OpenCL driver", "--backend cpu"])
            }
            try refused(run(small), limit: "-d 100000", saying: ["OpenCL driver", "ulimit -d"])
        }

        /// Where what is asked for was not foreseen, it is still no signal: the table of a JSON file, say.
        @Test func allocationsThatFail() throws {
            let text = "[" + String(repeating: "0,", count: 2_000_000) + "0]"
            var header = Array(#"{"__metadata__":{"a":"b"},"x":"#.utf8) + Array(text.utf8) + Array("}".utf8)
            header += Array(repeating: 32, count: (8 - header.count % 8) % 8)
            let path = folder.file("deep.safetensors")
            try writeFile((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header, to: path)
            // Room for the libraries, but not for the table.
            let outcome = try CommandLineTool.run(["inspect", path], limit: "-v 150000")
            #expect([65, 75].contains(outcome.status), "\(outcome.errors)")
        }
    }
}
