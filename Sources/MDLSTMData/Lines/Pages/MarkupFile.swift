import Foundation
import MDLSTM

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An element of an XML file.
struct MarkupElement {
    /// Without the prefix of its namespace.
    let name: String
    let attributes: [String: String]
    var children: [MarkupElement] = []

    /// What stands in it and in none of its children.
    var text = ""

    func children(named name: String) -> [MarkupElement] { children.filter { $0.name == name } }
    func child(_ name: String) -> MarkupElement? { children.first { $0.name == name } }

    /// All elements of this name in it, at any depth, in the order of the file.
    func descendants(named name: String) -> [MarkupElement] {
        children.flatMap { ($0.name == name ? [$0] : []) + $0.descendants(named: name) }
    }
}

/// An XML file, read by Foundation's parser, which is libxml2.
///
/// A file with a DOCTYPE, or with bytes that are no letters, is refused before it is parsed: only there can entities be declared, those that grow into billions of
/// characters and those that stand for other files.
enum MarkupFile {
    /// More are no page: of bytes, of elements, of elements in each other.
    private static let mostBytes = 1 << 26, mostElements = 1 << 20, mostDepth = 256

    /// Reads a file whole.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is no XML, damaged, has a DOCTYPE, or is larger than
    /// any page.
    static func root(of path: String) throws(MDLSTMError) -> MarkupElement {
        let file = try InputFile(path)
        guard file.count <= mostBytes else {
            throw failure(path, "at most \(mostBytes) bytes of XML", "\(file.count)", "split it by page")
        }
        guard let bytes = utf8(try file.bytes()) else {
            throw failure(path, "XML in UTF-8, or in UTF-16 with its mark", "other bytes", "save it as UTF-8")
        }
        let start = MarkupStart(bytes)
        guard !start.hasDoctype else {
            throw failure(
                path, "XML without a DOCTYPE",
                "one, which can declare entities that grow without bound or name other files",
                "remove it: ALTO and PAGE have none")
        }
        guard start.root != nil else {
            throw failure(path, "XML", "other content", "write it again as ALTO or PAGE XML")
        }
        let reading = MarkupReading(mostElements: mostElements, mostDepth: mostDepth)
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = reading
        let isRead = parser.parse()
        if let excess = reading.excess {
            throw failure(path, excess, "more", "write a file for each page")
        }
        // A file that is cut short counts as read there, with an error.
        guard isRead, parser.parserError == nil, let root = reading.root else {
            throw failure(
                path, "well-formed XML", "damage at line \(max(1, parser.lineNumber))",
                "get the file again or mend it there")
        }
        return root
    }

    /// The name of the root of a file, told by its first bytes; nil where they do not tell.
    static func rootName(of path: String) -> String? {
        guard let file = try? InputFile(path), file.isRegular, let bytes = try? file.bytes(most: 1 << 14) else {
            return nil
        }
        return MarkupStart(bytes).root
    }

    /// The content in UTF-8 without the declaration, which may name another encoding; nil where it is neither UTF-8 nor, by its
    /// mark, UTF-16. Foundation's parser ends the process at a letter that is none.
    private static func utf8(_ bytes: [UInt8]) -> [UInt8]? {
        var text = bytes
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            let (low, high) = bytes[0] == 0xff ? (0, 1) : (1, 0)
            let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
                UInt16(bytes[$0 + high]) << 8 | UInt16(bytes[$0 + low])
            }
            guard bytes.count % 2 == 0, let wide = String(validating: units, as: UTF16.self) else { return nil }
            text = Array(wide.utf8)
        } else if String(validating: bytes, as: UTF8.self) == nil {
            return nil
        }
        if text.starts(with: [0xef, 0xbb, 0xbf]) { text.removeFirst(3) }
        guard text.starts(with: "<?xml ".utf8), let end = text.firstRange(of: "?>".utf8) else { return text }
        // As many lines as before, for what is told of their numbers.
        return text[..<end.upperBound].filter { $0 == 0x0a } + text[end.upperBound...]
    }

    private static func failure(_ path: String, _ expected: String, _ found: String, _ advice: String) -> MDLSTMError {
        MDLSTMError(.data, "\(path): expected \(expected), found \(found); \(advice)")
    }
}

/// What stands before the content of an XML file (XML 1.0, productions 22 to 28).
struct MarkupStart {
    private(set) var hasDoctype = false

    /// The name of the first element, without the prefix of its namespace; nil where none was found.
    private(set) var root: String?

    init(_ bytes: [UInt8]) {
        var rest = Self.narrow(bytes)[...]
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
        while true {
            rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
            if rest.starts(with: "<?".utf8) {
                guard let end = rest.firstRange(of: "?>".utf8) else { return }
                rest = rest[end.upperBound...]
            } else if rest.starts(with: "<!--".utf8) {
                guard let end = rest.dropFirst(4).firstRange(of: "-->".utf8) else { return }
                rest = rest[end.upperBound...]
            } else if rest.starts(with: "<!".utf8) {
                hasDoctype = true
                // Its root is told by what follows the word; what stands in it is not looked at.
                let words = rest.prefix(1 << 10).split { [0x20, 0x09, 0x0a, 0x0d, 0x3e, 0x5b].contains($0) }
                root = words.count > 1 ? Self.name(words[1]) : nil
                return
            } else {
                guard rest.first == UInt8(ascii: "<") else { return }
                let end = rest.firstIndex {
                    [0x20, 0x09, 0x0a, 0x0d, 0x2f, 0x3e].contains($0) && $0 != rest.startIndex
                }
                root = end.flatMap { Self.name(rest[(rest.startIndex + 1)..<$0]) }
                return
            }
        }
    }

    /// The bytes, or of UTF-16 a byte for each unit, in which markup is as it is in ASCII.
    private static func narrow(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) else { return bytes }
        let (low, high) = bytes[0] == 0xff ? (0, 1) : (1, 0)
        return stride(from: 2, to: bytes.count - 1, by: 2).map { bytes[$0 + high] == 0 ? bytes[$0 + low] : 0xff }
    }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        let name = String(decoding: bytes, as: UTF8.self).split(separator: ":").last.map(String.init)
        return name.flatMap { $0.first.map { $0.isLetter || $0 == "_" } == true ? $0 : nil }
    }
}

/// Builds the elements of a file as its parser comes by them.
private final class MarkupReading: NSObject, XMLParserDelegate {
    private let mostElements: Int, mostDepth: Int
    private var open: [MarkupElement] = []
    private var elements = 0
    private(set) var root: MarkupElement?

    /// What there may be at most of what there is more of.
    private(set) var excess: String?

    init(mostElements: Int, mostDepth: Int) { (self.mostElements, self.mostDepth) = (mostElements, mostDepth) }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements += 1
        if elements > mostElements { excess = "at most \(mostElements) elements" }
        if open.count >= mostDepth { excess = "elements in each other at most \(mostDepth) deep" }
        guard excess == nil else { return parser.abortParsing() }
        open.append(MarkupElement(name: String(name.split(separator: ":").last ?? ""), attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if !open.isEmpty { open[open.count - 1].text += String(decoding: block, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard let closed = open.popLast() else { return }
        if open.isEmpty { root = closed } else { open[open.count - 1].children.append(closed) }
    }
}
