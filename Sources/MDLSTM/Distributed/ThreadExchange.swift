private import Dispatch
private import Synchronization

/// Ranks that are threads of one process: for tests, and for what needs no MPI.
public struct ThreadExchange: RankExchange, Sendable {
    public let rank: Int
    public let size: Int

    public let hosts: [Int]

    /// Seconds that a rank waits for another.
    public let timeout: Double

    /// What rank `from` has sent to rank `to` is in place `from * size + to`.
    private let boxes: [Mailbox]
    private let sent = Sent()

    private init(rank: Int, hosts: [Int], timeout: Double, boxes: [Mailbox]) {
        (self.rank, size, self.hosts, self.timeout, self.boxes) = (rank, hosts.count, hosts, timeout, boxes)
    }

    /// The exchanges of so many ranks, one for each thread.
    ///
    /// - Parameters:
    ///   - size: ranks
    ///   - hosts: the number of each rank's host, as if they were on several; all on one unless given
    ///   - timeout: seconds after which a rank that does not answer counts as missing
    public static func ranks(_ size: Int, hosts: [Int]? = nil, timeout: Double = 60) -> [ThreadExchange] {
        precondition(size >= 1 && timeout > 0, "a training needs at least 1 rank and a time above 0")
        let hosts = hosts ?? Array(repeating: 0, count: size)
        precondition(hosts.count == size, "found hosts of \(hosts.count) ranks, expected \(size)")
        let boxes = (0..<(size * size)).map { _ in Mailbox() }
        return (0..<size).map { ThreadExchange(rank: $0, hosts: hosts, timeout: timeout, boxes: boxes) }
    }

    public var traffic: ExchangeTraffic { sent.traffic.withLock { $0 } }

    public func transfer(_ pieces: [[UInt8]], receiving counts: [Int]) throws -> [[UInt8]] {
        precondition(pieces.count == size, "found \(pieces.count) pieces for \(size) ranks")
        sent.traffic.withLock { $0.add(pieces, ofRank: rank) }
        for (other, piece) in pieces.enumerated() where !piece.isEmpty { boxes[rank * size + other].put(piece) }
        let deadline = DispatchTime.now() + timeout
        return try (0..<size).map { other in
            if counts[other] == 0 { return [] }
            guard let piece = boxes[other * size + rank].take(before: deadline) else {
                throw ExchangeError(
                    .missing,
                    "rank \(rank) waits for rank \(other), which has not answered in \(timeout) s; it has ended or does not go on"
                )
            }
            guard piece.count == counts[other] else {
                throw unlike(piece.count, ofRank: other, expected: counts[other])
            }
            return piece
        }
    }
}

/// What a rank has sent, which all copies of its exchange count together.
private final class Sent: Sendable {
    let traffic = Mutex(ExchangeTraffic())
}

/// Pieces on their way from one thread to another, in order.
private final class Mailbox: Sendable {
    private let pieces = Mutex<[[UInt8]]>([])
    private let filled = DispatchSemaphore(value: 0)

    func put(_ piece: [UInt8]) {
        pieces.withLock { $0.append(piece) }
        filled.signal()
    }

    func take(before deadline: DispatchTime) -> [UInt8]? {
        guard filled.wait(timeout: deadline) == .success else { return nil }
        return pieces.withLock { $0.removeFirst() }
    }
}
