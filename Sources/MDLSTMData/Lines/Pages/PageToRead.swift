public import MDLSTM

/// The lines of a page that is to be read: ALTO or PAGE XML, with or without texts, and the picture of the page.
public struct PageToRead: Sendable {
    /// The XML.
    public let path: String

    /// The picture that the XML names.
    public let picture: String

    /// What the XML calls its lines, in its order: their ids, or `line 3`.
    public let lines: [String]
    private let cut: CutLines

    /// Finds the picture as a data set does, and looks at all outlines; the picture is decoded with the first line.
    ///
    /// - Parameter height: rows that lines are brought to; as in the picture where nil
    /// - Throws: `MDLSTMError` of kind `missingInput` or `data` when a file cannot be read, has no lines, or a line is not on the page:
    ///   the first fault, with the number of others.
    public init(contentsOf path: String, height: Int?) throws(MDLSTMError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let file = DataFile(path: path, name: name)
        let page = Page(file, NamedPictures(try FoundLines.pictures(around: file)), isToBeRead: true)
        if let fault = page.faults.first {
            let others = page.faults.count > 1 ? "; \(counted(page.faults.count - 1, "other fault"))" : ""
            throw MDLSTMError(.data, "\(path): \(fault.message)\(others)")
        }
        self.path = path
        picture = page.picture?.path ?? ""
        lines = page.entries.map { String($0.name.dropFirst(name.count + 1)) }
        cut = CutLines(page.entries, height: height)
    }

    /// Whether a file is XML of a page, told by its ending and its root.
    public static func isPage(_ path: String) -> Bool {
        DataFile(path: path, name: path).ending == "xml"
            && (MarkupFile.rootName(of: path).map(PageLayout.isRoot) ?? false)
    }

    /// Rows and columns of a line.
    public func extents(of line: Int) -> [Int] { cut.extents(of: picture)[line]! }

    /// A line as networks take it: `[rows, columns, 1]`, ink from 0 to 1.
    public func input<T: Scalar>(_ line: Int, as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        LineReader().input(try cut.line(line, of: picture))
    }
}
