import Foundation
import MDLSTM
import MDLSTMOpenCL
import MDLSTMTasks
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm train memorization` and `mdlstm train addition` in their smallest sizes.
    @Suite struct TrainSequenceCommandTests {
        private let folder: TemporaryFolder
        private var out: String { folder.file("run") }

        init() throws { folder = try TemporaryFolder() }

        private static let memorization = [
            "train", "memorization", "--symbols", "1", "--alphabet", "2", "--layers", "2", "--hidden", "3", "--batch",
            "500", "--examples", "3000", "--seed", "4",
        ]

        private func files(_ path: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        }

        @Test func resultsAreComplete() throws {
            let outcome = try CommandLineTool.succeed(
                Self.memorization + ["--seeds", "2", "--json", "--out", out])
            let result = try JSONValue(parsing: outcome.output, name: "stdout")
            #expect(outcome.errors.contains("seed: 4 to 5"))
            #expect(result["task"] == "memorization" && result["model"] == "grid" && result["tied"] == true)
            #expect(result["layers"] == 2 && result["hidden"] == 3 && result["weights"] == .integer(24 + 168 + 12))
            let runs = try #require(result["runs"]?.arrayValue)
            #expect(runs.map { $0["seed"]?.intValue } == [4, 5])
            #expect(
                runs.allSatisfy { $0["examples"] == 3000 && $0["steps"] == 6 && $0["until"]?.objectValue?.count == 3 })
            #expect(try files(out) == ["curves.svg", "grid-seed4", "grid-seed5", "report.json"])
            let text = String(decoding: try readFile(out + "/report.json"), as: UTF8.self)
            #expect(try JSONValue(parsing: text, name: "report") == result)
            #expect(String(decoding: try readFile(out + "/curves.svg"), as: UTF8.self).contains("<polygon"))

            // The file holds the network that was tested.
            let task = try MemorizationTask(symbols: 1, alphabet: 2)
            let own = out + "/grid-seed5"
            #expect(try files(own) == ["checkpoint-0000000006.safetensors", "metrics.jsonl", "model.safetensors"])
            let file = try ModelFile<Float>(contentsOf: own + "/model.safetensors")
            #expect(try file.model == SequenceNetwork(.grid, layers: 2, hiddenSize: 3).model(for: task))
            let model = try OpenCLBackend<Float>().makeModel(file.model, parameters: file.parameters)
            let batch: TrainingBatch<Float> = task.batch(0..<2000, for: .test, seed: 5)
            let score = SequenceScore(try model.predict(batch.input), labels: batch.target.labels!)
            #expect(runs[1]["whole"]?.doubleValue == score.whole && runs[1]["symbols"]?.doubleValue == score.symbols)
            let lines = String(decoding: try readFile(own + "/metrics.jsonl"), as: UTF8.self).split(separator: "\n")
            let last = try JSONValue(parsing: String(try #require(lines.last)), name: "metrics")
            #expect(lines.count == 2 && last["step"] == 6 && last["examples"] == 3000)
        }

        /// What is said of all seeds is not written over with some of them, nor with another network's.
        @Test func resumingNamesAllSeeds() throws {
            let train = Self.memorization + ["--out", out]
            let first = try CommandLineTool.succeed(train)
            #expect(first.output.contains("204 weights; layer 0: 168 weights, shared by 2 layers"))
            try CommandLineTool.succeed(train + ["--seeds", "2", "--resume", "auto"])
            let report = try readFile(out + "/report.json")
            for others in [["--seeds", "1"], ["--seeds", "2", "--model", "stacked"]] {
                try CommandLineTool.fail(64, train + others + ["--resume", "auto"], saying: ["the report would lose"])
                #expect(try readFile(out + "/report.json") == report)
            }
        }

        /// Stopped and gone on with, seeds that had ended not trained again: the same files.
        @Test func resumedTrainingEndsTheSame() throws {
            let train = Self.memorization + ["--seeds", "2", "--out"]
            try CommandLineTool.succeed(train + [out])
            let parts = folder.file("parts")
            try CommandLineTool.succeed(train + [parts, "--checkpoint-every", "4"])
            for name in ["model.safetensors", "metrics.jsonl", "checkpoint-0000000006.safetensors"] {
                try FileManager.default.removeItem(atPath: parts + "/grid-seed5/" + name)
            }
            try CommandLineTool.fail(73, train + [parts], saying: ["--resume auto"])
            let resumed = try CommandLineTool.succeed(train + [parts, "--resume", "auto"])
            #expect(resumed.errors.contains("step 6") && resumed.errors.contains("step 4"))
            for name in [
                "grid-seed4/model.safetensors", "grid-seed5/model.safetensors", "grid-seed5/metrics.jsonl",
                "curves.svg",
            ] {
                #expect(try readFile(parts + "/" + name) == readFile(out + "/" + name), "\(name)")
            }
            // From a file, of one of the seeds.
            let checkpoint = parts + "/grid-seed5/checkpoint-0000000004.safetensors"
            let other = folder.file("other")
            try CommandLineTool.succeed(train + [other, "--resume", checkpoint])
            #expect(
                try readFile(other + "/grid-seed5/model.safetensors") == readFile(out + "/grid-seed5/model.safetensors")
            )
            try CommandLineTool.fail(
                64, train + [other, "--seeds", "1", "--resume", checkpoint], saying: ["seed 4", "of seed 5"])
            try CommandLineTool.fail(
                64, train + [other, "--examples", "2000", "--resume", checkpoint], saying: ["steps 6, this one 4"])
        }

        @Test func addition() throws {
            let addition = [
                "train", "addition", "--digits", "1", "--layers", "2", "--hidden", "2", "--batch", "10", "--examples",
                "10",
            ]
            for (more, words) in [
                (
                    [],
                    "1 digit, tied grid of 2 layers of 2 units\n161 weights; layer 0: 80 weights, shared by 2 layers\n"
                ),
                (["--model", "stacked", "--layers", "1"], "stacked lstm, 1 layer of 2 units\n145 weights\n"),
            ] {
                let text = try CommandLineTool.succeed(addition + more).output
                #expect(text.contains(words) && text.contains("not reached"), "\(text)")
            }
        }

        /// The flags change the training, their defaults do not; `--overwrite` removes all that the call before left.
        @Test func optionsReachTheTraining() throws {
            func model(_ more: String...) throws -> [UInt8] {
                try CommandLineTool.succeed(Self.memorization + ["--out", out, "--overwrite"] + more)
                return try readFile(out + "/grid-seed4/model.safetensors")
            }
            try CommandLineTool.succeed(Self.memorization + ["--seed", "5", "--out", out])
            try CommandLineTool.fail(
                73, Self.memorization + ["--model", "stacked", "--out", out], saying: ["--overwrite"])
            let plain = try model()
            #expect(try files(out) == ["curves.svg", "grid-seed4", "report.json"], "what was of seed 5 is removed")
            #expect(try model("--clip-norm", "1", "--warmup", "0", "--tied", "--forget-bias", "1") == plain)
            #expect(try model("--final-learning-rate", "1e-3") != plain)
        }

        @Test func wrongOptionsAreUsage() throws {
            for arguments in [
                ["--alphabet", "1"], ["--hidden", "0"], ["--batch", "2001"], ["--until", "1.5"], ["--until", "nan"],
                ["--seeds", "0"], ["--model", "stacked", "--untied"], ["--seed", "18446744073709551615"],
            ] {
                try CommandLineTool.fail(
                    64, Self.memorization + ["--backend", "cpu", "--out", out] + arguments, absent: out)
            }
            try CommandLineTool.fail(
                64, ["train", "addition", "--digits", "0", "--backend", "cpu"], saying: ["found 0"])
        }
    }
}
