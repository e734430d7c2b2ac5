import MDLSTM

/// Batches that n ranks share out among themselves, each of them every n-th; they are made ahead of time.
struct SharedBatches<Element: Scalar> {
    private let prepared: PreparedBatches<Element>
    private let count: Int, size: Int

    /// - Parameters:
    ///   - source: of one epoch, the same on all ranks
    ///   - exchange: with the other ranks
    init(_ source: DataSetBatches<Element>, over exchange: any RankExchange) {
        let own = OwnBatches(source: source, rank: exchange.rank, size: exchange.size)
        (prepared, count, size) = (PreparedBatches(own), own.count(epoch: 1), exchange.size)
    }

    /// The batch of this number, one of this rank's, asked for in order.
    func batch(_ number: Int) throws -> TrainingBatch<Element> {
        try prepared.batch(at: .init(epoch: 1, index: number / size), of: count)
    }
}

/// The batches of one rank.
private struct OwnBatches<Element: Scalar>: BatchSource {
    let source: DataSetBatches<Element>
    let rank: Int, size: Int

    func count(epoch: Int) -> Int { (source.plan(epoch: epoch).batches.count + size - 1 - rank) / size }

    func batch(epoch: Int, index: Int) throws -> TrainingBatch<Element> {
        try source.batch(epoch: epoch, index: index * size + rank)
    }
}
