import MDLSTM
import MDLSTMArchives

/// The arrays `x`, `y` and, where grids differ, `lengths` of a part of a data set.
struct ArrayFiles: Sendable {
    let x: ArrayRows, y: ArrayRows, lengths: ArrayRows?

    /// That one array has more samples than the other; nil where it has not.
    var countFault: DataFault? {
        guard x.count != y.count else { return nil }
        return DataFault(
            y.file, found: "\(counted(y.count, "row")) of \(y.key)", expected: "\(x.count)",
            but: "\(x.key) has \(x.count)",
            advice: "save as many targets as samples", canBeLeftOut: false)
    }

    /// What is called `x`, `y` and `lengths` among names, by what else is in them: `train_x` and `train_y` belong
    /// together, `x_train` and `y_train` too.
    static func groups(of names: [String]) -> [String: [String: String]] {
        var groups: [String: [String: String]] = [:]
        for name in names {
            var words = name.lowercased().split(omittingEmptySubsequences: false) { "_-.".contains($0) }.map(
                String.init)
            guard let place = words.firstIndex(where: { ["x", "y", "lengths"].contains($0) }) else { continue }
            let role = words.remove(at: place)
            groups[words.joined(separator: "_"), default: [:]][role] = name
        }
        return groups.filter { $0.value["x"] != nil && $0.value["y"] != nil }
    }

    /// Whether an array of this name is one of a pair.
    static func isName(_ stem: String) -> Bool {
        stem.lowercased().split { "_-.".contains($0) }.contains { ["x", "y", "lengths"].contains($0) }
    }

    /// The parts among groups: by their names where these are parts, else the only one.
    static func parts(of groups: [String: [String: String]], in place: String) throws(MDLSTMError) -> [DataPart:
        [String: String]]
    {
        var parts: [DataPart: [String: String]] = [:]
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            let part = DataPart(wordsOf: name) ?? .training
            guard parts.updateValue(group, forKey: part) == nil else {
                throw MDLSTMError(
                    .data,
                    "\(place): expected one x and y, or those of train, valid and test, found "
                        + "\(groups.keys.sorted().map { $0.isEmpty ? "x" : "\($0)_x" }.joined(separator: ", ")); move those away "
                        + "that do not count")
            }
        }
        return parts
    }

    /// The parts of an archive.
    static func parts(ofArchive file: DataFile) throws(MDLSTMError) -> [DataPart: ArrayFiles] {
        let bytes = try readFile(file.path)
        guard NumpyArchive.isArchive(bytes) else {
            throw MDLSTMError(
                .data,
                "\(file.path): expected an archive of arrays as numpy.savez writes, found other bytes at the start; "
                    + "save the arrays again")
        }
        let archive = try NumpyArchive(parsing: bytes, name: file.path)
        let groups = groups(of: archive.names)
        guard !groups.isEmpty else {
            throw MDLSTMError(
                .data,
                "\(file.path): expected arrays x and y, found \(archive.names.sorted().joined(separator: ", ")); name them so: "
                    + "numpy.savez(FILE, x=.., y=..)")
        }
        var parts: [DataPart: ArrayFiles] = [:]
        for (part, group) in try Self.parts(of: groups, in: file.path) {
            func rows(_ role: String) -> ArrayRows? {
                group[role].flatMap { key in archive[key].map { ArrayRows($0, file: file.name, key: key) } }
            }
            parts[part] = ArrayFiles(x: rows("x")!, y: rows("y")!, lengths: rows("lengths"))
        }
        return parts
    }

    /// The parts among the files of a folder; none where there is no pair.
    static func parts(ofFolder folder: Folder) throws(MDLSTMError) -> [DataPart: ArrayFiles] {
        let files = folder.files.filter { $0.ending == "npy" }
        let byStem = Dictionary(files.map { ($0.stem, $0) }, uniquingKeysWith: { first, _ in first })
        var parts: [DataPart: ArrayFiles] = [:]
        for (part, group) in try Self.parts(of: groups(of: files.map(\.stem)), in: folder.path) {
            var lengths: ArrayRows?
            if let file = group["lengths"] { lengths = try ArrayRows(contentsOf: byStem[file]!) }
            parts[part] = ArrayFiles(
                x: try ArrayRows(contentsOf: byStem[group["x"]!]!), y: try ArrayRows(contentsOf: byStem[group["y"]!]!),
                lengths: lengths)
        }
        return parts
    }
}
