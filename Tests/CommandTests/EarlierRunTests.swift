import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// A training into the folder of another.
    @Suite struct EarlierRunTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private func diagonal(_ more: [String] = []) -> [String] {
            [
                "train", "diagonal", "--size", "4", "--hidden", "2", "--batch", "2", "--steps", "2", "--backend",
                "cpu", "--out", folder.file("a"),
            ] + more
        }

        private func parity(_ more: [String] = []) -> [String] {
            [
                "train", "parity", "--bits", "2", "--layers", "2", "--hidden", "2", "--steps", "2", "--backend", "cpu",
                "--out", folder.file("a"),
            ] + more
        }

        private var names: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: folder.file("a")).sorted() }
        }

        @Test func secondTrainingIsRefused() throws {
            try CommandLineTool.succeed(diagonal(["--checkpoint-every", "1"]))
            let (before, model) = (try names, try readFile(folder.file("a/model.safetensors")))
            let saying = [folder.file("a"), "--resume auto", "--overwrite", "--out"]
            try CommandLineTool.fail(73, diagonal(["--seed", "2"]), saying: saying)
            try CommandLineTool.fail(73, parity(), saying: saying)
            #expect(try names == before && readFile(folder.file("a/model.safetensors")) == model)
            // A checkpoint alone, or a result alone, is of a training too.
            for kept in ["checkpoint-0000000001.safetensors", "loss.svg"] {
                for name in try names where name != kept {
                    try FileManager.default.moveItem(atPath: folder.file("a/\(name)"), toPath: folder.file(name))
                }
                try CommandLineTool.fail(73, diagonal(), saying: [kept])
                for name in before where name != kept {
                    try FileManager.default.moveItem(atPath: folder.file(name), toPath: folder.file("a/\(name)"))
                }
            }
            try CommandLineTool.succeed(diagonal(["--resume", "auto", "--steps", "3"]))
        }

        /// Files of other programs that only have such names are never removed.
        @Test func filesOfOthersStay() throws {
            try FileManager.default.createDirectory(atPath: folder.file("a"), withIntermediateDirectories: true)
            let own = ["config.json": #"{"theme": "dark"}"#, "report.json": "{}", "metrics.jsonl": "{\"a\": 1}\n"]
            for (name, text) in own { try writeFile(Array(text.utf8), to: folder.file("a/\(name)")) }
            for more in [[], ["--overwrite"]] {
                try CommandLineTool.fail(73, diagonal(more), saying: ["config.json", "of no training", "move it"])
            }
            #expect(try names == own.keys.sorted())
        }

        /// A training on own data leaves other files, and they count as much.
        @Test func trainingOnOwnData() throws {
            let data = folder.file("data")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try Tensor<Float>.random([6, 3, 1]).writeNumpy(to: data + "/x.npy")
            try Tensor<Float>.random([6, 1]).writeNumpy(to: data + "/y.npy")
            let train = ["train", data, "--out", folder.file("a"), "--backend", "cpu", "--epochs", "1"]
            try CommandLineTool.succeed(train)
            let first = try names
            #expect(first.contains("report.json") && first.contains { $0.hasPrefix("checkpoint-") })
            let second = try CommandLineTool.run(train)
            #expect(second.status == 73 && second.errors.contains("--overwrite"), "\(second.errors)")
            try CommandLineTool.fail(73, diagonal(), saying: ["--overwrite"])
            #expect(try names == first)
            try writeFile([1], to: folder.file("a/notes.txt"))
            try CommandLineTool.succeed(train + ["--overwrite"])
            #expect(try names == (first + ["notes.txt"]).sorted())
            try CommandLineTool.succeed(diagonal(["--overwrite"]))
            #expect(
                try names == ["loss.svg", "metrics.jsonl", "model.safetensors", "notes.txt", "predictions.svg"])
        }

        @Test func otherFilesAreNoTraining() throws {
            try FileManager.default.createDirectory(atPath: folder.file("a"), withIntermediateDirectories: true)
            let others = ["notes.txt", "checkpoint-1.safetensors", "old-model.safetensors", ".hidden"]
            for name in others { try writeFile([1, 2], to: folder.file("a/\(name)")) }
            try CommandLineTool.succeed(diagonal())
            #expect(try Set(names).isSuperset(of: others))
        }

        /// `--overwrite` removes what any training leaves, and nothing else.
        @Test func overwriteRemovesATraining() throws {
            try CommandLineTool.succeed(diagonal(["--checkpoint-every", "1"]))
            let others = ["notes.txt", "my-checkpoint-0000000001.safetensors", "loss.png"]
            for name in others { try writeFile([1, 2], to: folder.file("a/\(name)")) }
            try CommandLineTool.succeed(parity(["--overwrite"]))
            #expect(
                try names
                    == (others + ["grid.safetensors", "feedForward.safetensors", "metrics.jsonl", "accuracy.svg"])
                    .sorted())
            try CommandLineTool.succeed(diagonal(["--overwrite"]))
            #expect(
                try names
                    == (others + ["model.safetensors", "metrics.jsonl", "loss.svg", "predictions.svg"]).sorted())
        }

        @Test func overwriteRemovesNothingBeforeItCanBegin() throws {
            try CommandLineTool.succeed(diagonal())
            let before = try names
            let device = ["--backend", "opencl", "--device", "no such device"]
            try CommandLineTool.fail(69, diagonal(device + ["--overwrite"]))
            #expect(try names == before)
            // A file of another program has the name of ours.
            var foreign = TensorFile()
            foreign.append("weight", Tensor<Float>(zeros: [3]))
            try foreign.write(to: folder.file("a/model.safetensors"))
            try CommandLineTool.fail(73, diagonal(["--overwrite"]), saying: ["model.safetensors", "another program"])
            #expect(try names == before)
            try CommandLineTool.fail(64, diagonal(["--overwrite", "--resume", "auto"]), saying: ["--overwrite"])
            try CommandLineTool.fail(64, ["train", "diagonal", "--overwrite"], saying: ["--out"])
        }
    }
}
