import MDLSTM

extension CheckpointOptions {
    /// The shards of the training that is gone on with, none where its batches are computed at once; nil where a training begins.
    ///
    /// What cannot be read, or is no checkpoint, is told by what goes on with it.
    ///
    /// - Parameter folders: where `--resume auto` looks; the newest checkpoint of the first that has one decides
    func earlierShards(in folders: [String]) -> (path: String, shards: Int?)? {
        guard resume != nil else { return nil }
        // What comes through a pipe is read once, by what goes on with it.
        if let file { return isRegular(file) ? Self.shards(of: file) : nil }
        for folder in folders {
            let names = (fileNames(inFolder: folder) ?? []).filter(EarlierRun.isCheckpoint)
            for name in names.sorted().reversed() {
                if let found = Self.shards(of: "\(folder)/\(name)") { return found }
            }
        }
        return nil
    }

    /// What a checkpoint says of them, `training.shards` where a configuration has it; nil where it is none.
    private static func shards(of path: String) -> (path: String, shards: Int?)? {
        guard let text = (try? TensorFile(contentsOf: path))?.metadata[checkpointKey],
            let run = (try? JSONValue(parsing: text, name: path))?["run"]
        else { return nil }
        return (path, (run["training.shards"] ?? run["shards"])?.intValue)
    }
}
