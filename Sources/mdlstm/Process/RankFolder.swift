import Foundation
import MDLSTM

/// Where ranks other than the first keep what a training writes: a folder of their own, removed at the end. The first alone writes to
/// the folder that was asked for.
enum RankFolder {
    // Set once, before there is another thread.
    nonisolated(unsafe) private static var path: String?

    /// Gives other ranks than the first a folder with the files that the first goes on from, so that no file system need be shared.
    static func share(
        _ out: String?, _ checkpoints: CheckpointOptions
    ) throws -> (out: String?, checkpoints: CheckpointOptions) {
        guard Ranks.isShared, let folder = out else { return (out, checkpoints) }
        let resumes = checkpoints.resume != nil
        let names = resumes ? try names(in: folder) : []
        var files: [(name: String, bytes: [UInt8])] = []
        for name in names { files.append((name, try shared { try readFile("\(folder)/\(name)") })) }
        let given = try checkpoints.file.map { file in try shared { try readFile(file) } }
        if Ranks.isFirst { return (out, checkpoints) }
        var own = checkpoints
        let place = FileManager.default.temporaryDirectory.appending(path: "mdlstm-rank-\(getpid())").path
        _ = try OutputFolder(place)
        path = place
        for (name, bytes) in files { try writeFile(bytes, to: "\(place)/\(name)") }
        if let given {
            own.resume = "\(place)/given.safetensors"
            try writeFile(given, to: "\(place)/given.safetensors")
        }
        return (place, own)
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
            return Array(names.filter { isRegular("\(folder)/\($0)") }.sorted().joined(separator: "/").utf8)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "/").map(String.init)
    }
}
