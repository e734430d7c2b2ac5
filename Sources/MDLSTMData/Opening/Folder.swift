import Foundation
import MDLSTM

/// A file of a data set.
struct DataFile: Sendable, Hashable {
    /// On the disk.
    let path: String

    /// Relative to the data, for messages and reports.
    let name: String

    /// The name without folders and ending.
    var stem: String {
        let last = lastComponent
        return last.lastIndex(of: ".").map { $0 > last.startIndex ? String(last[..<$0]) : last } ?? last
    }

    /// What follows the last dot, in small letters; empty where there is none.
    var ending: String {
        let last = lastComponent
        return last.lastIndex(of: ".").map { last[last.index(after: $0)...].lowercased() } ?? ""
    }

    var lastComponent: String { name.split(separator: "/").last.map(String.init) ?? name }

    private static let readable: Set = ["png", "jpg", "jpeg", "jpe", "jfif"]
    private static let others: Set = [
        "gif", "bmp", "tif", "tiff", "webp", "pgm", "ppm", "pbm", "pnm", "heic", "avif", "jp2", "jxl",
    ]

    /// Whether it is a picture by its ending, of a kind that is read or of another.
    var isPicture: Bool { Self.readable.contains(ending) || Self.others.contains(ending) }

    /// Whether it is text to learn from by its ending; `.gt.txt` is the text of a line.
    var isText: Bool { ending == "txt" && !lastComponent.lowercased().hasSuffix(".gt.txt") }
}

/// What a folder of a data set holds, without what operating systems leave in it; links are followed.
struct Folder {
    let path: String

    /// Relative to the data; empty for the whole.
    let name: String

    /// Names, in the order of their bytes.
    let folders: [String]
    let files: [DataFile]

    /// - Throws: `MDLSTMError` of kind `missingInput` when it cannot be read.
    init(path: String, name: String = "") throws(MDLSTMError) {
        self.path = path
        self.name = name
        let entries = try namesOfOthers(inFolder: path)
        var folders: [String] = []
        var files: [DataFile] = []
        for entry in entries.filter({ !Self.isHidden($0) }).sortedByBytes() {
            let whole = "\(path)/\(entry)"
            var status = stat()
            // What cannot be found, a link that leads nowhere, is told of when it is read.
            let isThere = stat(whole, &status) == 0
            switch isThere ? status.st_mode & S_IFMT : S_IFREG {
            case S_IFDIR: folders.append(entry)
            case S_IFREG: files.append(DataFile(path: whole, name: Self.joined(name, entry)))
            // Pipes and devices may never end.
            default: break
            }
        }
        (self.folders, self.files) = (folders, files)
    }

    /// The folder that a file is in.
    init(of file: DataFile) throws(MDLSTMError) {
        let count = file.lastComponent.utf8.count + 1
        func shortened(_ path: String) -> String { String(decoding: path.utf8.dropLast(count), as: UTF8.self) }
        try self.init(path: shortened(file.path), name: shortened(file.name))
    }

    /// A folder in it.
    func folder(_ entry: String) throws(MDLSTMError) -> Folder {
        try Folder(path: "\(path)/\(entry)", name: Self.joined(name, entry))
    }

    /// The folders of one of these names, without regard to case.
    func folders(named names: [String]) -> [String] { folders.filter { names.contains($0.lowercased()) } }

    /// All files in it and in its folders, those of a folder after the files beside it. Links to a folder around are passed
    /// over.
    ///
    /// - Parameter around: the folders that this one is in, without links
    func allFiles(in around: [String] = []) throws(MDLSTMError) -> [DataFile] {
        let own = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false).trimmed("/")
        guard !around.contains(own) else { return [] }
        var all = files
        for entry in folders { all += try folder(entry).allFiles(in: around + [own]) }
        return all
    }

    private static func isHidden(_ entry: String) -> Bool {
        entry.hasPrefix(".") || ["thumbs.db", "desktop.ini", "__macosx"].contains(entry.lowercased())
    }

    static func joined(_ folder: String, _ entry: String) -> String { folder.isEmpty ? entry : "\(folder)/\(entry)" }
}

extension Array where Element == String {
    /// In the order of their UTF-8 bytes, which no locale changes.
    func sortedByBytes() -> [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
