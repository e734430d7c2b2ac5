import Foundation
import MDLSTM

/// What ranks must agree in before they work together, and work that the first does alone.
extension Ranks {
    /// Refuses ranks that do not take part in the same training of a published task.
    static func requireSame(run: JSONValue, steps: Int, _ compute: ComputeOptions) throws {
        try requireSame([("configuration", run.serialized()), ("steps", "\(steps)")] + members(of: compute))
    }

    /// Refuses ranks that have not the same model, or other files to judge it by or to answer.
    ///
    /// - Parameters:
    ///   - model: its file, or the folder of its run
    ///   - data: what tells the files from others
    static func requireSame(model: String, data: @autoclosure () throws -> String, _ compute: ComputeOptions) throws {
        guard isShared else { return }
        let path = TrainedModel<Float>.file(of: model)
        guard isRegular(path) else {
            throw MDLSTMError(.option, "\(path): ranks cannot share a model that comes through a pipe; name its file")
        }
        let file = "\(hash(of: try readFile(path)))"
        try requireSame([("data", try data()), ("model", file)] + members(of: compute))
    }

    private static func members(of compute: ComputeOptions) -> [(name: String, text: String)] {
        [("precision", "\(compute.precision)"), ("path", "\(compute.backend) \(compute.path)")]
    }

    /// FNV-1a over words of 8 bytes, the last one shorter.
    private static func hash(of bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for first in stride(from: 0, to: bytes.count, by: 8) {
            var word: UInt64 = 0
            for byte in bytes[first..<min(first + 8, bytes.count)] { word = word << 8 | UInt64(byte) }
            hash = (hash ^ word) &* 0x100_0000_01b3
        }
        return hash
    }

    /// Whether no rank takes part in what this one does.
    nonisolated(unsafe) private(set) static var isAlone = false

    /// Lets the first rank work alone; the others wait until it has ended, however long that takes.
    static func byFirstAlone(_ work: () throws -> Void) throws {
        guard isShared else { return try work() }
        isAlone = true
        defer { isAlone = false }
        if isFirst { try work() } else { setTimeout(.infinity) }
        _ = try exchange.broadcast([])
    }

    /// The command of this rank but for its device, which each may have of its own.
    static var command: String {
        var words: [String] = []
        for word in CommandLine.arguments.dropFirst() {
            if words.last == "--device" {
                words.removeLast()
            } else if !word.hasPrefix("--device=") {
                words.append(word)
            }
        }
        return words.joined(separator: " ")
    }

    /// Names and sizes of files.
    static func listing(of files: [String]) -> String {
        files.map { file in
            var status = stat()
            return stat(file, &status) == 0 ? "\(file) \(status.st_size)" : file
        }.joined(separator: "\n")
    }

    /// Names the devices of all ranks on stderr, those that are alike once.
    static func announce(device line: String) throws {
        guard isShared, !isAlone else { return printError("device: \(line)") }
        let lines = try exchange.gather(Array(line.utf8)).map { String(decoding: $0, as: UTF8.self) }
        if lines.allSatisfy({ $0 == line }) {
            return printError("device: \(line), of each of \(lines.count) ranks")
        }
        for (rank, line) in lines.enumerated() {
            printError("device of rank \(rank) (host \(hostNames[rank])): \(line)")
        }
    }
}
