import ArgumentParser
import MDLSTM

/// The flag of every training whose batches can be computed in parts.
struct ShardOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Compute a batch in so many parts, a power of two; the bits depend on their number. At once unless given."
    )
    var shards: Int?

    @Option(parsing: .unconditional, help: "Seconds that a rank waits for another before it gives up; 60 unless given.")
    var exchangeTimeout: Double?

    func validate() throws {
        guard exchangeTimeout.map({ $0 > 0 && $0 <= 1e6 }) ?? true else {
            throw ValidationError("--exchange-timeout must be above 0, found \(exchangeTimeout ?? 0)")
        }
        guard shards.map(ShardPlan.allows) ?? true else {
            throw ValidationError(
                "--shards must be a power of two from 1 to \(ShardPlan.mostShards), found \(shards ?? 0)")
        }
    }

    /// Joins the other ranks, before any device is opened.
    mutating func join() throws {
        try Ranks.start(timeout: exchangeTimeout ?? 60)
    }

    /// Shards by the flag, a configuration, or the number of ranks: one for each, or the next power of two.
    func count(configured: Int?) -> Int? { shards ?? configured ?? Ranks.usualShards }
}
