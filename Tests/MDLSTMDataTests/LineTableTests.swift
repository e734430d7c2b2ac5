import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Lines that a table tells of: PyLaia's, and IAM's `lines.txt`.
struct LineTableTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    private func pictures(_ names: String...) throws {
        for name in names { try folder.gray(name, 2, 1, [0, 255]) }
    }

    private func symbols() throws { try folder.put("syms.txt", "<ctc> 0\n<space> 1\na 2\nb 3\ne\u{301} 4\n") }

    @Test func tablesOfPyLaia() throws {
        try symbols()
        try pictures("images/train/1.png", "images/train/2.jpg.png", "images/val/1.png", "deep/er/3.png")
        try folder.put("train.txt", "train/1 a b <space> a\n\n2.jpg  e\u{301} b\n")
        try folder.put("val.txt", "images/val/1.png b\n3 b b\n")
        try folder.put("train_ids.txt", "train/1\n")
        try folder.put("train_text.txt", "train/1 ab a\n")
        let data = try folder.open()
        #expect(data.faults == [] && data.texts(.training) == ["ab a", "\u{E9}b"])
        #expect(data.training(as: Float.self).names == ["images/train/1.png", "images/train/2.jpg.png"])
        #expect(data.samples(.validation, as: Float.self).names == ["images/val/1.png", "deep/er/3.png"])
        #expect(data.summary == "4 lines, gray, 1x2, 4 symbols")
        #expect(try folder.open("val.txt").texts(.training) == ["b", "bb"])
    }

    /// Tables beside folders of pictures that are called as parts are.
    @Test func picturesInFoldersOfParts() throws {
        try symbols()
        try pictures("train/1.png", "test/1.png")
        try folder.put("ids.txt", "train/1 a\n")
        try folder.put("test.txt", "test/1 a a\n")
        let data = try folder.open { $0.kind = .transcribe }
        #expect(data.texts(.training) == ["a"] && data.samples(.test, as: Float.self).names == ["test/1.png"])
        #expect(try folder.open().texts(.training) == ["a"])
    }

    @Test func faultsOfTables() throws {
        try symbols()
        try pictures("images/1.png", "x/2.png", "y/2.png")
        try folder.put("ids.txt", "1 a b\n1 b\n2 a\n3 a\n1 c\n1\n1 a <ctc>\n")
        let data = try folder.open()
        #expect(
            data.faults.map(\.message) == [
                "ids.txt#1: '1' again in line 2, expected every picture once; remove the line",
                "ids.txt#2: none in line 3, expected a picture '2' of its own; add it, or remove the line",
                "ids.txt#3: none in line 4, expected a picture '3' of its own; add it, or remove the line",
                "ids.txt#1: 'c' in line 5, expected symbols of syms.txt; add it there, or correct the line",
                "ids.txt#1: none, expected the text of the line; write it, or remove the line",
                "ids.txt#1: '<ctc>' in line 7, expected symbols of syms.txt; add it there, or correct the line",
            ])
        #expect(data.texts(.training) == ["ab"] && data.leftOut == 6 && data.faults.allSatisfy(\.canBeLeftOut))
        try folder.put("ids.txt", [0x61, 0xFF])
        #expect(try folder.open().faults.map(\.found).contains("other bytes"))
    }

    @Test func linesOfIAM() throws {
        try pictures("lines/a01/a01-000u/a01-000u-00.png", "lines/a01/a01-000u/a01-000u-01.png")
        let rows = """
            #--- lines.txt ---
            # a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE
            a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop|Mr.
            a01-000u-01 err 156 19 395 932 1850 105 Gaitskell from|"

            """
        try folder.put("ascii/lines.txt", rows)
        try folder.put("ascii/words.txt", "# words\n")
        let data = try folder.open()
        #expect(data.faults == [] && data.texts(.training) == ["A MOVE to stop Mr.", "Gaitskell from \""])
        #expect(data.training(as: Float.self).names[1] == "lines/a01/a01-000u/a01-000u-01.png")
        try folder.put(
            "ascii/lines.txt",
            rows + "a01-000u-02 ok 1 1 1 1 1 1 x\na01-000u-00 maybe 1 1 1 1 1 1 x\n"
                + "a01-000u-01 ok 1 1 1 1 1 1 x\n")
        #expect(
            try folder.open().faults.map(\.message) == [
                "ascii/lines.txt#a01-000u-02: none in line 5, expected a picture 'a01-000u-02' of its own; add it, or remove the line",
                "ascii/lines.txt#a01-000u-00: 'a01-000u-00 maybe 1 1 1 1 1 1 x' in line 6, expected a name, ok or err, 6 numbers "
                    + "and a text; write it so, or remove the line",
                "ascii/lines.txt#a01-000u-01: 'a01-000u-01' again in line 7, expected every picture once; remove the line",
            ])
    }

    /// Text of that name is text.
    @Test func otherLines() throws {
        try folder.put("lines.txt", "Of man's first disobedience\n")
        folder.expectRefusal(["found text, data for nextSymbol"])
        folder.expectRefusal(["found text, data for nextSymbol"], "lines.txt")
    }
}
