import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm train DATA`.
    @Suite struct TrainDataCommandTests {
        private let data: OwnData

        init() throws { data = try OwnData() }

        private func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: data.path(name)) }

        /// The configuration that is printed does the same run again.
        @Test func printedConfigurationDoesTheSame() throws {
            try data.writeMasks()
            let flags = [
                "--backend", "cpu", "--steps", "3", "--batch", "3", "--seed", "18446744073709551615", "--monitor",
                "loss",
                "--augment", "flip,noise=.1", "--learning-rate", "0.0123", "--freeze", "0", "--validation-fraction",
                "0.3",
            ]
            let printed = try CommandLineTool.succeed(["train", data.path("masks"), "--print-config"] + flags)
            #expect(!printed.output.contains("auto"))
            try data.write(printed.output, to: "printed.json")
            try CommandLineTool.succeed(["train", data.path("masks"), "--out", data.path("flags")] + flags)
            try data.train("masks", "printed.json", out: "file")
            for name in ["model.safetensors", "config.json", "data.json"] {
                #expect(try readFile(data.path("flags/\(name)")) == readFile(data.path("file/\(name)")), "\(name)")
            }
            let lines = try ["flags", "file"].map { try data.jsonLines("\($0)/metrics.jsonl").map(\.withoutTimes) }
            #expect(lines[0] == lines[1] && lines[0].count == 2)
            #expect(try data.json("flags/config.json") == data.json("printed.json"))
            #expect(try data.json("flags/config.json")["training"]?["seed"] == "18446744073709551615")
        }

        /// Exchanging one ignored label for the other changes no byte of the model and no figure.
        @Test(arguments: [nil, #"{"type": "patch", "window": [2, 2]}"#])
        func ignoredLabelsAreAlike(_ front: String?) throws {
            let layers =
                [front].compactMap { $0 } + [
                    #"{"type": "recurrent", "cell": "leaky", "hiddenSize": 3, "directions": "all"}"#,
                    #"{"type": "dense", "outputSize": "auto"}"#,
                ]
            try data.writeConfiguration(
                "c.json", kind: "labelSites", layers: layers,
                task: #", "ignoreLabel": [254, 255], "classWeights": "balanced""#)
            for (name, ignored) in [("a", [254, 255]), ("b", [255, 254])] {
                try data.writeMasks(name, ignored: ignored)
                try data.train(name, "c.json", out: name + "-run", ["--augment", "flip,transpose,shift=1,crop=4"])
            }
            #expect(try readFile(data.path("a/labels/0.png")) != readFile(data.path("b/labels/0.png")))
            for name in ["model.safetensors", "confusion.json"] {
                #expect(try readFile(data.path("a-run/\(name)")) == readFile(data.path("b-run/\(name)")), "\(name)")
            }
            #expect(
                try data.json("a-run/report.json").withoutTimes == data.json("b-run/report.json").withoutTimes)
            let said = try ["a", "b"].map { name in
                try CommandLineTool.succeed([
                    "evaluate", data.path("a-run"), data.path(name), "--json", "--backend", "cpu",
                ]).json
            }
            #expect(JSONValue.object(said[0]).withoutTimes == JSONValue.object(said[1]).withoutTimes)
            #expect(said[0]["ignored"]?.intValue ?? 0 > 0)
        }

        /// Exit code 65, every fault named, and no folder.
        @Test func faultsAreToldBeforeAnythingIsWritten() throws {
            try data.writeMasks()
            try data.writeConfiguration("c.json", kind: "labelSites", task: #", "ignoreLabel": [254, 255]"#)
            try data.gray(1, 2, [0, 1], to: "masks/labels/0.png")
            try FileManager.default.removeItem(atPath: data.path("masks/labels/1.png"))
            try data.write([1, 2, 3], to: "masks/images/2.png")
            try data.write([], to: "masks/labels/3.png")
            let arguments = data.trainArguments("masks", "c.json", out: "run")
            let outcome = try CommandLineTool.run(arguments)
            #expect(outcome.status == 65 && outcome.output.isEmpty && !isThere("run"))
            let faults = outcome.errorLines.filter { $0.hasPrefix("fault: ") }
            #expect(
                faults.map { $0.dropFirst(7).prefix { $0 != ":" } } == [
                    "images/1.png", "labels/0.png", "images/2.png", "labels/3.png",
                ])
            #expect(outcome.errorLines.last?.contains("found 4;") ?? false)
            let skipped = try CommandLineTool.succeed(arguments + ["--skip-bad"])
            #expect(skipped.errors.contains("data: 5 images with masks") && skipped.errors.contains(", 4 left out; "))
            #expect(isThere("run/model.safetensors"))
        }

        /// A part for validation alone, or nothing but faults.
        @Test func withoutSamplesThereIsNoTraining() throws {
            try data.writeMasks("data/valid")
            try data.writeConfiguration("c.json", kind: "labelSites")
            for more in [[], ["--dry-run"]] {
                let outcome = try CommandLineTool.run(data.trainArguments("data", "c.json", out: "run", more))
                #expect(
                    outcome.status == 65 && outcome.errorLines.last?.contains("at least one to train with") ?? false)
                #expect(!isThere("run"))
            }
        }

        /// No model is better than another by samples whose labels are all ignored.
        @Test func withoutLabelsThereIsNothingToJudgeBy() throws {
            try data.writeMasks()
            try data.writeConfiguration("c.json", kind: "labelSites", task: #", "ignoreLabel": [254, 255]"#)
            try data.gray(2, 3, Array(repeating: 7, count: 6), to: "void/images/a.png")
            try data.gray(2, 3, [254, 255, 255, 254, 254, 254], to: "void/labels/a.png")
            let outcome = try CommandLineTool.run(
                data.trainArguments("masks", "c.json", out: "run", ["--validation", data.path("void")]))
            #expect(outcome.status == 65 && !isThere("run"), "\(outcome.errors)")
            #expect(outcome.errorLines.last?.contains("every label of the samples to validate with") ?? false)
        }

        /// The body of another model is kept, and frozen layers stay as they are.
        @Test func beginsWithAnotherModel() throws {
            try data.writeClasses()
            try data.writeClasses("four", ["black", "gray", "light", "white"])
            try data.writeConfiguration("c.json", kind: "classify")
            try data.train("classes", "c.json", out: "base")
            let outcome = try data.train(
                "four", "c.json", out: "fine", ["--from", data.path("base"), "--freeze", "0"])
            #expect(outcome.errors.contains("layers drawn anew: 2\n"))
            let (base, fine) = (try data.parameters("base"), try data.parameters("fine"))
            for name in base.names where name.hasPrefix("0.") { #expect(fine[name] == base[name], "\(name)") }
            #expect(fine["2.weight"]?.shape == [4, 12] && base["2.weight"]?.shape == [3, 12])
            // The same classes: nothing is drawn, and what is not frozen learns.
            let same = try data.train("classes", "c.json", out: "same", ["--from", data.path("base")])
            #expect(same.errors.contains("layers drawn anew: none\n"))
            #expect(try data.parameters("same") != base)
            let absent = try CommandLineTool.run(
                data.trainArguments("classes", "c.json", out: "none", ["--from", data.path("absent")]))
            #expect(absent.status == 66 && !isThere("none"), "\(absent.errors)")
        }

        @Test func dryRunWritesNothing() throws {
            try data.writeClasses()
            try data.writeConfiguration("c.json", kind: "classify")
            let outcome = try CommandLineTool.succeed(
                data.trainArguments("classes", "c.json", out: "run", ["--dry-run"]))
            #expect(!isThere("run"))
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("batch [4, ") && lines[0].hasSuffix(", 1], 2 batches an epoch"))
            #expect(lines[2] == "layer 1, pool: [4, 12]" && lines[3] == "layer 2, dense: [4, 3]")
        }

        @Test func flagsThatAreWrong() throws {
            try data.writeClasses()
            try data.writeConfiguration("c.json", kind: "classify")
            func refuse(_ status: Int32, _ more: [String], _ parts: [String]) throws {
                let outcome = try CommandLineTool.run(data.trainArguments("classes", "c.json", out: "run", more))
                #expect(outcome.status == status && !isThere("run"), "\(outcome.errors)")
                for part in parts { #expect(outcome.errorLines.last?.contains(part) ?? false, "\(outcome.errors)") }
            }
            try refuse(64, ["--monitor", "cer"], ["'cer'", "error, loss, accuracy"])
            try refuse(64, ["--preset", "labelSites-small"], ["expected classify-small"])
            try refuse(64, ["--kind", "labelSites"], ["--kind labelSites", "classify"])
            try refuse(64, ["--freeze", "9"], ["layers 0 to 2"])
            try refuse(64, ["--augment", "turn"], ["'turn'", "flip, transpose"])
            try refuse(64, ["--steps", "0"], ["--steps"])
            try refuse(64, ["--max-time", "0m"], ["--max-time"])
            try refuse(64, ["--validation-fraction", "1"], ["below 1"])
            try refuse(64, ["--overwrite", "--resume", "auto"], ["give one of them"])
            try refuse(66, ["--validation", data.path("absent")], ["absent"])
        }
    }
}
