import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Commands that a signal ends while they write, and what a killed one leaves.
    @Suite struct StoppedCommandTests {
        private let folder: TemporaryFolder
        private let outputs: TemporaryFolder

        init() throws {
            (folder, outputs) = (try TemporaryFolder(), try TemporaryFolder())
            let configuration = try LayerConfiguration(
                inputSize: 1, hiddenSize: 16, directions: Direction.all(axes: 2))
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: folder.file("layer.safetensors"))
            try Tensor<Float>(zeros: [1, 3000, 700, 1]).writeNumpy(to: folder.file("x.npy"))
        }

        private var unfinished: [String] { folder.names.filter { $0.hasSuffix(".tmp") } }

        /// A run of many seconds that has begun to write.
        private func startWriting() throws -> Process {
            let process = try CommandLineTool.start(
                [
                    "run", folder.file("layer.safetensors"), "--input", folder.file("x.npy"), "--output",
                    folder.file("y.npy"), "--stream",
                ], outputs: outputs)
            let deadline = Date() + 60
            while unfinished.isEmpty {
                let message = try CommandLineTool.text(outputs.file("err"))
                try #require(process.isRunning && Date() < deadline, "\(message)")
                usleep(2_000)
            }
            return process
        }

        @Test(arguments: zip([SIGINT, SIGTERM, SIGHUP], ["SIGINT", "SIGTERM", "SIGHUP"]))
        func nothingIsLeft(_ signal: Int32, _ name: String) throws {
            try writeFile([1, 2, 3], to: folder.file("y.npy"))
            let process = try startWriting()
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 128 + signal)
            #expect(folder.names == ["layer.safetensors", "x.npy", "y.npy"])
            #expect(try readFile(folder.file("y.npy")) == [1, 2, 3])
            #expect(try CommandLineTool.text(outputs.file("err")).contains("mdlstm: error: stopped by \(name)"))
        }

        /// What a killed process left goes with the next run into the folder; what another still writes stays.
        @Test func remainsGo() throws {
            let killed = try startWriting()
            kill(killed.processIdentifier, SIGKILL)
            killed.waitUntilExit()
            let remains = unfinished
            #expect(remains.count == 1)
            for name in ["kept.tmp", ".mdlstm-1-1.tmp.npy", ".other-1-1.tmp"] {
                try writeFile([1], to: folder.file(name))
            }
            let inUse = folder.file(".mdlstm-1-2.tmp")
            let descriptor = open(inUse, O_RDWR | O_CREAT, 0o600)
            try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
            defer { close(descriptor) }
            try CommandLineTool.succeed([
                "init", folder.file("new.safetensors"), "--input-size", "1", "--hidden-size", "1",
            ])
            #expect(Set(unfinished) == ["kept.tmp", ".mdlstm-1-2.tmp", ".other-1-1.tmp"])
            #expect(folder.names.contains(".mdlstm-1-1.tmp.npy"))
        }

        /// Who reads the results has gone: no word, as with other programs.
        @Test func closedPipe() throws {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["-c", "\"$0\" cells | true; exit ${PIPESTATUS[0]}", try CommandLineTool.executable()]
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 128 + SIGPIPE)
            #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
        }
    }
}
