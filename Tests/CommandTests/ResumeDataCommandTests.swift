import Foundation
import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

extension CommandSuites {
    /// Trainings on own data that are killed and resumed end as one left alone; `Scripts/kill-and-resume.sh` does more of it.
    @Suite struct ResumeDataCommandTests {
        private let data: OwnData

        init() throws {
            data = try OwnData()
            try data.writeMasks()
            try data.writeConfiguration(
                "c.json", kind: "labelSites", task: #", "ignoreLabel": [254, 255], "classWeights": "balanced""#,
                training: #"""
                    "epochs": 40, "batch": 4, "patience": 35, "checkpointEvery": 5, "keep": 2,
                    "learningRate": {"base": 0.01, "decay": "plateau", "patience": 3}
                    """#)
        }

        private static let augment = ["--augment", "flip,transpose,shift=1,crop=4,contrast=.2,noise=.02"]

        private func checkpoints(_ out: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: data.path(out))) ?? []
            return names.filter { $0.hasPrefix("checkpoint-") }.sorted()
        }

        /// Everything that is no time: bytes of the models and of the last checkpoint's tensors, figures.
        private func expectSameResults(_ a: String, _ b: String) throws {
            for name in ["model.safetensors", "config.json", "data.json", "confusion.json", "examples.svg"] {
                #expect(try readFile(data.path("\(a)/\(name)")) == readFile(data.path("\(b)/\(name)")), "\(name)")
            }
            let lines = try [a, b].map { try data.jsonLines("\($0)/metrics.jsonl").map(\.withoutTimes) }
            #expect(lines[0].count > 1 && lines[0] == lines[1])
            #expect(
                try data.json("\(a)/report.json").withoutTimes == data.json("\(b)/report.json").withoutTimes)
            let last = try #require(checkpoints(a).last)
            #expect(last == checkpoints(b).last)
            let states = try [a, b].map { try Checkpoint<Float>(contentsOf: data.path("\($0)/\(last)")) }
            #expect(states[0].state == states[1].state)
        }

        /// Starts a training and sends it a signal some time after it has saved one more checkpoint.
        private func kill(_ arguments: [String], _ out: String, _ signal: Int32, microseconds: UInt32) throws {
            let outputs = try TemporaryFolder()
            let before = checkpoints(out).last ?? ""
            let process = try CommandLineTool.start(arguments, outputs: outputs)
            let deadline = Date() + 120
            while checkpoints(out).last ?? "" <= before {
                let message = try CommandLineTool.text(outputs.file("err"))
                try #require(process.isRunning && Date() < deadline, "\(message)")
                usleep(1_000)
            }
            usleep(microseconds)
            Foundation.kill(process.processIdentifier, signal)
            process.waitUntilExit()
            let isKilled = process.terminationReason == .uncaughtSignal
            #expect(signal == SIGKILL ? isKilled : process.terminationStatus == 128 + signal)
        }

        @Test func killedTrainingGoesOn() throws {
            try data.train("masks", "c.json", out: "whole", Self.augment)
            let arguments = data.trainArguments("masks", "c.json", out: "parts", Self.augment + ["--resume", "auto"])
            for (signal, microseconds) in zip([SIGKILL, SIGTERM, SIGKILL], [3_000, 0, 11_000] as [UInt32]) {
                try kill(arguments, "parts", signal, microseconds: microseconds)
            }
            try CommandLineTool.succeed(arguments)
            try expectSameResults("whole", "parts")
            // What has ended stays as it is.
            try CommandLineTool.succeed(arguments)
            try expectSameResults("whole", "parts")
        }

        /// The members of the configuration say where checkpoints are, and flags take their place.
        @Test func checkpointsAreWhereTheyAreDue() throws {
            try data.writeConfiguration(
                "s.json", kind: "labelSites", training: #""epochs": 4, "batch": 4, "checkpointEvery": 3, "keep": 2"#)
            try data.writeMasks("m", ignored: [255, 255])
            func steps(_ out: String, _ more: [String] = []) throws -> [Int] {
                try data.train("m", "s.json", out: out, more)
                return checkpoints(out).compactMap { Int($0.dropFirst(11).dropLast(12)) }
            }
            // 8 samples to train with, 2 steps an epoch.
            #expect(try steps("a") == [6, 8])
            #expect(try steps("b", ["--checkpoint-every", "7"]) == [7, 8])
            #expect(try steps("c", ["--keep", "3"]) == [3, 6, 8])
            #expect(try steps("d", ["--keep", "1"]) == [8])
        }
    }
}
