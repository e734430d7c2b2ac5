import MDLSTM

/// What an XML file says of the lines of a page: ALTO (2 to 4) or PAGE.
struct PageLayout {
    struct Line {
        /// Empty where it has none.
        let id: String

        /// Nil where a line is not written out.
        let text: String?

        /// Or what is wrong with its points.
        let shape: Result<LineShape, MDLSTMError>
    }

    /// The picture, as the file names it; empty where it does not.
    let picture: String
    let lines: [Line]

    /// Whether a file with a root of this name is one.
    static func isRoot(_ name: String) -> Bool { name == "PcGts" || name.lowercased() == "alto" }

    /// Files that come with those of pages and tell of other things: the list of pages, and the document.
    static func isCompanion(root: String) -> Bool { ["mets", "trpdocmetadata"].contains(root.lowercased()) }

    /// Throws `.data` for XML of another kind.
    init(contentsOf path: String) throws(MDLSTMError) {
        let root = try MarkupFile.root(of: path)
        switch root.name {
        case "PcGts": self = PageLayout(page: root)
        case let name where name.lowercased() == "alto": self = try PageLayout(alto: root, name: path)
        case let name:
            throw MDLSTMError(
                .data, "\(path): expected ALTO or PAGE XML, found XML of another kind, <\(name)>; export one of those")
        }
    }

    init(picture: String, lines: [Line]) { (self.picture, self.lines) = (picture, lines) }
}

/// The points of an attribute, `x,y x,y ..` or numbers with spaces between them; `name` says which for messages.
///
/// Throws `.data` where there are other words, an odd number of them, or numbers that are on no page.
func points(_ text: String, name: String) throws(MDLSTMError) -> [SIMD2<Double>] {
    let words = text.split { $0.isWhitespace || $0 == "," }
    let numbers = words.compactMap { Double($0) }.filter { abs($0) < 1e7 }
    guard numbers.count == words.count, numbers.count % 2 == 0 else {
        throw MDLSTMError(
            .data, "expected points x,y x,y .. in \(name), found '\(text.prefix(40))'; mend the points")
    }
    return stride(from: 0, to: numbers.count, by: 2).map { SIMD2(numbers[$0], numbers[$0 + 1]) }
}
