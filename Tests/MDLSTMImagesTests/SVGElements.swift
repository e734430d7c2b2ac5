import Foundation
import Testing

@testable import MDLSTMImages

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// One element of a drawing, as a reader of XML sees it.
struct SVGElement {
    let name: String
    let attributes: [String: String]
    var text = ""

    /// A number; NaN where there is none.
    func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }

    /// The points of a polyline.
    var points: [SIMD2<Double>] {
        (attributes["points"] ?? "").split(separator: " ").map { pair in
            let numbers = pair.split(separator: ",").map { Double($0) ?? .nan }
            return SIMD2(numbers[0], numbers[1])
        }
    }

    /// About the space a text takes: its lower and its upper corner.
    var textBox: (low: SIMD2<Double>, high: SIMD2<Double>) {
        let (x, y, size) = (number("x"), number("y"), number("font-size"))
        let length = SVG.width(of: text, size: size)
        let before = ["start": 0, "middle": length / 2, "end": length][attributes["text-anchor"] ?? ""] ?? .nan
        if attributes["transform"] == nil {
            return (SIMD2(x - before, y - 0.75 * size), SIMD2(x - before + length, y + 0.2 * size))
        }
        return (SIMD2(x - 0.75 * size, y + before - length), SIMD2(x + 0.2 * size, y + before))
    }
}

/// A document that is no XML.
struct NotXML: Error {
    let line: Int
    let reason: String
}

extension SVG {
    /// The elements of one name, or all, in the order of their beginnings.
    ///
    /// - Throws: ``NotXML`` unless the document is XML.
    func elements(_ name: String? = nil) throws -> [SVGElement] {
        let reader = ElementReader()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = reader
        guard parser.parse() else {
            throw NotXML(line: parser.lineNumber, reason: parser.parserError?.localizedDescription ?? "unknown")
        }
        return reader.elements.filter { name == nil || $0.name == name }
    }

    /// The only text element of these words.
    func text(_ words: String) throws -> SVGElement {
        let found = try elements("text").filter { $0.text == words }
        return try #require(found.count == 1 ? found[0] : nil, "\(found.count) texts '\(words)'")
    }

    /// Expects every text to lie within the drawing and none over another.
    func expectRoomForTexts(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let texts = try elements("text")
        let boxes = texts.map(\.textBox)
        var faults: [String] = []
        for (index, box) in boxes.enumerated() {
            if box.low.x < 0 || box.low.y < 0 || box.high.x > width || box.high.y > height {
                faults.append("'\(texts[index].text)' is outside")
            }
            let met = boxes[..<index].firstIndex {
                $0.low.x < box.high.x && box.low.x < $0.high.x && $0.low.y < box.high.y && box.low.y < $0.high.y
            }
            if let met { faults.append("'\(texts[index].text)' meets '\(texts[met].text)'") }
        }
        #expect(faults.isEmpty, sourceLocation: sourceLocation)
    }
}

private final class ElementReader: NSObject, XMLParserDelegate {
    var elements: [SVGElement] = []
    private var open: [Int] = []

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(SVGElement(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) { open.removeLast() }
}
