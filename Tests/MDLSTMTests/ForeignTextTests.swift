import MDLSTM
import Testing

/// Strings out of files of others.
struct ForeignTextTests {
    @Test(arguments: [
        ("", ""), ("plain é 漢 😀", "plain é 漢 😀"), ("a\nb\r\tc", #"a\u{A}b\u{D}\u{9}c"#),
        ("\u{1B}[31mred", #"\u{1B}[31mred"#), ("a\u{85}\u{9B}b", #"a\u{85}\u{9B}b"#),
        ("a\u{2028}\u{2029}b", #"a\u{2028}\u{2029}b"#), ("\u{7F}\0", #"\u{7F}\u{0}"#),
    ])
    func controlCharactersAreWrittenOut(_ text: String, _ line: String) {
        #expect(text.onOneLine == line)
        #expect(MDLSTMError(.data, text).message == line)
    }

    @Test func rowsOfMarksAreBounded() {
        func marks(_ count: Int) -> String { String(repeating: "\u{301}", count: count) }
        #expect("".isStreamSafe && "plain".isStreamSafe && marks(30).isStreamSafe && !marks(31).isStreamSafe)
        #expect(String(repeating: "a" + marks(30), count: 9).isStreamSafe)
        #expect(!(String(repeating: "a", count: 99) + marks(31) + "b").isStreamSafe)
        // Letters of their own, not marks.
        #expect(String(repeating: "漢", count: 100).isStreamSafe)
    }
}
