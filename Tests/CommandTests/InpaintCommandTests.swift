import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Holes of pictures filled in by a density that was trained.
    @Suite struct InpaintCommandTests {
        private let pictures: PictureData

        init() throws {
            pictures = try PictureData()
            try pictures.train("run")
            let mask = (0..<(24 * 20)).map { (6..<12).contains($0 / 20) && (5..<13).contains($0 % 20) ? 200 : 0 }
            try pictures.data.gray(24, 20, mask, to: "mask.png")
        }

        private func inpaint(_ more: [String]) throws -> CommandLineTool.Outcome {
            try CommandLineTool.succeed(
                ["inpaint", pictures.path("run"), "--mask", pictures.path("mask.png"), "--sweeps", "3"] + more)
        }

        private func levels(_ name: String) throws -> [Int] {
            return try NumpyArray(contentsOf: pictures.path(name)).tensor(as: Double.self).values.map { Int($0) }
        }

        @Test(arguments: ["sample", "map"]) func fillsOnlyWhatIsMarked(_ method: String) throws {
            let given = ["--input", pictures.path("pictures/0.png"), "--method", method, "--seed", "4"]
            let told = try inpaint(given + ["--output", pictures.path("a.npy"), "--json", "--candidates", "2"]).json
            #expect(told["task"] == "density" && told["method"] == .string(method) && told["pixels"] == 48)
            let course = try #require(told["course"]?.arrayValue)
            #expect(course.map { $0["sweep"] } == [0, 1, 2, 3])
            for key in ["bitsPerPixel", "hole", "border"] {
                #expect(course.allSatisfy { $0[key]?.arrayValue?.count == 1 }, "\(key)")
            }
            #expect((course.last?["accepted"] == .null) == (method == "map"))
            #expect(told["around"] != nil && (told["asGiven"]?.doubleValue ?? 0) > 0)
            let (filled, original) = (try levels("a.npy"), PictureData.pixels(24, 20, seed: 0))
            #expect(filled.count == 480)
            for place in original.indices {
                let isHole = (6..<12).contains(place / 20) && (5..<13).contains(place % 20)
                if !isHole { #expect(filled[place] == min(255, original[place])) }
            }
            #expect(filled != original.map { min(255, $0) })
            // The same seed fills the same, another something else.
            _ = try inpaint(given + ["--output", pictures.path("b.npy"), "--candidates", "2"])
            #expect(try levels("b.npy") == filled)
        }

        @Test func severalPicturesAtOnce() throws {
            let outcome = try inpaint(
                ["--input", pictures.path("pictures/0.png"), "--output", pictures.path("x.png"), "--count", "2"])
            let names = ["x-0.png", "x-1.png"].map { pictures.path($0) }
            #expect(outcome.output.split(separator: "\n").map(String.init) == names)
            let files = try names.map { try readFile($0) }
            #expect(files[0] != files[1])
            #expect(
                outcome.errors.contains("as given, bits a pixel: hole ") && outcome.errors.contains("beside the hole"))
        }

        @Test func whatDoesNotFitIsRefused() throws {
            let out = ["--output", pictures.path("x.png")]
            func fail(_ status: Int32, _ more: [String], saying words: [String]) throws {
                try CommandLineTool.fail(status, ["inpaint", pictures.path("run")] + out + more, saying: words)
            }
            let (mask, picture) = (pictures.path("mask.png"), pictures.path("pictures/0.png"))
            try fail(
                65, ["--input", pictures.path("pictures/1.png"), "--mask", mask], saying: ["24 x 20", "20 x 24"])
            try fail(
                65, ["--input", pictures.path("pictures"), "--mask", mask], saying: ["expected one picture, found 3"])
            try fail(64, ["--input", picture, "--mask", mask, "--sweeps", "-1"], saying: ["--sweeps"])
            try pictures.data.gray(24, 20, Array(repeating: 0, count: 480), to: "none.png")
            try fail(65, ["--input", picture, "--mask", pictures.path("none.png")], saying: ["none.png", "empty"])
            try pictures.data.gray(24, 20, Array(repeating: 1, count: 480), to: "all.png")
            try fail(
                65, ["--input", picture, "--mask", pictures.path("all.png")], saying: ["row 0", "\"border\": \"pad\""])
        }
    }
}
