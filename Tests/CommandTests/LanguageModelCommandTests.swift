import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm language-model`.
    @Suite struct LanguageModelCommandTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            // e with an accent of its own, which is one character in NFC.
            try writeFile(Array("l'e\u{301}te\u{301}  dernier\r\nil fut\n".utf8), to: folder.file("one.txt"))
            try writeFile(Array("beau\n".utf8), to: folder.file("two.gt.txt"))
        }

        private var texts: [String] { [folder.file("one.txt"), folder.file("two.gt.txt")] }

        @Test func countsTexts() throws {
            let path = folder.file("french.safetensors")
            let outcome = try CommandLineTool.succeed(["language-model"] + texts + ["--output", path, "--order", "4"])
            #expect(outcome.output.isEmpty)
            #expect(outcome.errorLines == ["\(path): order 4, 14 characters, 2 texts, with line ends"])
            let model = try CharacterModel(contentsOf: path)
            #expect(model == (try CharacterModel(of: ["l'été dernier", "il fut", "beau"], order: 4)))
            let piped = try CommandLineTool.succeed(["language-model"] + texts + ["--paragraphs", "--output", path])
            #expect(piped.errors.contains("order 6, 14 characters, 2 texts, without line ends"))
            #expect(try !CharacterModel(contentsOf: path).hasLineEnds)
        }

        @Test func whatCannotBeIsRefused() throws {
            let path = folder.file("model.safetensors")
            try CommandLineTool.fail(
                64, ["language-model"] + texts + ["--output", path, "--order", "7"], saying: ["from 1 to 6", "7"])
            try CommandLineTool.fail(64, ["language-model"] + texts + ["--output", texts[1]], saying: ["overwrite"])
            try CommandLineTool.fail(64, ["language-model"] + texts, saying: ["--output"])
            try CommandLineTool.fail(
                66, ["language-model", folder.file("none.txt"), "--output", path], saying: ["none.txt"])
            try writeFile([0x61, 0xff], to: folder.file("bytes.txt"))
            try CommandLineTool.fail(
                65, ["language-model", folder.file("bytes.txt"), "--output", path], saying: ["bytes.txt", "UTF-8"])
            try writeFile([0x0a], to: folder.file("empty.txt"))
            try CommandLineTool.fail(
                65, ["language-model", folder.file("empty.txt"), "--output", path], saying: ["no words"])
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
