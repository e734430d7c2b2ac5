import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm check-data`.
    @Suite struct CheckDataCommandTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            for name in ["data/images", "data/masks", "many/a", "many/b"] {
                try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
            }
            for (name, labels) in [("a", [0, 1, 2, 255, 0, 0]), ("b", [2, 2, 2, 2, 1, 1])] {
                try writeFile(picture(Array(0..<6)), to: folder.file("data/images/\(name).png"))
                try writeFile(picture(labels), to: folder.file("data/masks/\(name).png"))
            }
        }

        private func picture(_ samples: [Int]) -> [UInt8] {
            PNGWriter(width: 3, height: 2, depth: 8, colorType: 0, samples: samples).bytes
        }

        private struct Report: Decodable {
            struct Fault: Decodable { let file: String, found: String, expected: String }
            struct Extents: Decodable { let least: [Int], most: [Int] }
            let kind: String?, samples: Int, extents: Extents?, channels: Int?, classes: [String], faults: [Fault]
        }

        private func report(_ outcome: CommandLineTool.Outcome) throws -> Report {
            try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        }

        @Test func tellsWhatThereIs() throws {
            let text = try CommandLineTool.succeed(["check-data", folder.file("data")])
            #expect(text.errorLines == ["data: 2 images with masks, gray, 2x3, 3 classes"])
            #expect(
                text.output
                    == """
                    kind: labelSites
                    samples: 2
                    class  sites  share
                    0          3  0.273
                    1          3  0.273
                    2          5  0.455
                    ignored: 1 site

                    """)
            let json = try report(CommandLineTool.succeed(["check-data", folder.file("data") + "/", "--json"]))
            #expect(json.kind == "labelSites" && json.samples == 2 && json.channels == 1 && json.faults.isEmpty)
            #expect(json.extents?.least == [2, 3] && json.extents?.most == [2, 3] && json.classes == ["0", "1", "2"])
        }

        @Test func linesOfText() throws {
            for (name, text) in [("a", "ab a"), ("b", "b\u{E9}")] {
                try writeFile(picture(Array(0..<6)), to: folder.file("many/a/\(name).png"))
                try writeFile(Array(text.utf8), to: folder.file("many/a/\(name).gt.txt"))
            }
            let text = try CommandLineTool.succeed(["check-data", folder.file("many/a")])
            #expect(text.errorLines == ["data: 2 lines, gray, 2x3, 4 symbols"])
            #expect(text.output == "kind: transcribe\nsamples: 2\nsymbols: 4,  ab\u{E9}\n")
            let json = try CommandLineTool.succeed(["check-data", folder.file("many/a"), "--json"])
            #expect(json.output.contains(#""symbols":[" ","a","b","\#u{E9}"]"#), "\(json.output)")
            #expect(try report(json).kind == "transcribe")
            // Those of a configuration are all that there may be.
            let config = folder.file("lines.json")
            try writeFile(
                Array(#"{"version": 1, "task": {"kind": "transcribe", "alphabet": [" ", "a", "b"]}}"#.utf8), to: config)
            let refused = try CommandLineTool.run(["check-data", folder.file("many/a"), "--config", config])
            #expect(refused.status == 65 && refused.output.contains("fault: b.png: '\u{E9}' (U+00E9), in this line"))
        }

        @Test func faultsAreExit65() throws {
            let config = folder.file("c.json")
            try writeFile(
                Array(
                    #"{"version": 1, "task": {"kind": "labelSites", "classes": ["x", "y"], "ignoreLabel": 255}}"#.utf8),
                to: config)
            let arguments = ["check-data", folder.file("data"), "--config", config]
            let outcome = try CommandLineTool.run(arguments)
            #expect(outcome.status == 65)
            #expect(outcome.output.contains("fault: masks/a.png: label 2 at row 0, column 2, expected 0 to 1"))
            #expect(
                outcome.errorLines.last
                    == "mdlstm: error: expected data without faults, found 2; mend them, or leave these samples out with --skip-bad"
            )
            let json = try report(CommandLineTool.run(arguments + ["--json"]))
            #expect(json.faults.map(\.file) == ["masks/a.png", "masks/b.png"])
            #expect(json.faults[1].found == "label 2 at row 0, column 0" && json.samples == 0)
            // The list takes the place of 255: that is a class then.
            let all = folder.file("all.json")
            try writeFile(Array(#"{"version": 1, "task": {"kind": "labelSites", "ignoreLabel": [2]}}"#.utf8), to: all)
            #expect(
                try report(CommandLineTool.succeed(["check-data", folder.file("data"), "--config", all, "--json"]))
                    .classes.count == 256)
        }

        @Test func twentyFaultsAreShown() throws {
            for index in 0..<25 {
                try writeFile(
                    index == 0 ? picture([1, 2, 3, 4, 5, 6]) : [1, 2], to: folder.file("many/a/\(index).png"))
            }
            try writeFile(picture([1, 2, 3, 4, 5, 6]), to: folder.file("many/b/1.png"))
            let outcome = try CommandLineTool.run(["check-data", folder.file("many")])
            #expect(outcome.status == 65)
            #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("fault: a/") } == 20)
            #expect(outcome.output.hasSuffix("and 4 faults more\n"))
            #expect(outcome.errorLines.last?.contains("found 24; mend") ?? false)
            let skipped = try CommandLineTool.succeed(["check-data", folder.file("many"), "--skip-bad", "--json"])
            #expect(try report(skipped).samples == 2)
        }

        @Test func faultsOfTextsAndPicturesToo() throws {
            for name in ["texts", "pictures"] {
                try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
            }
            for index in 0..<23 {
                try writeFile([0xff, 0xfe], to: folder.file("texts/\(index).txt"))
                try writeFile([1, 2], to: folder.file("pictures/\(index).png"))
            }
            for data in ["texts", "pictures"] {
                let outcome = try CommandLineTool.run(["check-data", folder.file(data)])
                #expect(outcome.status == 65 && outcome.output.hasSuffix("and 3 faults more\n"))
                let training = try CommandLineTool.run(["train", folder.file(data), "--out", folder.file("no")])
                #expect(training.status == 65 && training.errors.contains("and 3 faults more\n"))
            }
        }

        @Test func dataThatAreNotRecognised() throws {
            let path = folder.file("data/images")
            let arguments = ["check-data", path, "--kind", "classify"]
            try CommandLineTool.fail(
                65, arguments, saying: ["2 pictures without labels", "expected data for classify"])
            let outcome = try CommandLineTool.run(arguments + ["--json"])
            #expect(outcome.status == 65)
            let json = try report(outcome)
            #expect(json.kind == nil && json.faults.count == 1 && json.faults[0].file == path)
            try CommandLineTool.fail(
                66, ["check-data", folder.file("none")], saying: ["none: expected a file or a folder"])
            try CommandLineTool.fail(64, ["check-data"], saying: ["--list"])
            try CommandLineTool.fail(
                64, ["check-data", path, "--kind", "guess"],
                saying: ["regress, labelSites, classify, nextSymbol, transcribe, density"])
            try CommandLineTool.fail(64, ["check-data", path, "--limit-samples", "0"], saying: ["at least 1"])
        }
    }
}
