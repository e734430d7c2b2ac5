import Foundation
import MDLSTM

/// What a training left in the folder that another is to write to: checkpoints, models, figures.
struct EarlierRun {
    private let folder: String

    /// The names of files that a training writes, sorted.
    private let names: [String]

    /// Whether they are a training's: names such as report.json are those of many programs.
    private let isOwn: Bool

    /// What only a training writes under these names, told by its content or its number.
    private static func isSign(_ name: String, inFolder folder: String) -> Bool {
        let path = folder + "/" + name
        if isCheckpoint(name) { return true }
        if name.hasSuffix(".safetensors") { return results.contains(name) && isModel(path) }
        guard ["metrics.jsonl", "config.json", "report.json"].contains(name), let bytes = try? readFile(path) else {
            return false
        }
        let text = name == "metrics.jsonl" ? bytes.prefix { $0 != UInt8(ascii: "\n") } : bytes[...]
        guard let json = try? JSONValue(parsing: text, name: path) else { return false }
        switch name {
        case "config.json": return json["model"] != nil && json["training"] != nil
        // Of a task from several seeds; a training on own data has a config.json beside its own.
        case "report.json": return json["task"] != nil && json["medianUntil"] != nil
        default: return json["step"] != nil
        }
    }

    static func isCheckpoint(_ name: String) -> Bool {
        name.wholeMatch(of: /(grid-|feedForward-)?checkpoint-[0-9]{10}\.safetensors/) != nil
    }

    private static func isModel(_ path: String) -> Bool {
        (try? TensorFile(contentsOf: path)).map { (try? $0.configuration()) ?? nil != nil } ?? false
    }

    /// What trainings write beside their checkpoints.
    private static let results: Set = [
        "model.safetensors", "model-before.safetensors", "grid.safetensors", "feedForward.safetensors", "metrics.jsonl",
        "loss.svg",
        "predictions.svg", "accuracy.svg", "metrics.csv", "config.json", "data.json", "report.json", "curves.svg",
        "confusion.svg", "confusion.json", "examples.svg", "sample.txt",
    ]

    init(inFolder folder: String) {
        self.folder = folder
        let found = (fileNames(inFolder: folder) ?? []).filter { Self.results.contains($0) || Self.isCheckpoint($0) }
        (names, isOwn) = (found.sorted(), found.contains { Self.isSign($0, inFolder: folder) })
    }

    /// Whether there was one.
    var isThere: Bool { isOwn && !names.isEmpty }

    /// Throws `.cannotCreate` where there was one, or files that one would write over.
    func requireNone() throws(MDLSTMError) {
        try requireOwnNames()
        guard let first = names.first else { return }
        let others = names.count > 1 ? " and \(counted(names.count - 1, "other file")) of one" : ""
        throw MDLSTMError(
            .cannotCreate,
            "\(folder): expected a folder without another training, found '\(first)'\(others); go on with it (--resume auto), "
                + "remove it (--overwrite), or choose another with --out")
    }

    /// Refuses files that have the names of a training's and are of none.
    private func requireOwnNames() throws(MDLSTMError) {
        guard !isOwn, let first = names.first else { return }
        throw MDLSTMError(
            .cannotCreate,
            "\(folder)/\(first): expected no file of this name, which the training would write, found one that is of no "
                + "training; move it, or choose another folder with --out")
    }

    /// Removes its files, and no other.
    ///
    /// Throws `.cannotCreate` where a file only has the name of one, or cannot be removed.
    func remove() throws(MDLSTMError) {
        try requireOwnNames()
        for name in names where name.hasSuffix(".safetensors") && Self.results.contains(name) {
            try requireOwn(folder + "/" + name)
        }
        for name in names where unlink(folder + "/" + name) != 0 && errno != ENOENT {
            throw MDLSTMError(
                .cannotCreate, "\(folder)/\(name): cannot be removed: \(String(cString: strerror(errno))); remove it")
        }
    }

    /// Many programs call a file model.safetensors.
    private func requireOwn(_ path: String) throws(MDLSTMError) {
        guard !Self.isModel(path) else { return }
        throw MDLSTMError(
            .cannotCreate,
            "\(path): expected a model of an earlier training, found a file of another program or a damaged one; move it, or "
                + "choose another folder with --out")
    }
}
