import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm data dead-leaves`.
    @Suite struct DataCommandTests {
        private let folder: TemporaryFolder
        private let out: String

        init() throws {
            folder = try TemporaryFolder()
            out = folder.file("leaves")
        }

        private func arguments(_ more: [String]) -> [String] {
            ["data", "dead-leaves", "--size", "12x20", "--out", out] + more
        }

        /// Files are the task's pictures, and a larger count adds to them.
        @Test func picturesAreTheTasks() throws {
            let outcome = try CommandLineTool.succeed(arguments(["--count", "2"]))
            #expect(outcome.output == "\(out)/leaves-0000.png\n\(out)/leaves-0001.png\n")
            let leaves = DeadLeaves(height: 12, width: 20, radii: 2...6, seed: 1)
            let first = try (0..<2).map { try readFile("\(out)/leaves-000\($0).png") }
            for number in 0..<2 { #expect(try first[number] == leaves.picture(number).pngData()) }
            let image = try ImageFile(contentsOf: "\(out)/leaves-0001.png")
            #expect(image.height == 12 && image.width == 20 && image.storedChannels == 1 && image.bitDepth == 8)

            try CommandLineTool.succeed(arguments(["--count", "3", "--overwrite"]))
            for number in 0..<2 { #expect(try readFile("\(out)/leaves-000\(number).png") == first[number]) }
            #expect(try readFile("\(out)/leaves-0002.png") == leaves.picture(2).pngData())
        }

        @Test func flagsReachTheTask() throws {
            try CommandLineTool.succeed(arguments(["--radius", "1.5..4", "--seed", "9"]))
            let leaves = DeadLeaves(height: 12, width: 20, radii: 1.5...4, seed: 9)
            #expect(try readFile("\(out)/leaves-0000.png") == leaves.picture(0).pngData())
        }

        /// Nothing is written where one of the files is there.
        @Test func picturesThatAreThereStay() throws {
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            try writeFile([], to: out + "/leaves-0002.png")
            try CommandLineTool.fail(
                73, arguments(["--count", "4"]), saying: [out, "'leaves-0002.png'", "--overwrite"],
                absent: out + "/leaves-0000.png")
            try CommandLineTool.succeed(arguments(["--count", "2"]))
            try CommandLineTool.fail(
                73, arguments(["--count", "4"]), saying: ["'leaves-0000.png' and 2 others", "--out"],
                absent: out + "/leaves-0003.png")
            #expect(try readFile(out + "/leaves-0002.png") == [])
            try writeFile([], to: folder.file("file"))
            try CommandLineTool.fail(
                73, ["data", "dead-leaves", "--out", folder.file("file")], saying: ["it is a file", "choose another"])
        }

        @Test func usage() throws {
            for (more, parts) in [
                (["--count", "0"], ["--count must be from 1 to 10000, found 0"]),
                (["--count", "10001"], ["found 10001"]),
                (["--size", "12"], ["--size", "12"]), (["--size", "12x0"], ["--size", "12x0"]),
                (["--size", "4097x3"], ["from 1 to 4096, found 4097x3"]),
                (["--size", "3x3x3"], ["--size"]), (["--radius", "3"], ["--radius"]),
                (["--radius", "3..2"], ["rising", "found 3.0..2.0"]), (["--radius", "0.75..2"], ["from 1", "0.75"]),
                (["--radius", "2..5000"], ["to 4096.0", "5000"]), (["--radius", "nan..2"], ["--radius", "nan"]),
                (["--seed", "-1"], ["--seed"]),
            ] {
                try CommandLineTool.fail(64, arguments(more), saying: parts, absent: out)
            }
            try CommandLineTool.fail(64, ["data", "dead-leaves"], saying: ["--out"])
            try CommandLineTool.fail(64, ["data", "leaves"], saying: ["leaves"])
        }
    }
}
