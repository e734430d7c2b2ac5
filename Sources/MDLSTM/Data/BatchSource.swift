private import Synchronization

/// The batches of a training by epoch and number, each a function of these alone: a training that goes on from a checkpoint
/// gets what it would have got.
public protocol BatchSource<Element>: Sendable {
    associatedtype Element: Scalar

    /// Batches of an epoch, counted from 1.
    func count(epoch: Int) throws -> Int

    /// Makes a batch; may be called on several threads at once.
    func batch(epoch: Int, index: Int) throws -> TrainingBatch<Element>
}

/// The samples of a data set in batches, each epoch in an order of its own.
public final class DataSetBatches<Element: Scalar>: BatchSource {
    public let data: any DataSet<Element>
    public let size: BatchSize
    public let seed: UInt64
    private let extents: [[Int]]

    /// Whether the first epoch goes from small samples to large ones.
    private let beginsSmall: Bool

    /// The order of the epoch asked for last.
    private let lastPlan = Mutex<(epoch: Int, plan: BatchPlan)?>(nil)

    /// The extents that a sample has in an epoch once it is changed.
    private let changed: @Sendable (_ extents: [Int], _ epoch: Int, _ index: Int) -> [Int]

    /// Changes a sample of an epoch on its way into a batch.
    private let change: @Sendable (Sample<Element>, _ epoch: Int, _ index: Int) throws -> Sample<Element>

    /// - Parameters:
    ///   - data: the samples
    ///   - size: of a batch
    ///   - seed: of the order
    ///   - beginsSmall: whether the first epoch goes from small samples to large ones
    ///   - change: augments a sample, its number in the set given, or makes a target of it; nothing unless given
    ///   - changed: the extents of a changed sample, so that those of like size come together; the sample's own unless given
    /// - Throws: the errors of ``DataSet/extents(of:)``.
    public init(
        _ data: any DataSet<Element>, size: BatchSize, seed: UInt64, beginsSmall: Bool = false,
        change: @escaping @Sendable (Sample<Element>, _ epoch: Int, _ index: Int) throws -> Sample<Element> = {
            sample, _, _ in sample
        },
        changed: @escaping @Sendable (_ extents: [Int], _ epoch: Int, _ index: Int) -> [Int] = { extents, _, _ in
            extents
        }
    ) throws {
        (self.data, self.size, self.seed, self.beginsSmall) = (data, size, seed, beginsSmall)
        (self.changed, self.change) = (changed, change)
        extents = try (0..<data.count).map { try data.extents(of: $0) }
    }

    /// The order of an epoch.
    public func plan(epoch: Int) -> BatchPlan {
        lastPlan.withLock { last in
            if let last, last.epoch == epoch { return last.plan }
            let plan = BatchPlan(
                extents: extents.enumerated().map { changed($1, epoch, $0) }, size: size, seed: seed, epoch: epoch,
                isSorted: beginsSmall && epoch == 1)
            last = (epoch, plan)
            return plan
        }
    }

    public func count(epoch: Int) -> Int { plan(epoch: epoch).batches.count }

    public func batch(epoch: Int, index: Int) throws -> TrainingBatch<Element> {
        try TrainingBatch(
            plan(epoch: epoch).batches[index].map { number in try change(try data.sample(at: number), epoch, number) })
    }
}
