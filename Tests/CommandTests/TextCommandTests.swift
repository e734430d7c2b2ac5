import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Text from a file to a model that foretells and draws it.
    @Suite struct TextCommandTests {
        private let data: OwnData

        /// 1,200 characters, a few of them beyond ASCII.
        private let text = String(repeating: "the cat sät on the mat; a dog lay.\n", count: 40).prefix(1200)

        init() throws {
            data = try OwnData()
            try data.write(String(text), to: "cat.txt")
            try data.write(
                #"""
                {"version": 1, "model": {"layers": [{"type": "embedding", "symbols": "auto", "size": 5},
                  {"type": "recurrent", "cell": "lstm", "hiddenSize": 16}, {"type": "dropout", "rate": 0.1},
                  {"type": "dense", "outputSize": "auto"}]},
                 "task": {"kind": "nextSymbol", "sequence": 9},
                 "training": {"epochs": 6, "batch": 4, "learningRate": {"base": 0.05, "decay": "constant"}}}
                """#, to: "c.json")
        }

        private func train(_ name: String, out: String, _ more: [String] = [], config: String = "c.json") -> [String] {
            ["train", data.path(name), "--config", data.path(config), "--out", data.path(out)] + more
        }

        private func evaluate(_ model: String, _ name: String, _ more: [String] = []) throws -> JSONValue {
            let found = try CommandLineTool.succeed(["evaluate", data.path(model), data.path(name), "--json"] + more)
            return try JSONValue(parsing: found.output, name: "evaluate")
        }

        @Test func fromTextToText() throws {
            let trained = try CommandLineTool.succeed(train("cat.txt", out: "run"))
            #expect(trained.errors.contains("data: text in 1 file, 1200 characters, "))
            #expect(trained.errors.contains("1140 to train, 60 to validate"))
            let report = try data.json("run/report.json")
            let loss = try #require(report["natsPerSymbol"]?.doubleValue)
            // Of 19 classes: ln 19 is 2.9.
            #expect(loss < 1.5 && report["symbols"] == 59 && report["unknown"] == 0)
            #expect(report["baseline"]?.arrayValue?.count == 6)
            let config = try data.json("run/config.json")
            #expect(config["task"]?["alphabet"]?.arrayValue?.contains("ä") == true)
            #expect(
                config["model"]?["layers"]?.arrayValue?[0]["symbols"]?.intValue == Set(text.unicodeScalars).count + 1)
            #expect(try CommandLineTool.text(data.path("run/sample.txt")).unicodeScalars.count == 1001)

            // On both backends, and on a text with symbols of its own.
            try data.write("the cät sät ÖÖ", to: "other.txt")
            let (device, reference) = (
                try evaluate("run", "other.txt"), try evaluate("run", "other.txt", ["--backend", "cpu"])
            )
            #expect(device["unknown"] == 2 && device["symbols"] == 13)
            let figures = try [device, reference].map { try #require($0["natsPerSymbol"]?.doubleValue) }
            #expect(abs(figures[0] - figures[1]) < 1e-5)
            #expect(device["baseline"] == reference["baseline"] && device["baseline"] != .null)
            let other = try evaluate("run", "other.txt", ["--baseline", data.path("other.txt")])
            #expect(other["baseline"] != device["baseline"])

            func drawn(_ more: [String]) throws -> String {
                try CommandLineTool.succeed(
                    ["sample", data.path("run"), "--length", "80", "--prime", "the cat", "--seed", "3"] + more
                ).output
            }
            let sample = try drawn([])
            #expect(sample.hasPrefix("the cat") && sample.unicodeScalars.count == 88)
            #expect(try drawn(["--backend", "cpu"]) == sample)
            #expect(try drawn(["--seed", "4"]) != sample)
            let ended = try drawn(["--until", " ", "--temperature", "0"])
            #expect(ended.hasSuffix(" \n") && ended.unicodeScalars.count < 40)
            let wild = ["--temperature", "3"]
            _ = try drawn(["--count", "2", "--output", data.path("s.txt")] + wild)
            let samples = try ["s-0.txt", "s-1.txt"].map { try CommandLineTool.text(data.path($0)) + "\n" }
            #expect(try drawn(wild) == samples[0] && samples[1] != samples[0])
        }

        /// Stopped in the middle of an epoch, with states on their way; then another text with the same alphabet.
        @Test func goesOn() throws {
            try CommandLineTool.succeed(train("cat.txt", out: "whole", ["--steps", "60"]))
            try CommandLineTool.succeed(train("cat.txt", out: "parts", ["--steps", "41"]))
            try CommandLineTool.succeed(train("cat.txt", out: "parts", ["--steps", "60", "--resume", "auto"]))
            let checkpoints = try ["whole", "parts"].map {
                try Checkpoint<Float>(contentsOf: data.path("\($0)/checkpoint-0000000060.safetensors"))
            }
            #expect(checkpoints[0].state == checkpoints[1].state && !checkpoints[0].state.carried.names.isEmpty)

            try data.write(String(repeating: "a cat, a DOG and the mat\n", count: 30), to: "new.txt")
            let resumed = try CommandLineTool.succeed(
                train("new.txt", out: "parts", ["--steps", "70", "--resume", "auto", "--learning-rate", "0.01"]))
            #expect(
                resumed.errors.contains("text: another") && resumed.errors.contains("120 symbols of the text are not"))
            let tuned = try CommandLineTool.succeed(
                train("new.txt", out: "tuned", ["--epochs", "1", "--from", data.path("whole")]))
            #expect(tuned.errors.contains("layers drawn anew: none"))
            let alphabets = try ["whole", "parts", "tuned"].map {
                try data.json("\($0)/config.json")["task"]?["alphabet"]
            }
            #expect(alphabets[0] != nil && Set(alphabets.map { $0?.serialized() }).count == 1)
        }

        /// The rate falls to the end of what is to come, however many steps were taken over the text before.
        @Test func anotherTextUnderAFallingRate() throws {
            let falling = try CommandLineTool.text(data.path("c.json")).replacing(
                #""constant""#, with: #""cosine", "warmup": 0"#)
            try data.write(falling, to: "f.json")
            try CommandLineTool.succeed(train("cat.txt", out: "run", ["--epochs", "2"], config: "f.json"))
            let before = try data.jsonLines("run/metrics.jsonl")
            try data.write(String(repeating: "a cat, a mat\n", count: 20), to: "new.txt")
            // Over the first text 32 steps an epoch, over the new one 7: of all of them one sixth after the change.
            try CommandLineTool.succeed(
                train("new.txt", out: "run", ["--epochs", "4", "--resume", "auto"], config: "f.json"))
            let rates = try data.jsonLines("run/metrics.jsonl").dropFirst(before.count).compactMap {
                $0["learningRate"]?.doubleValue
            }
            #expect(rates.count == 2 && rates[0] > 0 && rates[0] < 0.05 / 4 && rates[1] < 1e-9)
            // More epochs over the same text.
            try CommandLineTool.succeed(
                train("new.txt", out: "run", ["--epochs", "6", "--resume", "auto"], config: "f.json"))
            let more = try data.jsonLines("run/metrics.jsonl").suffix(2).compactMap { $0["learningRate"]?.doubleValue }
            #expect(more.count == 2 && more[0] > 0 && more[1] < 1e-9)
        }

        @Test func anotherTextToJudgeBy() throws {
            // The second is foretold worse than the first, whatever the training has learnt by then.
            for (name, line) in [("a", "the cat sät on the mat; a dog lay.\n"), ("b", "tho;y.  ldtac;;ehhe\n")] {
                try data.write(String(repeating: line, count: 5), to: "\(name).txt")
            }
            func goesOn(_ name: String?, epochs: Int, out: String = "run") throws -> (isOther: Bool, best: JSONValue?) {
                let judge = name.map { ["--validation", data.path("\($0).txt")] } ?? []
                let told = try CommandLineTool.succeed(
                    train(
                        "cat.txt", out: out,
                        ["--epochs", "\(epochs)", "--resume", "auto", "--validation-fraction", "0"] + judge)
                ).errors
                return (
                    told.contains("text to validate with: another than before"),
                    try data.json("\(out)/report.json")["bestEpoch"]
                )
            }
            _ = try goesOn("a", epochs: 1)
            #expect(try goesOn("a", epochs: 2) == (false, 2))
            #expect(try goesOn("b", epochs: 3) == (true, 3))
            // With none between them.
            _ = try goesOn("a", epochs: 2, out: "other")
            #expect(try goesOn(nil, epochs: 3, out: "other").isOther)
            #expect(try goesOn("b", epochs: 4, out: "other") == (true, 4))
        }

        @Test func bytesThatAreNoText() throws {
            let bytes = (0..<900).map { [0xff, 0xe2, 0x82, 0x61, 0x0a, 0x80][$0 * $0 % 6] as UInt8 }
            try data.write(bytes, to: "bytes.txt")
            let faulty = try CommandLineTool.run(["check-data", data.path("bytes.txt")])
            #expect(
                faulty.status == 65 && faulty.output.contains("expected UTF-8") && faulty.output.contains("at byte 0"))
            try data.write(
                #"{"version": 1, "task": {"kind": "nextSymbol", "symbols": "bytes", "sequence": 5}, "training": {"steps": 4, "batch": 2}}"#,
                to: "b.json")
            try CommandLineTool.succeed(train("bytes.txt", out: "bytes", config: "b.json"))
            let drawn = try CommandLineTool.run(["sample", data.path("bytes"), "--length", "300"])
            #expect(drawn.status == 0 && drawn.output.contains("\u{fffd}"))
            try CommandLineTool.succeed(
                ["sample", data.path("bytes"), "--length", "300", "--raw", "--output", data.path("raw")])
            let raw = try readFile(data.path("raw"))
            #expect(raw.count == 300 && Set(raw).isSubset(of: Set(bytes)))
            #expect(String(decoding: raw, as: UTF8.self) + "\n" == drawn.output)
        }

        @Test func refusals() throws {
            try data.write("too short", to: "short.txt")
            let short = try CommandLineTool.run(train("short.txt", out: "no"))
            #expect(short.status == 65 && short.errors.contains("a sequence of 1 would fit"))
            try data.write("", to: "empty.txt")
            let empty = try CommandLineTool.run(train("empty.txt", out: "no"))
            #expect(empty.status == 65 && empty.errors.contains("an empty file"))
            #expect(!FileManager.default.fileExists(atPath: data.path("no")))
            try CommandLineTool.succeed(train("cat.txt", out: "run", ["--steps", "1"]))
            try CommandLineTool.fail(
                64, ["predict", data.path("run"), "x.png", "--out", "y"], saying: ["mdlstm sample"])
            try CommandLineTool.fail(
                64, ["evaluate", data.path("run"), data.path("cat.txt"), "--confusion", "c.svg"],
                saying: ["--confusion"])
            for flags in [["--length", "0"], ["--temperature", "-1"], ["--count", "0"], ["--until", ""]] {
                try CommandLineTool.fail(64, ["sample", data.path("run")] + flags, saying: [flags[0]])
            }
            try data.writeMasks()
            let other = try CommandLineTool.run([
                "train", data.path("masks"), "--sequence", "5", "--out", data.path("no"),
            ])
            #expect(other.status == 64 && other.errors.contains("--sequence is for text"))
        }

        @Test func looksAtText() throws {
            for (name, part) in [("train", "one"), ("valid", "two"), ("test", "one!")] {
                try data.write(part, to: "parts/\(name).txt")
            }
            let found = try CommandLineTool.succeed(["check-data", data.path("parts"), "--json"])
            let json = try JSONValue(parsing: found.output, name: "check")
            #expect(json["kind"] == "nextSymbol" && json["symbols"] == ["e", "n", "o"] && json["faults"] == [])
            #expect(json["parts"] == ["training": 3, "validation": 3, "test": 4])
            // What explains pictures is no text to learn.
            try data.writeMasks()
            try data.write("read me", to: "masks/readme.txt")
            let masks = try CommandLineTool.succeed(["check-data", data.path("masks")])
            #expect(masks.output.contains("kind: labelSites"))
            try CommandLineTool.succeed(["check-data", data.path("masks"), "--kind", "nextSymbol"])
        }
    }
}
