import MDLSTM

/// Why a path holds nothing that can be learnt from here, and what it is instead.
enum Unsupported {
    private static let known =
        "images/ with masks/ or labels/, a folder of pictures for each class, pictures of lines with .gt.txt or pages with ALTO "
        + "or PAGE XML, arrays x and y (.npz or .npy), IDX files of images and labels, .txt files of text, or pictures alone"

    static func file(_ file: DataFile) -> MDLSTMError {
        MDLSTMError(
            .data, "\(file.path): expected data, \(known), found a file of another kind; give one of those")
    }

    /// A text where something else is asked for.
    static func text(_ file: DataFile, kind: TaskKind) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(file.path): expected data for \(kind.rawValue), found text, data for nextSymbol; give other data, or leave out --kind"
        )
    }

    static func folder(_ folder: Folder, kind: TaskKind?) throws(MDLSTMError) -> MDLSTMError {
        let files = folder.files
        let pictures = files.filter(\.isPicture)
        if !pictures.isEmpty, let page = files.first(where: { $0.ending == "xml" }) {
            let root = MarkupFile.rootName(of: page.path).map { "<\($0.onOneLine)>" } ?? "none of a page's"
            return MDLSTMError(
                .data,
                "\(folder.path): expected ALTO or PAGE XML of the pages' lines, found XML of another kind, \(root) in "
                    + "\(page.lastComponent); export one of those")
        }
        if let images = folder.folders(named: ["images"]).first, folder.folders(named: ["masks", "labels"]).isEmpty,
            kind != .classify
        {
            return MDLSTMError(
                .data,
                "\(folder.path): expected masks/ or labels/ beside \(images)/, found neither; add a PNG of labels for each image"
            )
        }
        if !pictures.isEmpty {
            return ofDensity(folder.path, "\(counted(pictures.count, "picture")) without labels", labels, kind)
        }
        if files.contains(where: { $0.ending == "npy" }) {
            return ofDensity(folder.path, "arrays without a pair x and y", "name targets y.npy beside x.npy", kind)
        }
        let held = folder.folders.map { $0 + "/" } + files.map(\.lastComponent)
        let shown = held.prefix(5).joined(separator: ", ") + (held.count > 5 ? " and \(held.count - 5) more" : "")
        if kind == .nextSymbol {
            return MDLSTMError(
                .data,
                "\(folder.path): expected .txt files in it, or in train/, valid/ and test/ in it, found \(held.isEmpty ? "nothing" : shown); "
                    + "texts in other folders are not read: put them into one")
        }
        if kind == nil, files.contains(where: \.isText) {
            return MDLSTMError(
                .data,
                "\(folder.path): expected \(known), found \(shown); to learn the texts beside the rest say --kind nextSymbol"
            )
        }
        let what = kind.map { "data for \($0.rawValue)" } ?? "data"
        return MDLSTMError(
            .data,
            "\(folder.path): expected \(what), \(known), found \(held.isEmpty ? "nothing" : shown); see 'mdlstm help check-data'"
        )
    }

    private static let labels =
        "for labels give images/ with masks/, or a folder of pictures for each class; for lines the text of x.png in x.gt.txt"

    /// Data whose density can be learnt, and nothing else.
    private static func ofDensity(_ path: String, _ found: String, _ advice: String, _ kind: TaskKind?) -> MDLSTMError {
        let expected = kind.map { "data for \($0.rawValue)" } ?? "data of one sort"
        return MDLSTMError(.data, "\(path): found \(found), data for density; expected \(expected): \(advice)")
    }
}
