import MDLSTM

/// Where the lines of a part were found; nothing has been read yet but what it took to tell.
enum FoundLines: Sendable {
    /// Pictures of lines, and `.gt.txt` files of their names.
    case texts([DataFile])
    /// ALTO and PAGE XML, and the pictures that there are for them.
    case pages([DataFile], pictures: [DataFile])
    /// A table of PyLaia's, the symbols it is written with, and the pictures that there are for it.
    case table(DataFile, symbols: DataFile, pictures: [DataFile])
    /// IAM's `lines.txt`, and the pictures that there are for it.
    case iam(DataFile, pictures: [DataFile])
    /// What a list says.
    case listed(ReadLines)

    /// Reads texts and places; pictures are not opened.
    func read() -> ReadLines {
        switch self {
        case .texts(let files): LineTextFiles.read(files)
        case .pages(let files, let pictures): PageFiles.read(files, NamedPictures(pictures))
        case .table(let table, let symbols, let pictures):
            LineTable.read(table, symbols: symbols, NamedPictures(pictures))
        case .iam(let list, let pictures): IAMLines.read(list, NamedPictures(pictures))
        case .listed(let lines): lines
        }
    }
}

extension FoundLines {
    /// The lines of a folder, by part; none where it has none.
    ///
    /// - Parameters:
    ///   - folder: looked through at any depth
    ///   - passedOver: folders in it that are parts of their own
    /// - Throws: `MDLSTMError` of kind `data` where there are lines in more than one form.
    static func parts(of folder: Folder, passingOver passedOver: Set<String>) throws(MDLSTMError) -> [DataPart:
        FoundLines]
    {
        var inside: [DataFile] = []
        for name in folder.folders where !passedOver.contains(name) { inside += try folder.folder(name).allFiles() }
        let own = folder.files + inside
        var found: [(file: DataFile, parts: [DataPart: FoundLines])] = []
        if let first = own.first(where: LineTextFiles.isText) { found.append((first, [.training: .texts(own)])) }
        // Tables may name pictures in the folders of parts.
        let all = passedOver.isEmpty ? own : try folder.allFiles()
        let pictures = all.filter(\.isPicture)
        if let list = IAMLines.list(in: folder.files + inside.filter { $0.name.hasSuffix("ascii/lines.txt") }) {
            found.append((list, [.training: .iam(list, pictures: pictures)]))
        }
        if let symbols = folder.files.first(where: LineTable.isSymbols) {
            let tables = LineTable.tables(in: folder.files, symbols: symbols, pictures: pictures)
            if !tables.isEmpty { found.append((symbols, tables)) }
        }
        let files = own.filter { $0.ending == "xml" }.map { ($0, MarkupFile.rootName(of: $0.path)) }
        if let page = files.first(where: { $0.1.map(PageLayout.isRoot) ?? false }) {
            let pages = files.filter { !($0.1.map(PageLayout.isCompanion) ?? false) }.map(\.0)
            found.append((page.0, [.training: .pages(pages, pictures: own.filter(\.isPicture))]))
        }
        guard found.count < 2 else {
            throw MDLSTMError(
                .data,
                "\(folder.path): expected lines in one form, found \(found.map(\.file.name).joined(separator: " and ")); move one "
                    + "form away, or give the path of the other")
        }
        return found.first?.parts ?? [:]
    }

    /// The lines of one file: an XML of a page, a text with its picture, a table or a list; nil where it is none.
    static func file(_ file: DataFile) throws(MDLSTMError) -> FoundLines? {
        let folder = try Folder(path: file.folder)
        func isIt(_ other: DataFile) -> Bool { other.lastComponent == file.lastComponent }
        if file.ending == "xml" {
            return .pages([file], pictures: try pictures(around: file))
        }
        if LineTextFiles.isText(file) {
            let key = LineTextFiles.key(ofText: file)
            return .texts(
                folder.files.filter { isIt($0) || $0.isPicture && LineTextFiles.keys(ofPicture: $0).contains(key) })
        }
        guard file.ending == "txt", folder.files.contains(where: LineTable.isSymbols) || file.stem == "lines" else {
            return nil
        }
        let parts = try parts(of: folder, passingOver: [])
        return parts.values.first { found in
            switch found {
            case .table(let table, _, _): isIt(table)
            case .iam(let list, _): isIt(list)
            default: false
            }
        }
    }

    /// The pictures beside a file and in the folder around.
    static func pictures(around file: DataFile) throws(MDLSTMError) -> [DataFile] {
        let above = (try? Folder(path: file.folder + "/..", name: ".."))?.files ?? []
        return (try Folder(path: file.folder).files + above).filter(\.isPicture)
    }
}
