import Foundation
import MDLSTM

/// Where ranks other than the first keep what a training writes: a folder of their own, removed at the end, or by a later rank where
/// they were killed. The first alone writes to the folder that was asked for.
enum RankFolder {
    // Set once, before there is another thread.
    nonisolated(unsafe) private static var path: String?

    /// Gives other ranks than the first a folder with the files that the first goes on from, so that no file system need be shared.
    ///
    /// - Parameter subfolders: of the folder, in which the training keeps files too
    static func share(
        _ out: String?, _ checkpoints: CheckpointOptions, _ subfolders: [String]
    ) throws -> (out: String?, checkpoints: CheckpointOptions) {
        guard Ranks.isShared else { return (out, checkpoints) }
        guard checkpoints.resume != "-", checkpoints.file.map(isRegular) ?? true else {
            throw MDLSTMError(.option, "ranks cannot share a checkpoint from a pipe; give --resume its file")
        }
        guard let folder = out else { return (out, checkpoints) }
        if !Ranks.isFirst { path = try LockedFolder.make(prefix: "mdlstm-rank-") }
        if checkpoints.resume != nil {
            for name in try names(in: folder) { try hand("\(folder)/\(name)", as: name) }
            for subfolder in subfolders {
                let names = try names(in: "\(folder)/\(subfolder)")
                if let path, !names.isEmpty { _ = try OutputFolder("\(path)/\(subfolder)") }
                for name in names { try hand("\(folder)/\(subfolder)/\(name)", as: "\(subfolder)/\(name)") }
            }
        }
        var own = checkpoints
        if let file = checkpoints.file {
            // A training goes on with the best model so far, too, which lies beside its checkpoint.
            let best = URL(fileURLWithPath: file).deletingLastPathComponent().appending(path: "model.safetensors").path
            try hand(file, as: "given.safetensors")
            if try !shared({ isRegular(best) ? [1] : [] }).isEmpty { try hand(best, as: "model.safetensors") }
            if let path { own.resume = "\(path)/given.safetensors" }
        }
        return (path ?? out, own)
    }

    /// Gives a file of the first rank to the others, which write it to their folders.
    private static func hand(_ file: String, as name: String) throws {
        let bytes = try shared { try readFile(file) }
        if let path { try writeFile(bytes, to: "\(path)/\(name)") }
    }

    static func removeAll() {
        guard let path else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Bytes that the first rank has.
    private static func shared(_ read: () throws -> [UInt8]) throws -> [UInt8] {
        try Ranks.exchange.broadcast(try Ranks.isFirst ? read() : [])
    }

    /// The plain files in the first rank's folder.
    private static func names(in folder: String) throws -> [String] {
        let text = try shared {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let files = names.filter { isRegular("\(folder)/\($0)") && !isFolder("\(folder)/\($0)") }
            return Array(files.sorted().joined(separator: "/").utf8)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "/").map(String.init)
    }
}
