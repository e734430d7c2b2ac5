import Foundation
import MDLSTM
import MDLSTMImages
import Testing

struct SVGTests {
    /// Text comes back as it was; what XML does not allow is replaced, line breaks become spaces.
    @Test(arguments: [
        ("a < b & c > \"d\" 'e'", "a < b & c > \"d\" 'e'"), ("]]> &amp; <!-- -->", "]]> &amp; <!-- -->"),
        ("a\nb\tc", "a b c"), ("\u{0}\u{1B}\u{7F}\u{FFFE}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ("数字 é 👩‍👩‍👧", "数字 é 👩‍👩‍👧"),
    ])
    func anyTextIsValid(_ text: String, _ expected: String) throws {
        var svg = SVG(width: 700, height: 50, heading: text)
        svg.text(text, at: SIMD2(1, 2))
        svg.rectangle(x: 0, y: 0, width: 1, height: 1, fill: text, tip: text)
        let elements = try svg.elements()
        #expect(elements.filter { $0.name == "title" }.map(\.text) == [expected, expected])
        #expect(elements.filter { $0.name == "text" }.map(\.text) == [expected, expected])
        #expect(elements.filter { $0.name == "rect" }.last?.attributes["fill"] == expected)
    }

    @Test(
        arguments: [
            (0.0, "0"), (-0.001, "0"), (1.0 / 3, "0.33"), (2.5, "2.5"), (-7, "-7"), (-0.256, "-0.26"), (100, "100"),
            (123_456.789, "123456.79"), (1e-9, "0"), (0.995, "1"), (1e12, "1000000000000"),
        ] as [(Double, String)])
    func numbersAreShortAndPlain(_ value: Double, _ expected: String) throws {
        var svg = SVG(width: 10, height: 10, heading: "")
        svg.dot(at: SIMD2(value, 0), radius: 1, fill: "none")
        #expect(try svg.elements("circle")[0].attributes["cx"] == expected)
    }

    /// An image within a drawing is a whole PNG file.
    @Test(arguments: [1, 3]) func imagesComeBack(_ channels: Int) throws {
        let pixels = (0..<(11 * 7 * channels)).map { UInt8($0 * 37 % 256) }
        let image = Image(width: 11, height: 7, channels: channels, pixels: pixels)
        var svg = SVG(width: 100, height: 100, heading: "")
        try svg.image(image, x: 5, y: 6, width: 22, height: 14)
        let element = try svg.elements("image")[0]
        #expect(["x", "y", "width", "height"].map(element.number) == [5, 6, 22, 14])
        #expect(try element.image == image)
    }

    @Test func fileIsTheDocument() throws {
        let path = NSTemporaryDirectory() + "mdlstm-\(UUID().uuidString).svg"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let svg = SVG(width: 30, height: 20, heading: "a")
        try svg.write(to: path)
        #expect(try readFile(path) == Array(svg.document.utf8))
        let root = try svg.elements()[0]
        #expect(root.name == "svg" && root.attributes["viewBox"] == "0 0 30 20")
        #expect(root.attributes["xmlns"] == "http://www.w3.org/2000/svg")
        let error = #expect(throws: MDLSTMError.self) { try svg.write(to: "/nonexistent/x.svg") }
        #expect(error?.kind == .cannotCreate)
    }

    /// A heading is cut to the width of the drawing, its title is not.
    @Test func longHeadingsAreCut() throws {
        let heading = String(repeating: "long heading ", count: 20)
        let svg = SVG(width: 300, height: 60, heading: heading)
        try svg.expectRoomForTexts()
        #expect(try svg.elements("title")[0].text == heading)
        let text = try svg.elements("text")[0].text
        #expect(text.hasPrefix("long heading long") && text.hasSuffix("…"))
    }
}

extension SVGElement {
    /// The image that an image element holds.
    var image: Image {
        get throws {
            let prefix = "data:image/png;base64,"
            let link = try #require(attributes["xlink:href"])
            #expect(link.hasPrefix(prefix))
            let data = try #require(Data(base64Encoded: String(link.dropFirst(prefix.count))))
            return try Image(ImageFile(decoding: Array(data), name: "embedded"))
        }
    }
}
