import Foundation
import MDLSTM

/// The pictures that there are, found by what other files call them.
struct NamedPictures: Sendable {
    let all: [DataFile]
    private let byName: [String: DataFile]

    /// By the last component, and by that without its ending; several where they lie in several folders.
    private let byLast: [String: [DataFile]], byStem: [String: [DataFile]]

    init(_ pictures: [DataFile]) {
        all = pictures
        byName = Dictionary(pictures.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        byLast = Dictionary(grouping: pictures, by: \.lastComponent)
        byStem = Dictionary(grouping: pictures, by: \.stem)
    }

    /// The picture that a file names: where the name says, relative to the file; of that name beside the file, in the folder
    /// around, or anywhere; so without regard to the ending; else of the file's own name.
    ///
    /// - Returns: nil where there is none, or several that are as likely.
    func picture(named name: String, by file: DataFile) -> DataFile? {
        let name = name.replacing("\\", with: "/").trimmed(" \n\r\t")
        let isRelative = !name.isEmpty && !name.hasPrefix("/") && !name.contains("://")
        let folder = file.nameOfFolder
        if isRelative {
            let path = "\(file.folder)/\(name)"
            if let known = byName[Folder.joined(folder, name)] { return known }
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                return DataFile(path: path, name: Folder.joined(folder, name))
            }
        }
        let last = DataFile(path: "", name: name)
        return nearest(byLast[last.lastComponent], folder) ?? nearest(byStem[last.stem], folder)
            ?? nearest(byStem[file.stem], folder)
    }

    /// The picture of an identifier: a path with or without an ending, or a name anywhere.
    func picture(of id: String) -> DataFile? {
        if let known = byName[id] { return known }
        let last = DataFile(path: "", name: id)
        let fitting = (byLast[last.lastComponent] ?? []) + (byStem[last.lastComponent] ?? [])
        let whole = fitting.filter { picture in
            let names = [picture.name, String(picture.name.dropLast(picture.ending.count + 1))]
            return names.contains { $0 == id || $0.hasSuffix("/" + id) }
        }
        return nearest(whole.isEmpty ? fitting : whole, "")
    }

    /// The only one; else that in a folder or, where it has none, in the folder around it.
    private func nearest(_ pictures: [DataFile]?, _ folder: String) -> DataFile? {
        guard let pictures, pictures.count > 1 else { return pictures?.first }
        for place in [folder, DataFile(path: "", name: folder).nameOfFolder] {
            let there = pictures.filter { $0.nameOfFolder == place }
            if there.count == 1 { return there[0] }
        }
        return nil
    }
}

extension DataFile {
    /// The folder it is in, on the disk.
    var folder: String {
        let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        return folder.isEmpty ? "/" : String(folder)
    }

    /// The folder it is in, relative to the data; empty for the data's own.
    var nameOfFolder: String { name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "" }
}
