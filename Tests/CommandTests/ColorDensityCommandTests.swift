import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Coloured pictures to their density.
    @Suite struct ColorDensityCommandTests {
        private let pictures: PictureData

        init() throws {
            pictures = try PictureData()
            for (index, size) in [(14, 10), (10, 14), (12, 12)].enumerated() {
                try pictures.rgb(size.0, size.1, seed: index, to: "colors/\(index).png")
            }
            try pictures.writeConfiguration("c.json", task: #""color": "ycc""#)
        }

        @discardableResult
        private func train(_ out: String, _ more: [String] = []) throws -> CommandLineTool.Outcome {
            try pictures.data.train("colors", "c.json", out: out, ["--validation-fraction", "0"] + more)
        }

        @Test func trainsAndJudges() throws {
            let report = try train("run", ["--json"]).json
            // All but a margin of 1 on every side.
            #expect(report["sites"] == .integer(2 * 12 * 8 + 10 * 10) && report["steps"] == 10)
            let networks = try #require(report["networks"]?.objectValue)
            let alone = try ["luma", "chroma"].map { name in
                #expect(try pictures.data.json("run/\(name)/report.json") == networks[name])
                for file in ["model.safetensors", "config.json", "data.json", "metrics.jsonl", "curves.svg"] {
                    #expect(fileExists(pictures.path("run/\(name)/\(file)")), "\(name)/\(file)")
                }
                return try #require(networks[name]?["bitsPerPixel"]?.doubleValue)
            }
            let bits = try #require(report["bitsPerPixel"]?.doubleValue)
            // Uniform noise of 30 levels in each of three is 14.7 bits.
            #expect((14...24).contains(bits) && (alone[0] + alone[1] - bits).magnitude < 1e-4)
            #expect(try (#require(report["bitsPerDimension"]?.doubleValue) - bits / 3).magnitude < 1e-12)
            for file in ["model.safetensors", "config.json", "data.json", "report.json"] {
                #expect(fileExists(pictures.path("run/\(file)")), "\(file)")
            }
            let lines = try pictures.data.jsonLines("run/metrics.jsonl")
            #expect(lines.map { $0["network"] } == ["luma", "chroma"])
            let table = try String(decoding: readFile(pictures.path("run/metrics.csv")), as: UTF8.self)
            #expect(table.split(separator: "\n").map { $0.prefix { $0 != "," } } == ["network", "luma", "chroma"])
            let found = try pictures.evaluate("run", "colors")
            #expect(found["bitsPerPixel"]?.doubleValue == bits && found["sites"] == report["sites"])
            #expect(try pictures.evaluate("run/luma", "colors")["bitsPerPixel"]?.doubleValue == alone[0])
            let text = try CommandLineTool.succeed(["evaluate", pictures.path("run"), pictures.path("colors")])
            #expect(text.errorLines.contains("data: 3 pictures, RGB, 10x10 to 14x14"))
            let device = try #require(text.output.firstMatch(of: /bitsPerPixel ([0-9.]+), bitsPerDimension ([0-9.]+),/))
            #expect(try (#require(Double(device.1)) - bits).magnitude < 2e-5)
            #expect(try (#require(Double(device.2)) - bits / 3).magnitude < 2e-5)
            #expect(try pictures.evaluate("run", "colors", ["--patch", "6"])["sites"] == .integer((2 + 2 + 4) * 16))
            #expect(try pictures.evaluate("run", "colors", ["--sites-of", "5"])["sites"] == .integer(120 + 64))
            #expect(try pictures.evaluate("run", "colors", ["--ensemble"])["sites"] == report["sites"])
        }

        @Test(arguments: ["sample", "map"]) func fillsHoles(_ method: String) throws {
            try train("run")
            let inHole = (0..<140).map { (4..<8).contains($0 / 10) && (3..<7).contains($0 % 10) }
            try pictures.data.gray(14, 10, inHole.map { $0 ? 255 : 0 }, to: "mask.png")
            func inpaint(_ model: String) -> [String] {
                [
                    "inpaint", pictures.path(model), "--input", pictures.path("colors/0.png"), "--mask",
                    pictures.path("mask.png"), "--output", pictures.path("filled.npy"), "--sweeps", "2", "--method",
                    method, "--json",
                ]
            }
            let told = try CommandLineTool.succeed(inpaint("run"))
            #expect(
                told.errors.contains("luma, sweep 2, bits") && told.errors.contains("luma and chroma, sweep 2, bits"))
            let course = try #require(told.json["course"]?.arrayValue)
            #expect(course.map { $0["network"] } == ["luma", "luma", "luma", "chroma", "chroma", "chroma"])
            #expect(course.map { $0["sweep"] } == [0, 1, 2, 0, 1, 2])
            let filled: Tensor<Double> = try NumpyArray(contentsOf: pictures.path("filled.npy")).tensor()
            let original = PictureData.colors(14, 10, seed: 0).map { Double($0) }
            #expect(
                filled.shape == [14, 10, 3] && filled.values.allSatisfy { $0 == $0.rounded() && (0...255).contains($0) }
            )
            #expect(try told.json["networks"]?["luma"]?["asGiven"] != nil && told.json["around"] != nil)
            let differs = filled.values.indices.filter { filled.values[$0] != original[$0] }
            #expect(differs.allSatisfy { inHole[$0 / 3] } && differs.count > 30)
            try CommandLineTool.fail(65, inpaint("run/luma"), saying: ["found luma alone"])
        }

        @Test func predictsAndInspects() throws {
            try train("run")
            let numbers = Tensor<Double>.random([9, 11, 3], bound: 30, seed: 3).map { $0 + 90 }
            try NumpyArray(numbers).write(to: pictures.path("numbers.npy"))
            let arguments = ["predict", pictures.path("run"), "--out", pictures.path("out"), "--backend", "cpu"]
            try CommandLineTool.succeed(arguments + [pictures.path("colors"), pictures.path("numbers.npy")])
            let sum = try ["0", "1", "2"].reduce(0) { sum, name in
                try sum
                    + NumpyArray(contentsOf: pictures.path("out/\(name).npy")).tensor(as: Double.self)
                    .values.reduce(0, +)
            }
            let bits = try #require(pictures.evaluate("run", "colors")["bitsPerPixel"]?.doubleValue)
            #expect((sum / 292 / log(2.0) + bits).magnitude < 1e-5)
            #expect(try NumpyArray(contentsOf: pictures.path("out/numbers.npy")).shape == [7, 9])
            let text = try CommandLineTool.succeed(["inspect", pictures.path("run")]).output
            for part in [
                "neighbourhood: 3 x 3, border inside", "luma: 4 numbers known of each pixel's window, 1 output",
                "chroma: 17 numbers known of each pixel's window, 2 outputs", "chroma.head.cholesky",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            let density = try CommandLineTool.succeed(["inspect", pictures.path("run"), "--json"]).json["density"]
            let file = try DensityFile<Float>(contentsOf: pictures.path("run/model.safetensors"))
            let counts = file.planes.map(\.parameters.flat.count)
            #expect(density?["color"] == "ycc" && density?["weights"] == .integer(counts[0] + counts[1]))
            #expect(density?["networks"]?["chroma"]?["whitening"]?["outputs"] == 2)
            for (color, name) in [("luma", "luma"), ("chroma", "chroma")] {
                try CommandLineTool.fail(
                    65, ["sample", pictures.path("run/\(name)"), "--output", pictures.path("a.png")],
                    saying: ["found \(color) alone", "luma and chroma"])
            }
            // Drawn, and read back as pictures of colours.
            _ = try CommandLineTool.succeed(
                ["sample", pictures.path("run"), "--size", "9x11", "--output", pictures.path("drawn.npy")])
            let drawn = try NumpyArray(contentsOf: pictures.path("drawn.npy"))
            #expect(drawn.shape == [9, 11, 3])
            let values: Tensor<Double> = try drawn.tensor()
            #expect(values.values.allSatisfy { (0...256).contains($0) } && Set(values.values).count > 100)
            _ = try CommandLineTool.succeed([
                "predict", pictures.path("run"), pictures.path("drawn.npy"), "--out", pictures.path("out"),
            ])
            try CommandLineTool.fail(
                65,
                [
                    "run", pictures.path("run/model.safetensors"), "--input", pictures.path("numbers.npy"), "--target",
                    pictures.path("numbers.npy"), "--output", pictures.path("x.npy"),
                ], saying: ["a density of colours"])
            // Gray pictures are none of its own.
            let gray = try CommandLineTool.run(["evaluate", pictures.path("run"), pictures.path("pictures")])
            #expect(gray.status == 65 && gray.errors.contains("0.png: a gray picture, expected red"))
        }

        @Test(arguments: [0, 1]) func paddedPicturesHaveAllSites(_ layers: Int) throws {
            try pictures.writeConfiguration("c.json", task: #""color": "ycc", "border": "pad""#, layers: layers)
            #expect(try train("run", ["--json"]).json["sites"] == .integer(2 * 140 + 144))
            #expect(try pictures.evaluate("run", "colors", ["--sites-of", "5"])["sites"] == .integer(120 + 64))
        }

        /// A training that ended goes on to the same; one that lost its second half makes it again.
        @Test func resumes() throws {
            try train("run")
            let files = ["model.safetensors", "config.json", "luma/model.safetensors", "chroma/model.safetensors"]
            let whole = try files.map { try readFile(pictures.path("run/\($0)")) }
            let again = try train("run", ["--resume", "auto"])
            #expect(again.errorLines.count { $0.hasPrefix("resumed: ") } == 2)
            #expect(try files.map { try readFile(pictures.path("run/\($0)")) } == whole)
            for name in ["run/chroma", "run/model.safetensors", "run/report.json"] {
                try FileManager.default.removeItem(atPath: pictures.path(name))
            }
            let half = try train("run", ["--resume", "auto"])
            #expect(half.errorLines.count { $0.hasPrefix("resumed: ") } == 1)
            #expect(try files.map { try readFile(pictures.path("run/\($0)")) } == whole)
            let checkpoint = pictures.path("run/chroma/checkpoint-0000000005.safetensors")
            let named = try train("run", ["--resume", checkpoint])
            #expect(named.errorLines.contains("resumed: \(checkpoint), step 5"))
            // Without a flag nothing is written over; with one all of it is.
            let refused = try CommandLineTool.run(pictures.data.trainArguments("colors", "c.json", out: "run"))
            #expect(refused.status == 73)
            try train("run", ["--overwrite"])
            #expect(try files.map { try readFile(pictures.path("run/\($0)")) } == whole)
        }

        /// The configuration that is written, dry runs, and weights of other densities.
        @Test func configurationsAndWeights() throws {
            try train("run")
            let printed = try train("no", ["--print-config"]).output
            #expect(try Array(printed.utf8) == readFile(pictures.path("run/config.json")))
            let json = try pictures.data.json("run/config.json")
            #expect(json["task"]?["color"] == "ycc" && json["data"]?["channels"] == "rgb")
            try pictures.data.train("colors", "run/config.json", out: "same")
            for file in ["model.safetensors", "config.json", "data.json"] {
                #expect(
                    try readFile(pictures.path("run/\(file)")) == readFile(pictures.path("same/\(file)")), "\(file)")
            }
            #expect(try CommandLineTool.text(pictures.path("run/examples.svg")).contains("bits a pixel, "))
            let dry = try train("no", ["--dry-run"]).output
            #expect(dry.contains("network luma\n") && dry.contains("network chroma\n"))
            #expect(!fileExists(pictures.path("no")))
            // From itself all weights are taken; from a gray one those of luma.
            let from = try train("more", ["--from", pictures.path("run")]).errorLines
            #expect(from.contains("weights of luma: from \(pictures.path("run")); layers drawn anew: none"))
            #expect(from.contains("weights of chroma: from \(pictures.path("run")); layers drawn anew: none"))
            try pictures.writeConfiguration("gray.json")
            try pictures.data.train("pictures", "gray.json", out: "gray")
            let grayer = try pictures.data.train(
                "pictures", "gray.json", out: "grayer", ["--from", pictures.path("gray")])
            #expect(grayer.errorLines.contains("weights: from \(pictures.path("gray")); layers drawn anew: none"))
            let other = try train("other", ["--from", pictures.path("gray")]).errorLines
            #expect(other.contains("weights of luma: from \(pictures.path("gray")); layers drawn anew: none"))
            #expect(other.contains("weights of chroma: drawn; \(pictures.path("gray")) has none"))
            let gray = try DensityFile<Double>(contentsOf: pictures.path("gray/model.safetensors"))
            let colored = try DensityFile<Double>(contentsOf: pictures.path("other/model.safetensors"))
            #expect(colored.whitening == gray.whitening)
        }

        @Test func checkDataTellsOfColors() throws {
            let config = ["--config", pictures.path("c.json")]
            let json = try CommandLineTool.succeed(["check-data", pictures.path("colors"), "--json"] + config).json
            #expect(json["channels"] == 3 && json["samples"] == 3 && json["faults"] == [])
            let gray = try CommandLineTool.run(["check-data", pictures.path("pictures"), "--json"] + config)
            #expect(gray.status == 65)
            let fault = try #require(gray.json["faults"]?.arrayValue?.first)
            #expect(fault["file"] == "0.png" && fault["found"] == "a gray picture")
            #expect(fault["expected"]?.stringValue?.contains("red, green and blue") == true)
            let refused = try CommandLineTool.run(pictures.data.trainArguments("pictures", "c.json", out: "no"))
            #expect(refused.status == 65 && refused.errors.contains("0.png: a gray picture, expected red"))
            // Three rows have a site, two have none.
            try pictures.rgb(3, 3, seed: 1, to: "small/a.png")
            try pictures.rgb(2, 3, seed: 1, to: "small/b.png")
            let small = try CommandLineTool.run(["check-data", pictures.path("small"), "--json"] + config)
            #expect(try small.json["faults"]?.arrayValue?.map { $0["file"] } == ["b.png"])
        }

        /// An eighth of the density for twice the numbers: three bits a pixel more.
        @Test func scaleIsABitANumber() throws {
            let noise = Tensor<Double>.random([2, 13, 11, 3], bound: 40, seed: 5)
            let slopes = noise.values.enumerated().map { 3 * Double($0 / 33 % 13 + 2 * ($0 % 11)) + $1 }
            let bits = try [1.0, 2].map { factor in
                let name = "\(factor).npy"
                try NumpyArray(Tensor(shape: noise.shape, values: slopes.map { factor * $0 }))
                    .write(to: pictures.path(name))
                let report = try pictures.data.train(
                    name, "c.json", out: "run\(factor)",
                    ["--validation-fraction", "0", "--precision", "float64", "--json"]
                ).json
                return try #require(report["bitsPerPixel"]?.doubleValue)
            }
            #expect((bits[1] - bits[0] - 3).magnitude < 1e-9, "\(bits)")
        }
    }
}

extension PictureData {
    /// Slopes of red, green and blue with noise.
    fileprivate static func colors(_ height: Int, _ width: Int, seed: Int) -> [Int] {
        OwnData.noise(3 * height * width, below: 30, seed: seed).enumerated()
            .map { 3 * ($0 / 3 / width) + ($0 % 3 + 2) * ($0 / 3 % width) + 20 + $1 }
    }

    /// A picture of them.
    fileprivate func rgb(_ height: Int, _ width: Int, seed: Int, to name: String) throws {
        let samples = Self.colors(height, width, seed: seed)
        try data.write(
            PNGWriter(width: width, height: height, depth: 8, colorType: 2, samples: samples).bytes, to: name)
    }
}
