import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Trainings that are stopped, killed and resumed, and disks that are full.
    @Suite struct CheckpointCommandTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private static let diagonal = [
            "train", "diagonal", "--size", "4x5", "--hidden", "3", "--batch", "2", "--seed", "3", "--json",
        ]

        private func train(_ arguments: [String], steps: Int, out: String) throws {
            try CommandLineTool.succeed(
                Self.diagonal + ["--steps", "\(steps)", "--out", folder.file(out)] + arguments)
        }

        private func expectSameResults(_ a: String, _ b: String) throws {
            for name in ["model.safetensors", "metrics.jsonl", "loss.svg", "predictions.svg"] {
                #expect(try readFile(folder.file("\(a)/\(name)")) == readFile(folder.file("\(b)/\(name)")), "\(name)")
            }
        }

        private func checkpoints(_ out: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.file(out)).filter { $0.contains("checkpoint") }
                .sorted()
        }

        @Test(arguments: [
            ["--backend", "cpu"], ["--path", "fused"], ["--path", "sweep"], ["--precision", "float64"],
        ])
        func resumedTrainingEndsTheSame(_ arguments: [String]) throws {
            try train(arguments, steps: 13, out: "whole")
            try train(arguments + ["--checkpoint-every", "3", "--keep", "2"], steps: 8, out: "parts")
            #expect(
                try checkpoints("parts") == ["checkpoint-0000000003.safetensors", "checkpoint-0000000006.safetensors"])
            try train(arguments + ["--resume", "auto"], steps: 13, out: "parts")
            try expectSameResults("whole", "parts")
            // From a file, into another folder.
            try train(
                arguments + ["--resume", folder.file("parts/checkpoint-0000000003.safetensors")], steps: 13, out: "file"
            )
            try expectSameResults("whole", "file")
            try CommandLineTool.succeed(["inspect", folder.file("parts/checkpoint-0000000003.safetensors")])
        }

        /// Without a checkpoint `auto` begins; a damaged one is passed over with a notice.
        @Test func autoTakesTheNewestThatIsWhole() throws {
            try train(["--checkpoint-every", "2", "--resume", "auto"], steps: 6, out: "a")
            let newest = folder.file("a/checkpoint-0000000006.safetensors")
            try writeFile(Array(readFile(newest).dropLast(3)), to: newest)
            let outcome = try CommandLineTool.succeed(
                Self.diagonal + ["--steps", "9", "--out", folder.file("a"), "--resume", "auto"])
            #expect(outcome.errors.contains("note: passed over") && outcome.errors.contains("step 4"))
            try train([], steps: 9, out: "whole")
            try expectSameResults("whole", "a")
        }

        /// A training that goes on from an early checkpoint in the folder of one that went further keeps its own checkpoints, and the other's.
        @Test func laterCheckpointsDoNotPushOutNewOnes() throws {
            try train(["--checkpoint-every", "3"], steps: 9, out: "a")
            let early = folder.file("a/checkpoint-0000000003.safetensors")
            try train(["--checkpoint-every", "1", "--keep", "2", "--resume", early], steps: 5, out: "a")
            let steps = try checkpoints("a").map { Int($0.dropFirst(11).dropLast(12)) }
            #expect(steps == [4, 5, 6, 9])
        }

        @Test func otherTrainingsAreRefused() throws {
            try train(["--checkpoint-every", "4"], steps: 4, out: "a")
            let file = folder.file("a/checkpoint-0000000004.safetensors")
            func refuse(_ arguments: [String], _ parts: [String]) throws {
                try CommandLineTool.fail(
                    64, Self.diagonal + ["--steps", "6", "--resume", file] + arguments, saying: [file] + parts)
            }
            try refuse(["--learning-rate", "0.02"], ["learningRate 0.01, this one 0.02"])
            try refuse(["--hidden", "4"], ["another model"])
            try refuse(["--clip-norm", "1"], ["clipNorm none, this one 1"])
            try refuse(["--precision", "float64"], ["float32"])
            try refuse(["--steps", "3"], ["--steps 3", "step 4"])
            try CommandLineTool.fail(66, Self.diagonal + ["--resume", folder.file("none.safetensors")])
            try CommandLineTool.fail(
                65, Self.diagonal + ["--resume", folder.file("a/model.safetensors")], saying: ["no 'checkpoint'"])
            try CommandLineTool.fail(64, Self.diagonal + ["--resume", "auto"], saying: ["--out"])
            try CommandLineTool.fail(64, Self.diagonal + ["--checkpoint-every", "5"], saying: ["--out"])
        }

        /// Starts a training without end that saves every 5 steps, and waits until it has saved one more checkpoint.
        private func startUntilSaved(_ out: String) throws -> Process {
            let before = try? checkpoints(out).last
            let process = try CommandLineTool.start(
                Self.diagonal + [
                    "--steps", "1000000", "--checkpoint-every", "5", "--resume", "auto", "--out", folder.file(out),
                ], outputs: folder)
            let deadline = Date() + 120
            while (try? checkpoints(out).last) == before {
                let message = try CommandLineTool.text(folder.file("err"))
                try #require(process.isRunning && Date() < deadline, "\(message)")
                usleep(2_000)
            }
            return process
        }

        private func lastStep(_ out: String) throws -> Int {
            try #require(try checkpoints(out).last.flatMap { Int($0.dropFirst(11).dropLast(12)) })
        }

        /// A signal ends the step at hand and leaves a checkpoint; the training goes on as if nothing had been.
        @Test(arguments: zip([SIGINT, SIGTERM, SIGHUP], [Int32(130), 143, 129]))
        func signalSaves(_ signal: Int32, _ status: Int32) throws {
            let process = try startUntilSaved("a")
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == status)
            let step = try lastStep("a")
            let message = try CommandLineTool.text(folder.file("err"))
            #expect(message.contains("after step \(step)") && message.contains("--resume auto"), "\(message)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("a/model.safetensors")))
            try train(["--resume", "auto"], steps: step + 7, out: "a")
            try train([], steps: step + 7, out: "whole")
            try expectSameResults("whole", "a")
        }

        /// A process that is killed leaves whole checkpoints; what it left half written, the next removes.
        @Test func killedTrainingGoesOn() throws {
            for round in 0..<4 {
                let process = try startUntilSaved("a")
                usleep(UInt32(1_700 * round))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let remains = folder.file("a/.mdlstm-\(Int32.max)-1.tmp")
            try writeFile([1, 2, 3], to: remains)
            let step = try lastStep("a")
            try train(["--resume", "auto"], steps: step + 5, out: "a")
            try train([], steps: step + 5, out: "whole")
            try expectSameResults("whole", "a")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("a"))
            #expect(!names.contains { $0.hasSuffix(".tmp") }, "\(names)")
        }

        /// A full disk: exit code 74, the checkpoints of before are whole, and nothing half written is left.
        @Test func fullDiskKeepsTheLastCheckpoint() throws {
            let arguments = ["--backend", "cpu", "--checkpoint-every", "2", "--hidden", "24"]
            try train(arguments, steps: 4, out: "a")
            let before = try checkpoints("a")
            let process = try CommandLineTool.start(
                Self.diagonal + arguments + ["--steps", "9", "--resume", "auto", "--out", folder.file("a")],
                limit: "-f 16", outputs: folder)
            process.waitUntilExit()
            let message = try CommandLineTool.text(folder.file("err"))
            #expect(process.terminationReason == .exit && process.terminationStatus == 74, "\(message)")
            #expect(message.contains("free some space") && !message.contains("\n\n"), "\(message)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("a"))
            #expect(try checkpoints("a") == before && !names.contains { $0.hasSuffix(".tmp") }, "\(names)")
            try train(arguments + ["--resume", "auto"], steps: 9, out: "a")
            try train(arguments, steps: 9, out: "whole")
            try expectSameResults("whole", "a")
        }

        /// The parity task has two networks, each with checkpoints of its own.
        @Test func parityTaskGoesOn() throws {
            let arguments = [
                "train", "parity", "--bits", "4", "--layers", "3", "--hidden", "6", "--batch", "16", "--seed", "2",
            ]
            func train(_ more: [String], out: String) throws {
                try CommandLineTool.succeed(arguments + ["--out", folder.file(out)] + more)
            }
            try train(["--steps", "60"], out: "whole")
            try train(["--steps", "40", "--checkpoint-every", "20"], out: "parts")
            try FileManager.default.removeItem(atPath: folder.file("parts/grid-checkpoint-0000000040.safetensors"))
            try train(["--steps", "60", "--resume", "auto"], out: "parts")
            for name in ["grid.safetensors", "feedForward.safetensors", "metrics.jsonl"] {
                #expect(
                    try readFile(folder.file("whole/\(name)")) == readFile(folder.file("parts/\(name)")), "\(name)")
            }
        }
    }
}
