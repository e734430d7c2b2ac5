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
        let command = CommandLine.arguments.dropFirst().joined(separator: " ")
        let file = "\(hash(of: try readFile(path)))"
        try requireSame([("command", command), ("data", try data()), ("model", file)] + members(of: compute))
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

    /// Lets the first rank work alone; the others do nothing until it has ended.
    ///
    /// - Parameter work: calls its argument now and then, so that the others know that it goes on
    static func byFirstAlone(_ work: (_ goesOn: () throws -> Void) throws -> Void) throws {
        guard isShared else { return try work {} }
        isAlone = true
        defer { isAlone = false }
        guard isFirst else {
            while try exchange.broadcast([]) == [1] {}
            return
        }
        var told = ContinuousClock.now
        try work {
            guard ContinuousClock.now - told > .seconds(timeout / 4) else { return }
            told = .now
            _ = try exchange.broadcast([1])
        }
        _ = try exchange.broadcast([0])
    }
}
