public import MDLSTM

/// Text to learn from, recognised by looking, checked and read whole.
public struct OpenedText: Sendable {
    public let alphabet: Alphabet

    /// Everything that is wrong, by file; texts with a fault are in no part.
    public let faults: [DataFault]

    /// Whether the request was to leave them out.
    public let skipsBad: Bool

    /// The files of each part, in the order they are read, relative to the data.
    public let files: [DataPart: [String]]

    /// Folders beside the files that hold texts, which are not read.
    public let unread: [String]

    /// Where each file of a part ends in its text.
    private let ends: [DataPart: [Int]]
    private let texts: [DataPart: SymbolText]

    /// Whether a path holds text, told without reading it.
    public static func isText(_ path: String?, _ request: DataRequest) throws -> Bool {
        guard let path, request.list == nil else { return false }
        if case .text = try Recognition(path: path, kind: request.kind)() { return true }
        return false
    }

    /// Looks at a path.
    ///
    /// - Parameters:
    ///   - path: a file or a folder
    ///   - request: what is asked of the data
    ///   - unit: what a symbol is; that of `alphabet` where it is given
    ///   - alphabet: of a model; that of the training's text unless given
    /// - Returns: nil where it is no text, or a list.
    /// - Throws: `MDLSTMError` where nothing is recognised; what is wrong with single files is among ``faults``.
    public init?(
        _ path: String?, _ request: DataRequest, unit: Alphabet.Unit = .characters, alphabet: Alphabet? = nil
    ) throws {
        guard let path, request.list == nil else { return nil }
        let bare = path.prefix(1) + path.dropFirst().reversed().drop { $0 == "/" }.reversed()
        guard case .text(let parts) = try Recognition(path: String(bare), kind: request.kind)() else { return nil }
        skipsBad = request.skipsBad
        unread = try Self.unread(beside: parts.values.joined().filter { $0.path != String(bare) })
        let unit = alphabet?.unit ?? unit
        var faults: [DataFault] = []
        var read: [DataPart: [(name: String, bytes: [UInt8])]] = [:]
        for part in DataPart.allCases {
            for file in parts[part] ?? [] {
                do {
                    read[part, default: []].append((file.name, try Self.bytes(of: file.path, unit, alphabet)))
                } catch let error as MDLSTMError
                    where error.kind == .data || error.kind == .missingInput && file.path != String(bare)
                {
                    faults.append(DataFault(error, path: file.path, name: file.name))
                }
            }
        }
        self.faults = faults
        files = read.mapValues { $0.map(\.name) }
        let learnt = (read[.training] ?? read[.validation] ?? read[.test] ?? []).map(\.bytes)
        // Of nothing but faults there is no alphabet.
        self.alphabet = try alphabet ?? (learnt.isEmpty ? Alphabet(noneOf: unit) : Alphabet(unit, in: learnt))
        var texts: [DataPart: SymbolText] = [:]
        var ends: [DataPart: [Int]] = [:]
        for (part, files) in read {
            var text = SymbolText(classes: self.alphabet.count)
            for (_, bytes) in files {
                text.append(contentsOf: try self.alphabet.classes(of: bytes))
                ends[part, default: []].append(text.count)
            }
            texts[part] = text
        }
        (self.texts, self.ends) = (texts, ends)
    }

    /// Folders that lie beside files, are none of a part, and hold texts.
    private static func unread(beside files: some Sequence<DataFile>) throws -> [String] {
        let byFolder = Dictionary(grouping: files) { $0.name.dropLast($0.lastComponent.count) }
        return try byFolder.values.flatMap { files in
            let folder = try Folder(of: files[0])
            return folder.folders.filter { DataPart(folder: $0) == nil }.compactMap { try? folder.folder($0) }
                .filter { $0.files.contains(where: \.isText) }.map { $0.name + "/" }
        }.sortedByBytes()
    }

    /// What a file holds, without the mark of UTF-8 that some programs put at its beginning.
    private static func bytes(of path: String, _ unit: Alphabet.Unit, _ alphabet: Alphabet?) throws -> [UInt8] {
        let bytes = try readFile(path)
        // What is no UTF-8 is found before anything is made of the others.
        if !bytes.isEmpty { _ = try alphabet?.classes(of: bytes) ?? Alphabet(unit, in: [bytes]).classes(of: []) }
        let text = unit.withoutMark(bytes)
        guard !text.isEmpty else { throw MDLSTMError(.data, "expected text, found an empty file; remove it") }
        return text
    }

    /// The text of a part, its files one after the other; empty where the data have no such part.
    public func text(_ part: DataPart) -> SymbolText { texts[part] ?? SymbolText(classes: alphabet.count) }

    /// The files that a range of a part's symbols is in.
    public func files(_ part: DataPart, _ range: Range<Int>) -> [String] {
        let ends = ends[part] ?? []
        return zip(files[part] ?? [], zip([0] + ends, ends)).filter { range.overlaps($1.0..<$1.1) }.map(\.0)
    }

    /// The parts that have text.
    public var parts: [DataPart] { DataPart.allCases.filter { texts[$0] != nil } }

    /// The text to train and to validate with: the data's own part, else the end of the text to train with.
    ///
    /// - Parameter fraction: the share of the end to validate with, from 0 below 1, 0 for none
    public func split(validation fraction: Double) -> (training: SymbolText, validation: SymbolText) {
        let whole = text(.training)
        if texts[.validation] != nil { return (whole, text(.validation)) }
        let held = fraction > 0 ? min(whole.count, max(2, Int((Double(whole.count) * fraction).rounded()))) : 0
        let end = whole.count - held
        return (whole.part(0..<end), whole.part(end..<whole.count))
    }

    /// What there is to learn, in numbers.
    public var shape: DataShape {
        DataShape(kind: .nextSymbol, axes: 1, features: 1, outputs: alphabet.count, isAnswerPerSample: false)
    }

    /// One line: `text in 2 files, 1059544 characters, 65 symbols`.
    public var summary: String {
        let count = texts.values.reduce(0) { $0 + $1.count }
        let number = files.values.reduce(0) { $0 + $1.count }
        let unit = alphabet.unit == .bytes ? counted(count, "byte") : counted(count, "character")
        let others = unread.isEmpty ? "" : "; texts in \(listed(unread)) are not read"
        return "text in \(counted(number, "file")), \(unit), \(counted(alphabet.symbols.count, "symbol"))" + others
    }

    /// Symbols of a text that the alphabet does not have.
    public func unknownSymbols(_ part: DataPart) -> Int {
        let text = text(part)
        return (0..<text.count).count { text[$0] == Alphabet.unknown }
    }
}
