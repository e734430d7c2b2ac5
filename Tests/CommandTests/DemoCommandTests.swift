import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm demo` on a few pictures.
    @Suite struct DemoCommandTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private func demo(_ arguments: [String] = []) throws -> CommandLineTool.Outcome {
            try CommandLineTool.succeed(
                ["demo", "--only", "outlines", "--pictures", "10", "--epochs", "1", "--out", folder.file("demo")]
                    + arguments)
        }

        /// What it writes is the task's, what it types can be typed, and the figures are those of `evaluate`.
        @Test func outlinesGoTheRoadOfOwnData() throws {
            let outcome = try demo()
            let root = folder.file("demo")
            let task = OutlineTask(seed: 1)
            for (number, part) in [(0, ""), (9, ""), (10, "test/")] {
                let name = String(repeating: "0", count: number < 10 ? 3 : 2) + "\(number).png"
                let picture = task.picture(number)
                #expect(try readFile("\(root)/outlines/\(part)images/\(name)") == picture.image.pngData())
                #expect(try readFile("\(root)/outlines/\(part)labels/\(name)") == picture.labels.pngData())
            }
            let typed = outcome.output.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map {
                $0.dropFirst(2).split(separator: " ").dropFirst().map(String.init)
            }
            #expect(typed.map(\.first) == ["train", "evaluate", "predict"])
            let evaluated = try CommandLineTool.succeed(try #require(typed.dropFirst().first))
            #expect(outcome.output.contains(evaluated.output))
            let figures = evaluated.output.split(separator: "\n").filter { $0.hasPrefix("meanIoU ") }
            let meanIoU = try #require(figures.first?.split(separator: " ").last?.prefix(5))
            let row = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("the trained model ") })
            #expect(row.split(separator: " ").last?.hasPrefix(meanIoU) == true, "\(row) \(figures)")

            let answer = try ImageFile(contentsOf: "\(root)/outlines-answers/0010.png")
            let picture = task.picture(10)
            #expect(answer.width == picture.image.width && answer.height == picture.image.height)
            let drawing = String(decoding: try readFile("\(root)/outlines-run/test.svg"), as: UTF8.self)
            #expect(OutlineTask.classes[..<2].allSatisfy { drawing.contains(">\($0)<") }, "names of classes")
        }

        /// Again into the same folder, and with flags, which the commands get.
        @Test func flagsReachEveryCommand() throws {
            _ = try demo()
            let outcome = try demo(["--seed", "5", "--precision", "float64"])
            let typed = outcome.output.split(separator: "\n").filter { $0.hasPrefix("$ ") }
            #expect(typed.count == 3 && typed.allSatisfy { $0.hasSuffix(" --precision float64 --seed 5") }, "\(typed)")
            #expect(outcome.errorLines.count { $0.hasPrefix("device: ") && $0.contains("float64") } == 3)
            let path = folder.file("demo/outlines/images/0003.png")
            #expect(try readFile(path) == OutlineTask(seed: 5).picture(3).image.pngData())
        }

        /// Pictures of a larger demo would be learnt too, and be among those of the test.
        @Test func otherPicturesAreRefused() throws {
            let images = folder.file("demo/outlines/images")
            try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
            try writeFile(OutlineTask(seed: 1).picture(10).image.pngData(), to: images + "/0010.png")
            try CommandLineTool.fail(
                73, ["demo", "--only", "outlines", "--pictures", "10", "--epochs", "1", "--out", folder.file("demo")],
                saying: [images, "0010.png", "--out"], absent: images + "/0000.png")
        }

        @Test(arguments: [["--epochs", "0"], ["--pictures", "7"], ["--only", "parity"]])
        func wrongFlags(_ arguments: [String]) throws {
            try CommandLineTool.fail(
                64, ["demo", "--out", folder.file("none")] + arguments, absent: folder.file("none"))
        }
    }
}
