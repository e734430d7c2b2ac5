/// What the ranks of a training tell each other: processes with a device each, or one alone.
///
/// Every rank makes the same calls in the same order. Numbers are sent as they lie in memory, so ranks share a byte order.
public protocol RankExchange {
    /// The number of this rank, from 0, and how many there are.
    var rank: Int { get }
    var size: Int { get }

    /// The number of each rank's host: ranks of one host have the same.
    var hosts: [Int] { get }

    /// What this rank has sent so far.
    var traffic: ExchangeTraffic { get }

    /// Sends a piece to every rank, itself included, and takes theirs; a piece of no bytes is no message.
    ///
    /// - Parameters:
    ///   - pieces: one for each rank
    ///   - counts: bytes of the piece that each rank sends to this one
    /// - Returns: the piece that each rank has sent to this one
    /// - Throws: ``ExchangeError`` when a rank does not answer, or sends a piece of another size.
    func transfer(_ pieces: [[UInt8]], receiving counts: [Int]) throws -> [[UInt8]]
}

extension RankExchange {
    /// All on one host.
    public var hosts: [Int] { Array(repeating: 0, count: size) }

    /// Sends a piece of any size to every rank, itself included, and takes theirs: two messages for each.
    public func exchange(_ pieces: [[UInt8]]) throws -> [[UInt8]] {
        let width = MemoryLayout<Int>.size
        let sizes = try transfer(
            pieces.map { withUnsafeBytes(of: $0.count) { [UInt8]($0) } },
            receiving: Array(repeating: width, count: size))
        return try transfer(
            pieces, receiving: sizes.map { $0.withUnsafeBytes { $0.loadUnaligned(as: Int.self) } })
    }

    /// What every rank has given, by rank.
    public func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
        try exchange(Array(repeating: bytes, count: size))
    }

    /// What rank 0 has given; that of the others is ignored.
    public func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
        try exchange(Array(repeating: rank == 0 ? bytes : [], count: size))[0]
    }

    /// Returns once every rank has come to this call.
    public func barrier() throws {
        _ = try transfer(Array(repeating: [0], count: size), receiving: Array(repeating: 1, count: size))
    }

    /// A piece that is not of the size that this rank expects.
    package func unlike(_ bytes: Int, ofRank other: Int, expected: Int) -> ExchangeError {
        ExchangeError(
            .unlike,
            "rank \(rank) expected \(expected) bytes of rank \(other), found \(bytes); start all ranks with the same command, data "
                + "and version")
    }
}

/// What a rank has sent to others.
public struct ExchangeTraffic: Sendable, Equatable {
    public var messages = 0
    public var bytes = 0

    public init(messages: Int = 0, bytes: Int = 0) { (self.messages, self.bytes) = (messages, bytes) }

    /// Adds what a rank sends with some pieces.
    package mutating func add(_ pieces: [[UInt8]], ofRank rank: Int) {
        for (other, piece) in pieces.enumerated() where other != rank && !piece.isEmpty {
            messages += 1
            bytes += piece.count
        }
    }
}

/// One rank alone.
public struct SoloExchange: RankExchange, Sendable {
    public init() {}

    public var rank: Int { 0 }
    public var size: Int { 1 }

    public var traffic: ExchangeTraffic { ExchangeTraffic() }

    public func transfer(_ pieces: [[UInt8]], receiving counts: [Int]) -> [[UInt8]] { pieces }
}

/// What can go wrong between ranks.
public struct ExchangeError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// A rank does not answer within the time.
        case missing
        /// Ranks that do not compute the same.
        case unlike
        /// Parameters of ranks that have drifted apart.
        case drifted
        /// Ranks that do not know of each other.
        case unavailable
    }

    public let kind: Kind

    /// One line: what was expected, what was found, and what to do.
    public let message: String

    public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }

    public var description: String { message }
}
