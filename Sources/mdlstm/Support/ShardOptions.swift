import ArgumentParser
import MDLSTM

/// The flag of every command whose work ranks can share.
struct ExchangeOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Seconds that a rank waits for another before it gives up; 60 unless given.")
    var exchangeTimeout: Double?

    func validate() throws {
        guard exchangeTimeout.map({ $0 > 0 && $0 <= 1e6 }) ?? true else {
            throw ValidationError("--exchange-timeout must be above 0, found \(exchangeTimeout ?? 0)")
        }
    }

    /// Joins the other ranks, before any device is opened.
    func join() throws { try Ranks.start(timeout: exchangeTimeout ?? 60) }
}

/// The flags of every training, whose batches can be computed in parts.
struct ShardOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: """
            Compute a batch in so many parts, a power of two; the bits depend on their number. Unless given, as a resumed \
            training was begun, else as many as there are ranks: one rank alone computes it at once.
            """)
    var shards: Int?

    @OptionGroup var exchange: ExchangeOptions

    func validate() throws {
        guard shards.map(ShardPlan.allows) ?? true else {
            throw ValidationError(
                "--shards must be a power of two from 1 to \(ShardPlan.mostShards), found \(shards ?? 0)")
        }
    }

    /// Joins the other ranks, before any device is opened.
    func join() throws {
        try exchange.join()
        let size = Ranks.exchange.size
        if size & (size - 1) != 0 {
            printError("note: \(size) ranks are no power of two, so that some of them compute more shards than others")
        }
    }

    /// Shards by the flag, a configuration, the checkpoint that is gone on with, or the number of ranks: one for each, or the
    /// next power of two.
    ///
    /// - Parameters:
    ///   - checkpoints: what is gone on with
    ///   - folders: where `--resume auto` looks, the first with a checkpoint deciding
    /// - Throws: `MDLSTMError` of kind `option` where several ranks go on with a training that has no shards.
    func count(configured: Int? = nil, _ checkpoints: CheckpointOptions, in folders: [String]) throws -> Int? {
        if let given = shards ?? configured { return given }
        guard let earlier = checkpoints.earlierShards(in: folders) else { return Ranks.usualShards }
        guard earlier.shards != nil || !Ranks.isShared else {
            throw MDLSTMError(
                .option,
                "\(earlier.path): expected a training in shards, which ranks can share; found one whose batches are computed at "
                    + "once: go on with it alone, without a launcher")
        }
        return earlier.shards
    }
}
