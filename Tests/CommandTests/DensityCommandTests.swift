import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Pictures to their density.
    @Suite struct DensityCommandTests {
        private let pictures: PictureData

        init() throws { pictures = try PictureData() }

        @Test func trainsAndJudges() throws {
            let report = try pictures.train("run", ["--json", "--validation-fraction", "0"]).json
            for key in ["task", "loss", "bitsPerPixel", "bitsPerDimension", "sites", "images", "largestCell"] {
                #expect(report[key] != nil, "\(key)")
            }
            #expect(report["task"] == "density" && report["sites"] == .integer(23 * 18 + 19 * 22 + 21 * 20))
            let found = try pictures.evaluate("run")
            #expect(found["samples"] == 3 && found["sites"] == report["sites"] && found["seconds"] != nil)
            let images = try #require(found["images"]?.arrayValue)
            #expect(images.map { $0["name"] } == ["0.png", "1.png", "2.png"])
            #expect(images.map { $0["sites"] } == [414, 418, 420])
            let bits = try #require(found["bitsPerPixel"]?.doubleValue)
            // Uniform noise of 40 levels alone is 5.3 bits.
            #expect((5...9).contains(bits) && found["bitsPerDimension"] == found["bitsPerPixel"])
            let mean = try images.reduce(0) { sum, image in
                try sum + #require(image["bitsPerPixel"]?.doubleValue) * #require(image["sites"]?.doubleValue)
            }
            #expect((mean / 1252 - bits).magnitude < 1e-9)
            #expect(try #require(found["largestCell"]?.doubleValue) > 0)
            // On the device, where rows are whitened in Double too.
            let device = try CommandLineTool.succeed(
                ["evaluate", pictures.path("run"), pictures.path("pictures"), "--json"]
            ).json
            #expect(try (#require(device["bitsPerPixel"]?.doubleValue) - bits).magnitude < 1e-5)
            let lines = try CommandLineTool.succeed(
                ["evaluate", pictures.path("run"), pictures.path("pictures"), "--backend", "cpu"]
            ).output.split(separator: "\n")
            #expect(lines.count == 5 && lines[3].hasSuffix(", 1252 sites"))
        }

        @Test func showsWhatItHasLearnt() throws {
            let all = ["--validation-fraction", "0"]
            try pictures.train("run", all + ["--tensorboard"])
            try pictures.train("again", all)
            let drawings = try ["run", "again"].map { try CommandLineTool.text(pictures.path("\($0)/examples.svg")) }
            #expect(drawings[0] == drawings[1])
            for text in ["pictures to train with", "bits a pixel, ", "given", "drawn"] {
                #expect(drawings[0].contains(text), "\(text)")
            }
            #expect(drawings[0].components(separatedBy: "<image").count == 1 + 3 * 3)
            let events = try FileManager.default.contentsOfDirectory(atPath: pictures.path("run"))
                .filter { $0.contains("tfevents") }
            #expect(events.count == 1)
            #expect(
                try String(decoding: readFile(pictures.path("run/\(events[0])")), as: UTF8.self).contains("examples/1"))
        }

        @Test func goesOnFromAnother() throws {
            try pictures.train("run")
            let told = try pictures.train("next", ["--from", pictures.path("run")]).errors
            #expect(told.contains("layers drawn anew: none"))
        }

        @Test func judgesPartsAndSites() throws {
            try pictures.train("run")
            let patches = try pictures.evaluate("run", "pictures", ["--patch", "8"])
            // 3 x 2, 2 x 3 and 2 x 2 patches, each with 7 rows and 6 columns of sites.
            #expect(patches["sites"] == .integer(16 * 42))
            let wide = try pictures.evaluate("run", "pictures", ["--sites-of", "9"])
            #expect(wide["sites"] == .integer(20 * 12 + 16 * 16 + 18 * 14))
            #expect(try pictures.evaluate("run", "pictures", ["--patch", "8", "--sites-of", "7"])["sites"] == 160)
            #expect(try pictures.evaluate("run", "pictures/1.png")["sites"] == 418)
            let none = try CommandLineTool.run(
                ["evaluate", pictures.path("run"), pictures.path("pictures"), "--patch", "99", "--backend", "cpu"])
            #expect(none.status == 65 && none.errors.contains("no site is judged"))
            // Another noise, other figures; the same, the same.
            let seeds = try [[], ["--seed", "1"], ["--seed", "2"]].map {
                try pictures.evaluate("run", "pictures", $0)["bitsPerPixel"]
            }
            #expect(seeds[0] == seeds[1] && seeds[0] != seeds[2])
        }

        @Test(arguments: [0, 1]) func paddedPicturesHaveAllSites(_ layers: Int) throws {
            try pictures.writeConfiguration("c.json", task: #""border": "pad""#, layers: layers)
            let report = try pictures.train("run", ["--json", "--validation-fraction", "0"]).json
            #expect(report["sites"] == .integer(24 * 20 + 20 * 24 + 22 * 22))
            #expect((report["largestCell"] == .null) == (layers == 0))
        }

        @Test(arguments: DensityBorder.allCases) func judgesByAllTurns(_ border: DensityBorder) throws {
            try pictures.writeConfiguration("c.json", task: "\"border\": \"\(border.rawValue)\"")
            try pictures.train("run")
            let found = try pictures.evaluate("run", "pictures", ["--ensemble"])
            let m = border == .pad ? 0 : 2
            #expect(found["sites"] == .integer(2 * (24 - m) * (20 - m) + (22 - m) * (22 - m)))
            #expect(found["ensemble"] == true)
            let bits = try [found, pictures.evaluate("run")].map { try #require($0["bitsPerPixel"]?.doubleValue) }
            #expect((bits[0] - bits[1]).magnitude < 0.2 && bits[0] != bits[1])
        }

        /// What is predicted of a pixel adds up to what evaluate says.
        @Test func predictsEveryPixel() throws {
            try pictures.train("run")
            let numbers = Tensor<Double>.random([2, 9, 11], bound: 30, seed: 3).map { $0 + 90 }
            try NumpyArray(numbers).write(to: pictures.path("numbers.npy"))
            let inputs = [pictures.path("pictures"), pictures.path("numbers.npy")]
            let arguments = ["predict", pictures.path("run"), "--out", pictures.path("out"), "--backend", "cpu"]
            let told = try CommandLineTool.succeed(arguments + inputs + ["--json"]).json
            #expect(told["task"] == "density" && told["predictions"]?.arrayValue?.count == 4)
            let sum = try ["0", "1", "2"].reduce(0) { sum, name in
                let nats = try NumpyArray(contentsOf: pictures.path("out/\(name).npy"))
                #expect(nats.type == .float32 && nats.shape == ["0": [23, 18], "1": [19, 22], "2": [21, 20]][name])
                return try sum + nats.tensor(as: Double.self).values.reduce(0, +)
            }
            let bits = try #require(pictures.evaluate("run")["bitsPerPixel"]?.doubleValue)
            #expect((sum / 1252 / log(2.0) + bits).magnitude < 1e-5)
            #expect(try NumpyArray(contentsOf: pictures.path("out/numbers.npy")).shape == [2, 8, 9])
            try CommandLineTool.fail(64, arguments + inputs + ["--probabilities"], saying: ["--probabilities"])
            try pictures.data.gray(1, 2, [1, 2], to: "small.png")
            try CommandLineTool.fail(
                65, arguments + [pictures.path("small.png")],
                saying: ["small.png: 2 x 1 pixels, expected at least 3 x 2"])
            try CommandLineTool.fail(73, ["predict", pictures.path("run"), inputs[1], "--out", pictures.path("")])
        }

        @Test func inspectTellsWhatADensityIs() throws {
            try pictures.train("run")
            for name in ["run", "run/model.safetensors"] {
                let text = try CommandLineTool.succeed(["inspect", pictures.path(name)]).output
                for part in [
                    "neighbourhood: 3 x 3, 4 pixels before each, border inside",
                    "layers: spatial of 3 units, with a skip",
                    "head: 3 components of 2 scales, 4 features, with means", "whitening.predictor", "head.priors",
                ] {
                    #expect(text.contains(part), "\(part)")
                }
                let json = try CommandLineTool.succeed(["inspect", pictures.path(name), "--json"]).json
                let file = try DensityFile<Float>(contentsOf: pictures.path("run/model.safetensors"))
                #expect(json["density"]?["weights"] == .integer(file.parameters.flat.count))
                #expect(json["density"]?["head"]?["components"] == 3 && json["density"]?["layers"] == 1)
            }
        }

        @Test func checkDataTellsOfPictures() throws {
            let text = try CommandLineTool.succeed(["check-data", pictures.path("pictures")])
            #expect(text.errorLines == ["data: 3 pictures, gray, 20x20 to 24x24"])
            #expect(text.output == "kind: density\nsamples: 3\n")
            let json = try CommandLineTool.succeed(["check-data", pictures.path("pictures"), "--json"]).json
            #expect(json["kind"] == "density" && json["samples"] == 3 && json["channels"] == 1)
            #expect(json["extents"] == ["least": [20, 20], "most": [24, 24]] && json["faults"] == [])
            try pictures.data.gray(4, 9, Array(repeating: 3, count: 36), to: "pictures/low.png")
            let faulty = try CommandLineTool.run(["check-data", pictures.path("pictures"), "--json"])
            #expect(faulty.status == 65)
            let faults = try #require(try faulty.json["faults"]?.arrayValue)
            #expect(faults.count == 1 && faults[0]["file"] == "low.png" && faults[0]["found"] == "9 x 4 pixels")
            // As train finds them: a smaller neighbourhood has room.
            try CommandLineTool.succeed(
                ["check-data", pictures.path("pictures"), "--config", pictures.path("c.json")])
            try CommandLineTool.succeed(["check-data", pictures.path("pictures"), "--skip-bad"])
        }

        /// Killed at once after a checkpoint.
        @Test func killedTrainingGoesOn() throws {
            try pictures.writeConfiguration(
                "c.json", training: #""steps": 60, "batch": 2, "checkpointEvery": 2, "keep": 2"#)
            try pictures.train("whole")
            let arguments = pictures.data.trainArguments("pictures", "c.json", out: "parts", ["--resume", "auto"])
            func checkpoints() -> Int {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: pictures.path("parts"))) ?? []
                return names.count { $0.hasPrefix("checkpoint-") }
            }
            let outputs = try TemporaryFolder()
            let process = try CommandLineTool.start(arguments, outputs: outputs)
            let deadline = Date() + 60
            while checkpoints() == 0 {
                let message = try CommandLineTool.text(outputs.file("err"))
                try #require(process.isRunning && Date() < deadline, "\(message)")
                usleep(500)
            }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal)
            try CommandLineTool.succeed(arguments)
            for name in ["model.safetensors", "config.json", "data.json"] {
                #expect(
                    try readFile(pictures.path("whole/\(name)")) == readFile(pictures.path("parts/\(name)")), "\(name)")
            }
            let lines = try ["whole", "parts"].map {
                try pictures.data.jsonLines("\($0)/metrics.jsonl").map(\.withoutTimes)
            }
            #expect(lines[0].count > 1 && lines[0] == lines[1])
        }

        /// Half the density for twice the numbers: one bit a pixel more.
        @Test func scaleIsABitAPixel() throws {
            let numbers = Tensor<Double>.random([3, 21, 23, 1], bound: 40, seed: 5)
            let slopes = numbers.values.enumerated().map { 3 * Double($0 / 23 % 21 + 2 * ($0 % 23)) + $1 }
            let bits = try [1.0, 2].map { factor in
                let name = "\(factor).npy"
                try NumpyArray(Tensor(shape: numbers.shape, values: slopes.map { factor * $0 }))
                    .write(to: pictures.path(name))
                let report = try CommandLineTool.succeed([
                    "train", pictures.path(name), "--preset", "density-mixture", "--steps", "20",
                    "--validation-fraction",
                    "0", "--out", pictures.path("run\(factor)"), "--precision", "float64", "--json",
                ]).json
                return try #require(report["bitsPerPixel"]?.doubleValue)
            }
            #expect((bits[1] - bits[0] - 1).magnitude < 1e-9, "\(bits)")
        }

        /// Recurrent weights beyond the numbers, where no product is kept unrounded; predictors on the device too.
        @Test(arguments: [(["0.weight_ih", "0.weight_hh"], ["--backend", "cpu"]), (["1.predictors"], [])])
        func whatOverflowsIsRefused(_ tensors: [String], _ backend: [String]) throws {
            try pictures.train("run")
            var file = try DensityFile<Float>(contentsOf: pictures.path("run/model.safetensors"))
            for name in tensors { file.parameters[name] = file.parameters[name]!.map { $0 < 0 ? -3e38 : 3e38 } }
            try file.write(to: pictures.path("huge.safetensors"))
            let outcome = try CommandLineTool.run(
                ["evaluate", pictures.path("huge.safetensors"), pictures.path("pictures")] + backend)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            let message = try #require(outcome.errorLines.last)
            #expect(message.contains("error: 0.png: the density of the pixel in row 1, column "), "\(message)")
        }

        @Test func refusals() throws {
            try pictures.data.gray(4, 2, Array(repeating: 3, count: 8), to: "small/a.png")
            let small = try CommandLineTool.run(pictures.data.trainArguments("small", "c.json", out: "no"))
            #expect(small.status == 65 && small.errors.contains("a.png: 2 x 4 pixels, expected at least 3 x 2"))
            try NumpyArray(Tensor<Float>(repeating: 3, shape: [1, 9, 9])).write(to: pictures.path("flat.npy"))
            let flat = try CommandLineTool.run(pictures.data.trainArguments("flat.npy", "c.json", out: "no"))
            #expect(flat.status == 65 && flat.errors.contains("all the same"), "\(flat.errors)")
            #expect(!FileManager.default.fileExists(atPath: pictures.path("no")))
            try pictures.writeConfiguration("even.json", task: #""neighbourhood": 4"#)
            let even = try CommandLineTool.run(pictures.data.trainArguments("pictures", "even.json", out: "no"))
            #expect(even.status == 65)
            try pictures.train("run")
            try CommandLineTool.fail(
                64, ["evaluate", pictures.path("run"), pictures.path("pictures"), "--confusion", "c.svg"],
                saying: ["--confusion"])
            try pictures.data.write("text", to: "t.txt")
            try CommandLineTool.fail(
                65, ["evaluate", pictures.path("run"), pictures.path("t.txt"), "--backend", "cpu"])
        }
    }
}
