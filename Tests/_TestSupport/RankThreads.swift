import Foundation
public import MDLSTM
private import Synchronization

/// Runs a body on every rank, each a thread with a stack that compilers of kernels have room in.
///
/// - Parameters:
///   - count: ranks
///   - hosts: the number of each rank's host; all on one unless given
///   - timeout: seconds that a rank waits for another
/// - Returns: what the body gave, by rank
/// - Throws: the error of the first rank that has one.
public func onRanks<Result: Sendable>(
    _ count: Int, hosts: [Int]? = nil, timeout: Double = 120,
    _ body: @escaping @Sendable (ThreadExchange) throws -> Result
) throws -> [Result] { try outcomes(ofRanks: count, hosts: hosts, timeout: timeout, body).map { try $0.get() } }

/// The same with the error of each rank.
public func outcomes<Outcome: Sendable>(
    ofRanks count: Int, hosts: [Int]? = nil, timeout: Double = 120,
    _ body: @escaping @Sendable (ThreadExchange) throws -> Outcome
) -> [Result<Outcome, any Error>] {
    let found = Found<Outcome>()
    let exchanges = ThreadExchange.ranks(count, hosts: hosts, timeout: timeout)
    for exchange in exchanges {
        let thread = Thread { found.put(Result { try body(exchange) }, exchange.rank) }
        thread.stackSize = 16 << 20
        thread.start()
    }
    for _ in exchanges { found.ended.wait() }
    return exchanges.map { found.result(of: $0.rank) }
}

/// What the threads have come to.
private final class Found<Outcome: Sendable>: Sendable {
    let ended = DispatchSemaphore(value: 0)
    private let results = Mutex<[Int: Result<Outcome, any Error>]>([:])

    func put(_ result: Result<Outcome, any Error>, _ rank: Int) {
        results.withLock { $0[rank] = result }
        ended.signal()
    }

    func result(of rank: Int) -> Result<Outcome, any Error> { results.withLock { $0[rank]! } }
}
