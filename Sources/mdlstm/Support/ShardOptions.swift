import ArgumentParser
import MDLSTM

/// The flag of every training whose batches can be computed in parts.
struct ShardOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Compute a batch in so many parts, a power of two; the bits depend on their number. At once unless given."
    )
    var shards: Int?

    func validate() throws {
        guard shards.map(ShardPlan.allows) ?? true else {
            throw ValidationError(
                "--shards must be a power of two from 1 to \(ShardPlan.mostShards), found \(shards ?? 0)")
        }
    }
}
