import Foundation
import MDLSTM
import Testing

/// What a text says of the next character.
@Suite struct CharacterModelTests {
    /// Lines "ab" and "a": the text is /ab/a/ with / for line ends. By hand, over the classes unknown, /, a, b:
    /// p(a) = (2 + 3/4) / 9, p(b) = (1 + 3/4) / 9, p(/) = (3 + 3/4) / 9.
    @Test func smallText() throws {
        let model = try CharacterModel(of: ["ab\r\n\n a \n"], order: 2)
        #expect(model.alphabet.symbols == [10, 97, 98] && model.hasLineEnds)
        // A mark of byte order is no character.
        #expect(try CharacterModel(of: ["\u{feff}ab", "a"], order: 2) == model)
        func found(_ character: Unicode.Scalar?, _ line: String) -> Double {
            exp(model.logProbability(of: character, after: line))
        }
        let (a, b, end, unknown) = (2.75 / 9, 1.75 / 9, 3.75 / 9, 0.75 / 9)
        #expect(abs(found("a", "xb") - a / 2) < 1e-15)
        #expect(abs(found(nil, "b") - (1 + end) / 2) < 1e-15)
        // a is followed by b and by /.
        #expect(abs(found("b", "ba") - (1 + 2 * b) / 4) < 1e-15)
        // A line begins with a, twice.
        #expect(abs(found("a", "") - (2 + a) / 3) < 1e-15)
        // After what the text does not have: no context.
        #expect(abs(found("é", "q") - unknown) < 1e-15)
        #expect(abs(found("b", "aq") - b) < 1e-15)
    }

    /// Whatever the context, the probabilities of all characters, the end and an unknown one sum to 1.
    @Test(arguments: 1...6) func sumsToOne(_ order: Int) throws {
        let text = "la lune est là\nle loup y est\n\nà l'aube il est las"
        let model = try CharacterModel(of: [text], order: order)
        for line in ["", "l", "le loup", "lune est", "zzz", "est l", "\u{1f642}e"] {
            var sum = exp(model.logProbability(of: "?", after: line))
            for symbol in model.alphabet.symbols {
                sum += exp(model.logProbability(of: symbol == 10 ? nil : Unicode.Scalar(symbol), after: line))
            }
            #expect(abs(sum - 1) < 1e-12)
        }
    }

    /// The same as the counts of symbols, which are tested by themselves.
    @Test func agreesWithCounts() throws {
        let text = "le roi et la reine et le fou\net la tour du roi"
        let model = try CharacterModel(of: [text], order: 6)
        let classes = try model.alphabet.classes(of: Array("\n\(text)\n".utf8))
        let judged = "le tour de la reine"
        var nats = 0.0, line = ""
        for scalar in judged.unicodeScalars {
            nats -= model.logProbability(of: scalar, after: line)
            line.unicodeScalars.append(scalar)
        }
        nats -= model.logProbability(of: nil, after: line)
        // What no text has before the line, so that it is not the first of a text, which counts know.
        nats -= model.logProbability(of: nil, after: "?")
        let bits = ContextCounts(of: classes).bitsPerSymbol(
            of: try model.alphabet.classes(of: Array("?\n\(judged)\n".utf8)))
        #expect(abs(nats / log(2) / Double(judged.unicodeScalars.count + 2) - bits[5]) < 1e-12)
    }

    /// Text whose lines are no lines of pages.
    @Test func linesThatAreSpaces() throws {
        let model = try CharacterModel(of: ["ab\n\u{a0}ab\tc"], order: 3, lineEnds: false)
        #expect(!model.hasLineEnds && model.alphabet.symbols == [32, 97, 98, 99])
        #expect(model.logProbability(of: nil, after: "ab") == 0)
        #expect(model.logProbability(of: "a", after: "") == model.logProbability(of: "a", after: "c "))
    }

    @Test(arguments: [1, 3, 6]) func filesKeepThem(_ order: Int) throws {
        let many = String(String.UnicodeScalarView((0x4e00..<0x4e00 + 300).compactMap { Unicode.Scalar($0) }))
        for text in ["a line\nand another", many] {
            let model = try CharacterModel(of: [text], order: order, lineEnds: order != 3)
            let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try model.write(to: path)
            let read = try CharacterModel(contentsOf: path)
            #expect(read == model && read.order == order)
            #expect(read.logProbability(of: "n", after: "a") == model.logProbability(of: "n", after: "a"))
        }
    }

    @Test func whatIsNoneIsRefused() throws {
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return (error as? MDLSTMError)?.message ?? "\(error)" }
            return "nothing refused"
        }
        for order in [0, 7] { #expect(message { _ = try CharacterModel(of: ["a"], order: order) }.contains("1 to 6")) }
        #expect(message { _ = try CharacterModel(of: [" \n", ""]) }.contains("no words"))
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = TensorFile()
        file.append("w", Tensor<Float>(repeating: 1, shape: [2]))
        try file.write(to: path)
        #expect(message { _ = try CharacterModel(contentsOf: path) }.contains("mdlstm language-model"))
        for (metadata, says) in [
            (#"{"version": 1, "order": 9, "alphabet": ["a"]}"#, "order 1 to 6"),
            (#"{"version": 2, "order": 3, "alphabet": ["a"]}"#, "version 1"),
            (#"{"version": 1, "order": 3, "alphabet": ["ab"]}"#, "one character"),
            (#"{"version": 1, "order": 3, "alphabet": ["a"]}"#, "counts"), ("{", "JSON"),
        ] {
            file.metadata["characterModel"] = metadata
            try file.write(to: path)
            #expect(message { _ = try CharacterModel(contentsOf: path) }.contains(says))
        }
    }

    /// Counts that no text has: a symbol beyond the alphabet, none in the place of the one foretold, rows out of order.
    @Test(arguments: [
        [[1, 2], [4, 1]], [[1, 2], [2, 0]], [[2, 1], [1, 2]], [[1, 1], [1, 1]], [[0, 1], [1, 3]],
    ])
    func damagedCountsAreRefused(_ rows: [[UInt8]]) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Two symbols and the unknown one: symbols in a file are 1 to 3, and 0 before the text.
        let header = """
            {"__metadata__": {"characterModel": "{\\"version\\": 1, \\"order\\": 2, \\"alphabet\\": [\\"\\\\n\\", \\"a\\"]}"}, \
            "counts.symbols": {"dtype": "U8", "shape": [2, 2], "data_offsets": [0, 4]}, \
            "counts.times": {"dtype": "U32", "shape": [2], "data_offsets": [4, 12]}}
            """
        let length = [UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8), 0, 0, 0, 0, 0, 0]
        try writeFile(length + Array(header.utf8) + rows.joined() + [1, 0, 0, 0, 2, 0, 0, 0], to: path)
        let isSound = rows == [[0, 1], [1, 3]]
        if isSound {
            #expect(try CharacterModel(contentsOf: path).order == 2)
        } else {
            #expect(throws: MDLSTMError.self) { try CharacterModel(contentsOf: path) }
        }
    }
}
