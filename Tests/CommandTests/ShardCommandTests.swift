import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Trainings whose batches are computed in shards.
    @Suite struct ShardCommandTests {
        private let data: OwnData

        init() throws { data = try OwnData() }

        private func bytes(_ file: String) throws -> [UInt8] { try readFile(data.path(file)) }

        /// The number is kept, by configuration and checkpoint, and what is resumed has the same bits.
        @Test func ownDataInShards() throws {
            try data.writeMasks()
            let layers = [
                #"{"type": "recurrent", "cell": "leaky", "hiddenSize": 3, "directions": "all"}"#,
                #"{"type": "batchNorm"}"#, #"{"type": "dropout", "rate": 0.2}"#,
                #"{"type": "dense", "outputSize": "auto"}"#,
            ]
            try data.writeConfiguration(
                "c.json", kind: "labelSites", layers: layers,
                training:
                    #""epochs": 4, "batch": 5, "learningRate": {"base": 0.01, "decay": "constant"}"#)
            let augment = ["--augment", "flip,shift=1,noise=.02"]
            try data.train("masks", "c.json", out: "whole", augment + ["--shards", "4"])
            #expect(try data.json("whole/config.json")["training"]?["shards"] == 4)
            // By the configuration alone, stopped and resumed.
            let config = ["train", data.path("masks"), "--config", data.path("whole/config.json"), "--backend", "cpu"]
            let parts = config + ["--out", data.path("parts")]
            try CommandLineTool.succeed(parts + ["--epochs", "2"])
            try CommandLineTool.succeed(parts + ["--epochs", "4", "--resume", "auto"])
            // The files themselves have times, and how many epochs were asked for.
            let states = try ["whole", "parts"].map {
                try Checkpoint<Float>(contentsOf: data.path("\($0)/checkpoint-0000000008.safetensors")).state
            }
            #expect(states[0] == states[1])
            #expect(try data.parameters("whole") == data.parameters("parts"))
            // The checkpoint says how many there are, where neither flag nor configuration does.
            try data.train("masks", "c.json", out: "parts", augment + ["--epochs", "5", "--resume", "auto"])
            #expect(try data.json("parts/config.json")["training"]?["shards"] == 4)
            let other = try CommandLineTool.run(parts + ["--epochs", "6", "--shards", "2", "--resume", "auto"])
            #expect(other.status == 64 && other.errorLines.last?.contains("training.shards 4, this one 2") == true)

            // Another number has other bits, and none stands nowhere.
            try data.train("masks", "c.json", out: "two", augment + ["--shards", "2"])
            try data.train("masks", "c.json", out: "none", augment)
            #expect(try data.json("none/config.json")["training"]?["shards"] == nil)
            let models = try ["whole", "two", "none"].map { try bytes("\($0)/model.safetensors") }
            #expect(Set(models).count == 3)
        }

        @Test func textInShards() throws {
            try data.write(String(repeating: "the cat sat on the mat; a dog lay.\n", count: 20), to: "cat.txt")
            try data.write(
                #"""
                {"version": 1, "model": {"layers": [{"type": "embedding", "symbols": "auto", "size": 5},
                  {"type": "recurrent", "cell": "lstm", "hiddenSize": 6}, {"type": "dense", "outputSize": "auto"}]},
                 "task": {"kind": "nextSymbol", "sequence": 9}, "training": {"steps": 23, "batch": 5, "shards": 4}}
                """#, to: "c.json")
            let train = ["train", data.path("cat.txt"), "--config", data.path("c.json"), "--out"]
            try CommandLineTool.succeed(train + [data.path("whole")])
            // Within an epoch, whose states go on.
            try CommandLineTool.succeed(train + [data.path("parts"), "--steps", "11"])
            try CommandLineTool.succeed(train + [data.path("parts"), "--resume", "auto"])
            #expect(try bytes("whole/model.safetensors") == bytes("parts/model.safetensors"))
        }

        @Test func diagonalInShards() throws {
            func train(_ out: String, steps: Int, _ more: [String]) throws {
                try CommandLineTool.succeed(
                    [
                        "train", "diagonal", "--size", "4x5", "--hidden", "3", "--batch", "6", "--steps", "\(steps)",
                        "--out", data.path(out),
                    ] + more)
            }
            try train("whole", steps: 9, ["--shards", "4"])
            try train("parts", steps: 5, ["--shards", "4", "--checkpoint-every", "5"])
            try train("parts", steps: 9, ["--resume", "auto"])
            for name in ["model.safetensors", "metrics.jsonl"] {
                #expect(try bytes("whole/\(name)") == bytes("parts/\(name)"), "\(name)")
            }
            try train("none", steps: 9, [])
            #expect(try bytes("whole/model.safetensors") != bytes("none/model.safetensors"))
            let other = try CommandLineTool.run([
                "train", "diagonal", "--size", "4x5", "--hidden", "3", "--batch", "6", "--steps", "12", "--out",
                data.path("parts"), "--resume", "auto", "--shards", "2",
            ])
            #expect(other.status == 64 && other.errorLines.last?.contains("shards 4, this one 2") == true)
        }

        /// Both networks of parity and the seeds of a sequence, stopped and gone on with: the checkpoint has the number.
        @Test func publishedTasksInShards() throws {
            let parity = ["--bits", "5", "--layers", "2", "--hidden", "3", "--batch", "6", "--steps"]
            let memorization = [
                "--symbols", "1", "--alphabet", "2", "--layers", "2", "--hidden", "3", "--batch", "500", "--examples",
                "3000", "--seeds", "2",
            ]
            func train(_ task: String, _ flags: [String], _ out: String, _ more: [String]) throws {
                try CommandLineTool.succeed(
                    ["train", task] + flags + ["--out", data.path(out), "--backend", "cpu"] + more)
            }
            try train("parity", parity + ["9"], "parity", ["--shards", "4"])
            try train("parity", parity + ["5"], "parity-parts", ["--shards", "4", "--checkpoint-every", "5"])
            try train("parity", parity + ["9"], "parity-parts", ["--resume", "auto"])
            try train("parity", parity + ["9"], "parity-none", [])
            try train("memorization", memorization, "seeds", ["--shards", "4"])
            try train("memorization", memorization, "seeds-parts", ["--shards", "4", "--checkpoint-every", "4"])
            for name in ["model.safetensors", "checkpoint-0000000006.safetensors"] {
                try FileManager.default.removeItem(atPath: data.path("seeds-parts/grid-seed2/\(name)"))
            }
            try train("memorization", memorization, "seeds-parts", ["--resume", "auto"])
            try train("memorization", memorization, "seeds-none", [])
            for (task, file) in [
                ("parity", "grid.safetensors"), ("parity", "feedForward.safetensors"),
                ("seeds", "grid-seed2/model.safetensors"),
            ] {
                #expect(try bytes("\(task)/\(file)") == bytes("\(task)-parts/\(file)"), "\(task) \(file)")
                #expect(try bytes("\(task)/\(file)") != bytes("\(task)-none/\(file)"), "\(task) \(file)")
            }
        }

        @Test func otherNumbersAreRefused() throws {
            for number in ["0", "3", "2048"] {
                try CommandLineTool.fail(
                    64, ["train", "diagonal", "--shards", number], saying: ["power of two", "found \(number)"])
            }
            // What judges and answers takes no shards, and waits for others only a time that there is.
            for command in [["evaluate", "run", "data"], ["predict", "run", "data", "--out", "out"]] {
                try CommandLineTool.fail(64, command + ["--shards", "2"], saying: ["--shards"])
                try CommandLineTool.fail(64, command + ["--exchange-timeout", "0"], saying: ["above 0, found 0"])
            }
            try data.writeMasks()
            try data.writeConfiguration("c.json", kind: "labelSites", training: #""shards": 6"#)
            try CommandLineTool.fail(
                65, data.trainArguments("masks", "c.json", out: "run"), saying: ["'shards'", "power of two", "6"],
                absent: data.path("run"))
        }
    }
}
