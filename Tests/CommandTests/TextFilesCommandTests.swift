import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Texts in several files and folders, with parts of their own, faults, or none at all.
    @Suite struct TextFilesCommandTests {
        private let data: OwnData

        init() throws {
            data = try OwnData()
            try data.write(String(repeating: "the cat sat on the mat\n", count: 20), to: "cat.txt")
            try data.write(
                #"""
                {"version": 1, "model": {"layers": [{"type": "embedding", "symbols": "auto", "size": 3},
                  {"type": "recurrent", "cell": "lstm", "hiddenSize": 4}, {"type": "dense", "outputSize": "auto"}]},
                 "task": {"kind": "nextSymbol", "sequence": 5}, "training": {"epochs": 1, "batch": 4}}
                """#, to: "c.json")
        }

        private func train(_ name: String, out: String, _ more: [String] = []) -> [String] {
            ["train", data.path(name), "--config", data.path("c.json"), "--out", data.path(out)] + more
        }

        private func check(_ name: String, _ more: [String] = [], status: Int32 = 0) throws -> JSONValue {
            let found = try CommandLineTool.run(["check-data", data.path(name), "--json"] + more)
            #expect(found.status == status, "\(found.errors)")
            return try JSONValue(parsing: found.output, name: "check")
        }

        /// Texts in folders that are no parts are not read, and that is said.
        @Test func foldersWithinFolders() throws {
            for (name, text) in [("1.txt", "one"), ("sub/2.txt", "two"), ("figures/3.svg", "")] {
                try data.write(text, to: "nest/\(name)")
            }
            let advice = try check("nest", status: 65)["faults"]?.arrayValue?.first?["advice"]?.stringValue
            #expect(advice?.contains("--kind nextSymbol") == true)
            let found = try CommandLineTool.succeed(["check-data", data.path("nest"), "--kind", "nextSymbol"])
            #expect(found.output.contains("training: 3 symbols"))
            #expect(found.errors.contains("; texts in sub/ are not read"))
            for name in ["x/1.txt", "y/2.txt"] { try data.write("ab", to: "only/\(name)") }
            let refused = try check("only", ["--kind", "nextSymbol"], status: 65)["faults"]?.serialized()
            #expect(refused?.contains("texts in other folders are not read") == true)
        }

        /// What an archive leaves: one folder with all parts in it, whatever is said of the kind.
        @Test(arguments: [[], ["--kind", "nextSymbol"]])
        func partsWithinOneFolder(_ kind: [String]) throws {
            for (name, text) in [("train/a.txt", "three"), ("valid/a.txt", "two"), ("test/a.txt", "one")] {
                try data.write(text, to: "archive/corpus/\(name)")
            }
            #expect(try check("archive", kind)["parts"] == ["training": 5, "validation": 3, "test": 3])
        }

        @Test func filesBesideFoldersOfParts() throws {
            try data.write(String(repeating: "the mat\n", count: 30), to: "parts/train/a.txt")
            try data.write("the mat\n", to: "parts/valid.txt")
            for name in ["README.txt", "README-test.txt", "docs/how-to-test.txt", "logo.png", "figures/x.png", "a.npz"]
            {
                try data.write("what this is", to: "parts/\(name)")
            }
            #expect(try check("parts")["parts"] == ["training": 240, "validation": 8])
            try CommandLineTool.succeed(train("parts", out: "run"))
            let listing = try data.json("run/data.json")
            #expect(listing["training"] == ["train/a.txt"] && listing["validation"] == ["valid.txt"])
            try data.write("the mat\n", to: "parts/val/b.txt")
            let twice = try check("parts", status: 65)["faults"]?.serialized() ?? ""
            #expect(twice.contains("valid.txt beside val/b.txt"))
        }

        /// Which files are the part that is held back, where it is the end of several.
        @Test func filesOfWhatIsHeldBack() throws {
            for (name, count) in [("a", 100), ("b", 50), ("c", 10)] {
                try data.write(String(repeating: "ab", count: count), to: "several/\(name).txt")
            }
            try CommandLineTool.succeed(train("several", out: "run", ["--validation-fraction", "0.25"]))
            let listing = try data.json("run/data.json")
            #expect(listing["training"] == ["a.txt", "b.txt"] && listing["validation"] == ["b.txt", "c.txt"])
        }

        @Test func faultsOfSingleFiles() throws {
            try data.write(String(repeating: "the mat\n", count: 30), to: "links/a.txt")
            try FileManager.default.createSymbolicLink(
                atPath: data.path("links/b.txt"), withDestinationPath: data.path("nowhere"))
            let faults = try #require(try check("links", status: 65)["faults"]?.arrayValue)
            #expect(faults.count == 1 && faults[0]["file"] == "b.txt")
            try CommandLineTool.succeed(train("links", out: "run", ["--skip-bad"]))
            #expect(try data.json("run/data.json")["training"] == ["a.txt"])
            try data.write("", to: "empty.txt")
            let empty = try check("empty.txt", status: 65)
            #expect(empty["symbols"] == [] && empty["outputs"] == 0)
        }

        /// What some programs put at the beginning of UTF-8 is no symbol.
        @Test func markAtTheBeginning() throws {
            try data.write([0xef, 0xbb, 0xbf, 0x61, 0x62] as [UInt8], to: "mark.txt")
            #expect(try check("mark.txt")["symbols"] == ["a", "b"])
            try data.write([0xef, 0xbb, 0xbf] as [UInt8], to: "alone.txt")
            #expect(try check("alone.txt", status: 65)["faults"]?.serialized().contains("an empty file") == true)
        }

        @Test func markOfABaseline() throws {
            try CommandLineTool.succeed(train("cat.txt", out: "run", ["--steps", "1"]))
            try data.write([0xef, 0xbb, 0xbf] + (try readFile(data.path("cat.txt"))), to: "mark.txt")
            let baselines = try ["cat.txt", "mark.txt"].map { name in
                let found = try CommandLineTool.succeed(
                    ["evaluate", data.path("run"), data.path("cat.txt"), "--json", "--baseline", data.path(name)])
                return try JSONValue(parsing: found.output, name: "evaluate")["baseline"]
            }
            #expect(baselines[0] != nil && baselines[0] == baselines[1])
        }

        @Test func kindsThatTextIsNot() throws {
            for kind in ["classify", "labelSites", "density"] {
                let found = try check("cat.txt", ["--kind", kind], status: 65)
                let fault = found["faults"]?.arrayValue?.first
                #expect(fault?["found"]?.stringValue?.hasPrefix("text, data for nextSymbol") == true, "\(kind)")
            }
        }

        @Test func textsTooShort() throws {
            try data.write("ab", to: "two.txt")
            let two = try CommandLineTool.run(train("two.txt", out: "no"))
            #expect(two.status == 65 && two.errors.contains("2 symbols more are held back"))
            try data.write("abc", to: "judge/valid.txt")
            let judge = try CommandLineTool.run(train("judge", out: "no"))
            #expect(judge.status == 65 && judge.errors.contains("the data are for validation alone"))
        }

        /// A training that has ended is not told to be one on other data.
        @Test func endedOnAnotherText() throws {
            try data.write(String(repeating: "a cat\n", count: 60), to: "new.txt")
            for (out, flags) in [("alone", ["--validation-fraction", "0"]), ("judged", [])] {
                try CommandLineTool.succeed(train("cat.txt", out: out, flags))
                let before = try readFile(data.path("\(out)/data.json"))
                let refused = try CommandLineTool.run(train("new.txt", out: out, flags + ["--resume", "auto"]))
                #expect(refused.status == 64 && refused.errors.contains("give more --epochs"))
                #expect(try readFile(data.path("\(out)/data.json")) == before)
                // The same text once more is told of once more.
                try CommandLineTool.succeed(train("cat.txt", out: out, flags + ["--resume", "auto"]))
            }
        }

        /// Without a configuration the model stays, though the preset of the new text were another.
        @Test func modelsAreGoneOnWith() throws {
            try CommandLineTool.succeed(train("cat.txt", out: "run", ["--steps", "3"]))
            let more = ["--batch", "4", "--sequence", "5", "--learning-rate", "0.004"]
            try CommandLineTool.succeed(
                [
                    "train", data.path("cat.txt"), "--out", data.path("tuned"), "--steps", "2", "--from",
                    data.path("run"),
                ] + more)
            try CommandLineTool.succeed(
                ["train", data.path("cat.txt"), "--out", data.path("tuned"), "--steps", "4", "--resume", "auto"] + more)
            let models = try ["run", "tuned"].map { try data.json("\($0)/config.json")["model"] }
            #expect(models[0] != nil && models[0] == models[1])
        }

        @Test func checkpointsAreNoModels() throws {
            try CommandLineTool.succeed(train("cat.txt", out: "run", ["--steps", "3"]))
            let checkpoint = data.path("run/checkpoint-0000000003.safetensors")
            for more in [[], ["--size", "4x4"]] {
                try CommandLineTool.fail(
                    65, ["sample", checkpoint] + more, saying: ["found a checkpoint", "model.safetensors"])
            }
        }

        @Test func samplesIntoAFolder() throws {
            try CommandLineTool.succeed(train("cat.txt", out: "run", ["--steps", "3"]))
            let sample = ["sample", data.path("run"), "--count", "2", "--output"]
            try CommandLineTool.fail(64, sample + ["/dev/stdout"], saying: ["is for one sample"])
            let none = try CommandLineTool.run(sample + [data.path("none/")])
            #expect(none.status == 73 && none.errors.contains("expected a folder, found none"))
            for count in ["1", "2"] {
                try CommandLineTool.succeed(
                    ["sample", data.path("run"), "--length", "5", "--count", count, "--output", data.path("run")])
            }
            for name in ["drawn.txt", "drawn-0.txt", "drawn-1.txt"] {
                #expect(try readFile(data.path("run/\(name)")).count == 5)
            }
        }
    }
}
