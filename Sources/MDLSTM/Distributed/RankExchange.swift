/// What the ranks of a training tell each other: processes with a device each, or one alone.
///
/// Every rank makes the same calls in the same order. Numbers are sent as they lie in memory, so ranks share a byte order.
public protocol RankExchange {
    /// The number of this rank, from 0, and how many there are.
    var rank: Int { get }
    var size: Int { get }

    /// Sends a piece to every rank, itself included, and takes theirs.
    ///
    /// - Parameter pieces: one for each rank
    /// - Returns: the piece that each rank has sent to this one
    /// - Throws: ``ExchangeError`` when a rank does not answer.
    func exchange(_ pieces: [[UInt8]]) throws -> [[UInt8]]

    /// What every rank has given, by rank.
    func gather(_ bytes: [UInt8]) throws -> [[UInt8]]

    /// What rank 0 has given; that of the others is ignored.
    func broadcast(_ bytes: [UInt8]) throws -> [UInt8]

    /// Returns once every rank has come to this call.
    func barrier() throws
}

extension RankExchange {
    public func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
        try exchange(Array(repeating: bytes, count: size))
    }

    public func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
        try exchange(Array(repeating: rank == 0 ? bytes : [], count: size))[0]
    }

    public func barrier() throws { _ = try exchange(Array(repeating: [], count: size)) }
}

/// One rank alone.
public struct SoloExchange: RankExchange, Sendable {
    public init() {}

    public var rank: Int { 0 }
    public var size: Int { 1 }

    public func exchange(_ pieces: [[UInt8]]) -> [[UInt8]] { pieces }
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
