import MDLSTM

/// Why a path holds nothing that can be learnt from here, and what it is instead.
enum Unsupported {
    private static let known =
        "images/ with masks/ or labels/, a folder of pictures for each class, arrays x and y (.npz or .npy), IDX files of images "
        + "and labels, .txt files of text, or pictures alone"

    static func file(_ file: DataFile) -> MDLSTMError {
        guard file.ending != "xml" else {
            return later(file.path, "XML of a page", "the transcription of lines", labels)
        }
        return MDLSTMError(
            .data, "\(file.path): expected data, \(known), found a file of another kind; give one of those")
    }

    static func folder(_ folder: Folder, kind: TaskKind?) throws(MDLSTMError) -> MDLSTMError {
        let files = folder.files
        let pictures = files.filter(\.isPicture)
        if files.contains(where: { $0.name.lowercased().hasSuffix(".gt.txt") }) {
            return later(folder.path, "pictures of lines with .gt.txt", "the transcription of lines", labels)
        }
        if !pictures.isEmpty, files.contains(where: { $0.ending == "xml" }) {
            return later(folder.path, "pictures of pages with XML", "the transcription of lines", labels)
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
        let what = kind.map { "data for \($0.rawValue)" } ?? "data"
        return MDLSTMError(
            .data,
            "\(folder.path): expected \(what), \(known), found \(held.isEmpty ? "nothing" : shown); see 'mdlstm help check-data'"
        )
    }

    private static let labels = "for labels give images/ with masks/, or a folder of pictures for each class"

    /// Data whose density can be learnt, and nothing else.
    private static func ofDensity(_ path: String, _ found: String, _ advice: String, _ kind: TaskKind?) -> MDLSTMError {
        let expected = kind.map { "data for \($0.rawValue)" } ?? "data of one sort"
        return MDLSTMError(.data, "\(path): found \(found), data for density; expected \(expected): \(advice)")
    }

    /// Data of a kind that is not learnt yet.
    private static func later(_ path: String, _ found: String, _ kind: String, _ advice: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(path): found \(found), which is data for \(kind); that is not built yet, expected data for classes or numbers: "
                + advice)
    }
}
