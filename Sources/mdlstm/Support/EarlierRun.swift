import Foundation
import MDLSTM

/// What a training left in the folder that another is to write to: checkpoints, models, figures.
struct EarlierRun {
    private let folder: String

    /// The names of its files, sorted; empty where there was none.
    private let names: [String]

    /// What trainings write beside their checkpoints.
    private static let results: Set = [
        "model.safetensors", "grid.safetensors", "feedForward.safetensors", "metrics.jsonl", "loss.svg",
        "predictions.svg", "accuracy.svg", "metrics.csv", "config.json", "data.json", "report.json", "curves.svg",
        "confusion.svg", "examples.svg",
    ]

    init(inFolder folder: String) {
        self.folder = folder
        names = (fileNames(inFolder: folder) ?? []).filter { name in
            Self.results.contains(name)
                || name.wholeMatch(of: /(grid-|feedForward-)?checkpoint-[0-9]{10}\.safetensors/) != nil
        }.sorted()
    }

    /// Throws `.cannotCreate` where there was one.
    func requireNone() throws(MDLSTMError) {
        guard let first = names.first else { return }
        let others = names.count > 1 ? " and \(counted(names.count - 1, "other file")) of one" : ""
        throw MDLSTMError(
            .cannotCreate,
            "\(folder): expected a folder without another training, found '\(first)'\(others); go on with it (--resume auto), "
                + "remove it (--overwrite), or choose another with --out")
    }

    /// Removes its files, and no other.
    ///
    /// Throws `.cannotCreate` where a file only has the name of one, or cannot be removed.
    func remove() throws(MDLSTMError) {
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
        let isOwn = (try? TensorFile(contentsOf: path)).map { (try? $0.configuration()) ?? nil != nil } ?? false
        guard !isOwn else { return }
        throw MDLSTMError(
            .cannotCreate,
            "\(path): expected a model of an earlier training, found a file of another program or a damaged one; move it, or "
                + "choose another folder with --out")
    }
}
