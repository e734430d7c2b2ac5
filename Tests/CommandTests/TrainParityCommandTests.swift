import Foundation
import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm train parity` on two bits.
    @Suite struct TrainParityCommandTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private static let tiny = [
            "train", "parity", "--bits", "2", "--layers", "2", "--hidden", "7", "--batch", "16", "--learning-rate",
            "0.02", "--seed", "3", "--backend", "cpu",
        ]

        @Test(arguments: ["--tied", "--untied"])
        func resultsAreComplete(_ tying: String) throws {
            let out = folder.file("run")
            let outcome = try CommandLineTool.succeed(Self.tiny + [tying, "--json", "--out", out])
            let result = try JSONValue(parsing: outcome.output, name: "stdout")
            #expect(result["gridAccuracy"]?.doubleValue == 1 && result["learned"] == true)
            let steps = try #require(result["steps"]?.intValue)
            let feedForwardSteps = try #require(result["feedForwardSteps"]?.intValue)
            #expect(steps % 25 == 0 && steps < 2000 && result["seconds"]?.doubleValue ?? 0 > 0)
            #expect(result["feedForwardAccuracy"]?.doubleValue != nil && result["testStrings"] == 1000)
            let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
            #expect(names == ["accuracy.svg", "feedForward.safetensors", "grid.safetensors", "metrics.jsonl"])

            // The file holds the network that was tested.
            let task = try ParityTask(bits: 2, batch: 16)
            let file = try ModelFile<Float>(contentsOf: out + "/grid.safetensors")
            #expect(try file.model == task.model(.grid, layers: 2, hiddenSize: 7, tied: tying == "--tied"))
            let strings: TrainingBatch<Float> = task.strings(1000, for: .test, seed: 3, step: 0)
            let trainer = try ReferenceBackend<Float>().makeTrainer(
                model: file.model, parameters: file.parameters, training: TrainingConfiguration())
            let output = try trainer.predict(strings.input, samples: nil)
            #expect(ParityTask.accuracy(of: output, target: strings.target.values!) == 1)

            let text = String(decoding: try readFile(out + "/metrics.jsonl"), as: UTF8.self)
            let lines = try text.split(separator: "\n").map { try JSONValue(parsing: String($0), name: "metrics") }
            for (network, last) in [("grid", steps), ("feedForward", feedForwardSteps)] {
                let own = lines.filter { $0["network"]?.stringValue == network }
                #expect(own.map { $0["step"]?.intValue } == Array(stride(from: 25, through: last, by: 25)))
            }
        }

        /// The flags of the learning rate and the clipping change the training; their defaults do not.
        @Test func optionsReachTheTraining() throws {
            func metrics(_ more: String...) throws -> [UInt8] {
                let out = folder.file("run")
                try CommandLineTool.succeed(
                    Self.tiny + ["--bits", "7", "--steps", "25", "--out", out, "--overwrite"] + more)
                return try readFile(out + "/metrics.jsonl")
            }
            let plain = try metrics()
            #expect(try metrics("--clip-norm", "1", "--warmup", "0") == plain)
            for more in [["--warmup", "20"], ["--final-learning-rate", "1e-6"], ["--clip-norm", "0.01"]] {
                #expect(try metrics(more[0], more[1]) != plain, "\(more)")
            }
        }

        /// Weights have a part in common for more than 16 bits, unless one says otherwise; checkpoints tell.
        @Test(arguments: [(16, nil, nil), (17, nil, 1), (17, 0, nil), (7, 0.5, 0.5)] as [(Int, Double?, Double?)])
        func commonWeight(_ bits: Int, _ given: Double?, _ expected: Double?) throws {
            let out = folder.file("common")
            let flag = given.map { ["--common-weight", "\($0)"] } ?? []
            let train = Self.tiny + ["--bits", "\(bits)", "--steps", "1", "--out", out] + flag
            try CommandLineTool.succeed(train + ["--checkpoint-every", "1"])
            let checkpoint = try Checkpoint<Float>(contentsOf: out + "/grid-checkpoint-0000000001.safetensors")
            #expect(checkpoint.run["commonWeight"]?.doubleValue == expected)
            try CommandLineTool.succeed(train + ["--resume", "auto"])
            let others = ["--common-weight", expected == nil ? "1" : "2"]
            try CommandLineTool.fail(
                64, Self.tiny + ["--bits", "\(bits)", "--steps", "1", "--out", out, "--resume", "auto"] + others,
                saying: ["commonWeight"])
        }

        /// What was not learned is said plainly, and is no failure of the command.
        @Test func whatIsNotLearnedIsSaid() throws {
            let outcome = try CommandLineTool.succeed(Self.tiny + ["--bits", "11", "--steps", "1"])
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[1].hasPrefix("grid: NOT learned, ") && lines[1].contains(" 1 step,"))
            #expect(lines[2].hasPrefix("feed-forward: NOT learned, "))
            let json = try CommandLineTool.succeed(Self.tiny + ["--bits", "11", "--steps", "1", "--json"]).output
            #expect(try JSONValue(parsing: json, name: "stdout")["learned"] == false)
        }

        @Test func wrongOptionsAreUsage() throws {
            for arguments in [
                ["--bits", "0"], ["--layers", "0"], ["--layers", "4097"], ["--hidden", "0"], ["--steps", "0"],
                ["--batch", "0"], ["--learning-rate", "nan"], ["--clip-norm", "0"], ["--forget-bias", "1e9"],
                ["--tied", "--untied"], ["--warmup", "-1"], ["--final-learning-rate", "0"],
            ] {
                let out = folder.file("run")
                try CommandLineTool.fail(64, Self.tiny + ["--out", out] + arguments, absent: out)
            }
        }
    }
}
