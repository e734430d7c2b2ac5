import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Pictures of lines with `.gt.txt` beside them, and lists.
struct LineDataTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    private func put(_ name: String, _ text: String, picture: String = ".png") throws {
        try folder.gray("\(name)\(picture)", 3, 2, [0, 51, 102, 153, 204, 255])
        try folder.put("\(name).gt.txt", text)
    }

    @Test func pictureAndText() throws {
        try put("b", "ba b\n")
        try put("a", "\u{FEFF}  a \t\u{A0} c\r\n\n")
        let data = try folder.open()
        #expect(data.faults == [] && data.texts(.training) == ["a c", "ba b"])
        #expect(data.shape == DataShape(kind: .transcribe, axes: 2, features: 1, outputs: 5, isAnswerPerSample: true))
        #expect(data.alphabet?.symbols == [0x20, 0x61, 0x62, 0x63] && data.classes == [] && data.channels == 1)
        #expect(data.summary == "2 lines, gray, 2x3, 4 symbols")
        let set = data.training(as: Double.self)
        #expect(set.names == ["a.png", "b.png"])
        let sample = try set.sample(at: 1)
        #expect(
            sample.input.shape == [2, 3, 1]
                && sample.input.values.map { ($0 * 255).rounded() } == [255, 204, 153, 102, 51, 0])
        #expect(sample.input.values.last == 0 && sample.input.values.first == 1)
        #expect(sample.target == .labels(Tensor(shape: [4], values: [3, 2, 1, 3])))
    }

    /// A letter and its accent are one character of form NFC; the long s stays.
    @Test func formOfUnicode() throws {
        try put("a", "e\u{301}\u{17F}")
        let data = try folder.open()
        #expect(data.texts(.training)[0].unicodeScalars.map(\.value) == [0xE9, 0x17F])
        #expect(data.alphabet?.symbols == [0xE9, 0x17F])
    }

    /// As OCRopus, tesstrain and Calamari name them; the plain picture is taken before its other forms.
    @Test func namesOfPictures() throws {
        try put("a", "x", picture: ".bin.png")
        try put("b", "x", picture: ".nrm.png")
        try put("book/c.1", "x", picture: ".jpg")
        try folder.put("book/c.1.jpg", JPEGSamples.accepted[0].bytes)
        try put("d", "x")
        try folder.gray("d.bin.png", 1, 1, [0])
        try folder.gray("d.nrm.png", 1, 1, [0])
        try put("e", "x", picture: ".nrm.png")
        try folder.gray("e.bin.png", 1, 1, [0])
        try put("f.bin", "x")
        let data = try folder.open()
        #expect(data.faults == [])
        #expect(
            data.training(as: Float.self).names == [
                "a.bin.png", "b.nrm.png", "book/c.1.jpg", "d.png", "e.nrm.png", "f.bin.png",
            ])
    }

    @Test func depthsAndColours() throws {
        let forms: [(PNGWriter, [Double])] = [
            (PNGWriter(width: 2, height: 1, depth: 1, colorType: 0, samples: [1, 0]), [0, 1]),
            (PNGWriter(width: 2, height: 1, depth: 16, colorType: 0, samples: [65_535, 13_107]), [0, 0.8]),
            (PNGWriter(width: 2, height: 1, depth: 8, colorType: 2, samples: [255, 255, 255, 255, 0, 0]), [0, 0.701]),
            (PNGWriter(width: 2, height: 1, depth: 8, colorType: 4, samples: [255, 9, 51, 0]), [0, 0.8]),
        ]
        for (picture, ink) in forms {
            try folder.put("a.png", picture.bytes)
            try folder.put("a.gt.txt", "x")
            let data = try folder.open()
            let values = try data.training(as: Double.self).sample(at: 0).input.values
            #expect(zip(values, ink).allSatisfy { abs($0 - $1) < 1e-9 }, "\(values)")
        }
        #expect(try folder.open().summary == "1 line, gray, alpha left out, 1x2, 1 symbol")
    }

    @Test func partsAreFolders() throws {
        try put("train/a", "ab")
        try put("val/b", "b")
        try put("test/sub/c", "ba")
        let data = try folder.open()
        #expect(data.training(as: Float.self).names == ["train/a.png"] && data.texts(.validation) == ["b"])
        #expect(data.texts(.test) == ["ba"] && data.faults == [])
    }

    @Test func everyFaultIsTold() throws {
        for name in ["a", "b", "c", "d", "e", "f", "g", "i"] { try put(name, "text \(name)") }
        try folder.put("a.gt.txt", " \n")
        try folder.put("b.gt.txt", [0x61, 0xE9, 0x62])
        try folder.put("c.gt.txt", "one\ntwo\n")
        try FileManager.default.removeItem(atPath: folder.path("d.gt.txt"))
        try FileManager.default.removeItem(atPath: folder.path("e.png"))
        try folder.put("f.png", Array(DataFolder.gray(3, 2, [0, 1, 2, 3, 4, 5]).dropLast(20)))
        try folder.gray("g.jpg", 1, 1, [1])
        try folder.put("h.gt.txt", "x")
        try folder.put("h.tif", [0x49, 0x49, 0x2A, 0x00, 8, 0, 0, 0])
        try folder.put("i.gt.txt", "a" + String(repeating: "\u{301}", count: 40))
        let data = try folder.open()
        #expect(
            data.faults.map(\.message).filter { !$0.hasPrefix("f.png") }
                == [
                    "d.png: no text, expected d.gt.txt; write the text of the line there, or remove the picture",
                    "g.png: a second picture of this line, but g.jpg is another; remove or rename one",
                    "a.gt.txt: none, expected the text of the line; write it, or remove the line",
                    "b.gt.txt: other bytes, expected text in UTF-8; save it as UTF-8",
                    "c.gt.txt: 2 lines, expected the text of one line; write a file for each line of the picture",
                    "e.gt.txt: no picture, expected e.png; add the picture of the line, or remove the text",
                    "i.gt.txt: more than a line can hold, expected the text of one line; write the line alone",
                    "h.tif: a TIFF, expected a PNG or a JPEG; make one: convert "
                        + folder.path("h.tif") + " " + folder.path("h.png"),
                    "g.jpg: expected",
                ].dropLast())
        #expect(data.faults.contains { $0.file == "f.png" && $0.expected == "a whole PNG file" })
        #expect(data.faults.allSatisfy { $0.canBeLeftOut })
        let rest = try folder.open { $0.skipsBad = true }
        #expect(rest.training(as: Float.self).names == ["g.jpg"] && rest.leftOut == 9)
        #expect(rest.summary == "1 line, gray, 1x1, 6 symbols, 9 left out")
    }

    /// Once for a character, with the first line that has it.
    @Test func charactersBeyondTheAlphabet() throws {
        try put("train/a", "abc")
        try put("valid/b", "abx")
        try put("valid/c", "xyx")
        try put("valid/d", "cab")
        let advice = "correct the text, or move lines that have the character to those to train with"
        let data = try folder.open()
        #expect(
            data.faults.map(\.message) == [
                "valid/b.png: 'x' (U+0078), first of 2 lines that have it, expected the 3 characters of the texts to train with; "
                    + advice,
                "valid/c.png: 'y' (U+0079), in this line, expected the 3 characters of the texts to train with; \(advice)",
            ])
        #expect(data.texts(.validation) == ["cab"] && data.leftOut == 2)
        #expect(data.samples(.validation, as: Float.self).names == ["valid/d.png"])
        let alphabet = try Alphabet(.characters, symbols: [0x61, 0x62, 0x78, 0x79])
        let given = try folder.open { $0.alphabet = alphabet }
        #expect(given.alphabet == alphabet && given.shape.outputs == 5)
        #expect(given.faults.map(\.file) == ["train/a.png", "valid/d.png"])
        #expect(given.faults.first?.expected == "the 4 characters of the model")
        let target = try given.samples(.validation, as: Float.self).sample(at: 1).target
        #expect(target == .labels(Tensor(shape: [3], values: [3, 4, 3])))
    }

    @Test func someOfThem() throws {
        for index in 0..<9 { try put("\(index)", "\(index)") }
        let data = try folder.open { $0.limit = 3 }
        #expect(data.texts(.training) == ["0", "3", "6"] && data.alphabet?.count == 10)
    }

    @Test func lists() throws {
        for name in ["a", "b"] { try folder.gray("pictures/\(name).png", 2, 1, [0, 255]) }
        try folder.put(
            "l/l.txt", "../pictures/b.png\tsaid  he\n../pictures/a.png\t3.5\n../pictures/c.png\tx\nd.png\t \n")
        var request = DataRequest()
        (request.list, request.kind) = (folder.path("l/l.txt"), .transcribe)
        let data = try OpenedData(nil, request)
        #expect(data.texts(.training) == ["said he", "3.5"] && data.shape.kind == .transcribe)
        #expect(data.faults.map(\.file) == ["l.txt", "../pictures/c.png"] && data.leftOut == 2)
        try folder.put("l/l.txt", (0..<20).map { "../pictures/\($0).png\ttext \($0)\n" }.joined())
        request.kind = nil
        let error = #expect(throws: MDLSTMError.self) { _ = try OpenedData(nil, request) }
        #expect(error?.message.contains("--kind transcribe") ?? false)
    }

    /// A file alone: a text with its picture.
    @Test func oneLine() throws {
        try put("a", "x")
        try put("b", "y")
        #expect(try folder.open("b.gt.txt").training(as: Float.self).names == ["b.png"])
    }

    /// The picture that is read again is the one that was checked.
    @Test func changedSinceChecked() throws {
        try put("a", "x")
        let set = try folder.open().training(as: Float.self)
        try folder.gray("a.png", 1, 1, [0])
        let error = #expect(throws: MDLSTMError.self) { _ = try set.sample(at: 0) }
        #expect(error?.message.contains("has changed since it was checked") ?? false)
    }
}
