private import Dispatch
private import Synchronization

/// Ranks that are threads of one process: for tests, and for what needs no MPI.
public struct ThreadExchange: RankExchange, Sendable {
    public let rank: Int
    public let size: Int

    /// Seconds that a rank waits for another.
    public let timeout: Double

    /// What rank `from` has sent to rank `to` is in place `from * size + to`.
    private let boxes: [Mailbox]

    private init(rank: Int, size: Int, timeout: Double, boxes: [Mailbox]) {
        (self.rank, self.size, self.timeout, self.boxes) = (rank, size, timeout, boxes)
    }

    /// The exchanges of so many ranks, one for each thread.
    ///
    /// - Parameters:
    ///   - size: ranks
    ///   - timeout: seconds after which a rank that does not answer counts as missing
    public static func ranks(_ size: Int, timeout: Double = 60) -> [ThreadExchange] {
        precondition(size >= 1 && timeout > 0, "a training needs at least 1 rank and a time above 0")
        let boxes = (0..<(size * size)).map { _ in Mailbox() }
        return (0..<size).map { ThreadExchange(rank: $0, size: size, timeout: timeout, boxes: boxes) }
    }

    public func exchange(_ pieces: [[UInt8]]) throws -> [[UInt8]] {
        precondition(pieces.count == size, "found \(pieces.count) pieces for \(size) ranks")
        for (other, piece) in pieces.enumerated() { boxes[rank * size + other].put(piece) }
        let deadline = DispatchTime.now() + timeout
        return try (0..<size).map { other in
            guard let piece = boxes[other * size + rank].take(before: deadline) else {
                throw ExchangeError(
                    .missing,
                    "rank \(rank) waits for rank \(other), which has not answered in \(timeout) s; it has ended or does not go on"
                )
            }
            return piece
        }
    }
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
