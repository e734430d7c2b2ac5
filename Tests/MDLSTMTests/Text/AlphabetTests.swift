import MDLSTM
import Testing

/// Symbols of texts and their classes.
@Suite struct AlphabetTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing refused"
        } catch { return (error as? MDLSTMError)?.message ?? "\(error)" }
    }

    @Test func charactersAreUnicodeScalars() throws {
        let text = "naïve 日本 🙂\r\n"
        let alphabet = try Alphabet(.characters, in: [Array(text.utf8)])
        #expect(
            alphabet.symbols
                == text.unicodeScalars.map(\.value).sorted().reduce(into: []) { list, value in
                    if list.last != value { list.append(value) }
                })
        let classes = try alphabet.classes(of: Array(text.utf8))
        #expect(classes.count == text.unicodeScalars.count)
        let bytes = (0..<classes.count).flatMap { alphabet.bytes(of: classes[$0]) }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func othersHaveAClassOfTheirOwn() throws {
        let alphabet = try Alphabet(.characters, in: [Array("ab".utf8)])
        #expect(alphabet.count == 3)
        let classes = try alphabet.classes(of: Array("aéb🙂".utf8))
        #expect((0..<classes.count).map { classes[$0] } == [1, 0, 2, 0])
        #expect(String(decoding: alphabet.bytes(of: 0), as: UTF8.self) == "\u{fffd}")
    }

    @Test func bytesAreWhateverTheyAre() throws {
        let bytes: [UInt8] = [0xff, 0, 0x80, 0xff]
        let alphabet = try Alphabet(.bytes, in: [bytes])
        #expect(alphabet.symbols == [0, 0x80, 0xff])
        let classes = try alphabet.classes(of: bytes + [7])
        #expect((0..<5).map { classes[$0] } == [3, 1, 2, 3, 0])
        #expect((0..<4).flatMap { alphabet.bytes(of: classes[$0]) } == bytes)
    }

    /// More classes than a byte has.
    @Test func wideAlphabets() throws {
        let text = String(String.UnicodeScalarView((0x4e00..<0x4e00 + 700).compactMap { Unicode.Scalar($0) }))
        let alphabet = try Alphabet(.characters, in: [Array(text.utf8)])
        let classes = try alphabet.classes(of: Array(text.utf8))
        #expect((0..<700).allSatisfy { classes[$0] == $0 + 1 })
        #expect(classes.part(300..<302)[1] == 302)
    }

    /// Every way in which bytes are no UTF-8 is found, at its place.
    @Test(
        arguments: [
            ([0x80], 0), ([0x61, 0xc3], 1), ([0xc0, 0xaf], 0), ([0xe0, 0x80, 0x80], 0),
            ([0x61, 0x62, 0xed, 0xa0, 0x80], 2),
            ([0xf0, 0x80, 0x80, 0x80], 0), ([0xf4, 0x90, 0x80, 0x80], 0), ([0xf8, 0x80, 0x80, 0x80, 0x80], 0),
            ([0xe2, 0x82, 0x61], 0), ([0xc3, 0xa9, 0xff], 2),
        ] as [([UInt8], Int)])
    func notUTF8(_ bytes: [UInt8], _ place: Int) throws {
        let found = message { _ = try Alphabet(.characters, in: [bytes]) }
        #expect(found.contains("at byte \(place),") && found.contains(#""symbols": "bytes""#), "\(found)")
        _ = try Alphabet(.bytes, in: [bytes])
    }

    @Test(arguments: Alphabet.Unit.allCases) func filesKeepIt(_ unit: Alphabet.Unit) throws {
        let alphabet = try Alphabet(unit, in: [Array("\0\"\\é\n\u{301}".utf8)])
        let text = alphabet.json.serialized()
        #expect(try Alphabet(unit, json: JSONValue(parsing: text, name: "t"), name: "t") == alphabet)
    }

    @Test func refusals() throws {
        func refused(_ unit: Alphabet.Unit, _ json: JSONValue) -> String {
            message { _ = try Alphabet(unit, json: json, name: "file") }
        }
        #expect(refused(.characters, ["ab"]).contains("strings of one character"))
        #expect(refused(.characters, [1]).contains("strings of one character"))
        #expect(refused(.characters, ["a", "a"]).contains("twice"))
        #expect(refused(.bytes, [256]).contains("at most 255"))
        #expect(refused(.bytes, [-1]).contains("0 to 255"))
        #expect(refused(.bytes, []).contains("empty"))
    }

    @Test func textsAreToldApart() throws {
        let alphabet = try Alphabet(.characters, in: [Array("abc".utf8)])
        let fingerprints = try ["abc", "acb", "abcc", ""].map { try alphabet.classes(of: Array($0.utf8)).fingerprint }
        #expect(Set(fingerprints).count == 4 && fingerprints.allSatisfy { $0.count == 16 })
    }
}
