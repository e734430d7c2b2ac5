/// A trainer whose steps are computed shard by shard, alone or together with other ranks.
///
/// A batch is cut into a fixed number of shards of like cost, see ``ShardPlan``. The losses and gradients of a shard are sums
/// divided by the mass of the whole batch; they are added in a fixed binary tree, then clipped, tested for NaN and applied once,
/// by every rank. Masks of dropout and zoneout are those of a sample's place in the whole ordered batch. So the bits depend on the
/// number of shards and not on that of ranks, as long as all ranks compute on the same kind of device.
///
/// Each shard normalises in a layer `batchNorm` by its own sites, and the running numbers take the mean of the shards that have
/// some. States that are carried from batch to batch belong to a shard's samples.
///
/// Every rank makes the same calls, with whole batches. The parts of a step, from ``forward(_:)`` to ``apply(scale:)``, are those of
/// the trainer inside and take whole batches on every rank.
public final class ShardedTrainer<Element: Scalar>: Trainer {
    /// Shards of a batch, a power of two.
    public let shards: Int
    public let exchange: any RankExchange
    let trainer: any Trainer<Element>
    private let training: TrainingConfiguration

    /// The shards that this rank computes.
    let own: Range<Int>

    /// What left the shards of this rank with the last batch, by shard, and the samples of that batch; nil before the first.
    var carried: [Int: ParameterTensors<Element>] = [:]
    var carriedBatch: Int?

    /// Whether this rank is to stop, asked for at every step.
    public var wantsStop: () -> Bool = { false }

    /// Whether a rank with shards was to stop before the last step: the same on all, so that all stop after it.
    public private(set) var mayStop = false

    /// - Parameters:
    ///   - trainer: one that computes shards; its own steps are no longer taken
    ///   - training: that it was made with
    ///   - shards: of a batch, a power of two
    ///   - exchange: with the other ranks; alone unless given
    /// - Throws: ``MDLSTMError`` of kind `option` for another number of shards.
    public init(
        _ trainer: any Trainer<Element>, training: TrainingConfiguration, shards: Int,
        exchange: any RankExchange = SoloExchange()
    ) throws(MDLSTMError) {
        try ShardPlan.validate(shards: shards)
        (self.trainer, self.training, self.shards, self.exchange) = (trainer, training, shards, exchange)
        own = ShardPlan.shards(ofRank: exchange.rank, of: exchange.size, shards: shards)
    }

    public var model: ModelConfiguration { trainer.model }
    public var stepsTaken: Int { trainer.stepsTaken }

    public var rateFactor: Double {
        get { trainer.rateFactor }
        set { trainer.rateFactor = newValue }
    }

    /// Prepares the shards of this rank.
    public func prepare(for grid: Grid) throws {
        let plan = ShardPlan(grid, shards: shards)
        for shard in own {
            if let part = try plan.grid(of: shard, in: grid) { try trainer.prepare(for: part) }
        }
    }

    public var foresight: (@Sendable (Grid) -> Void)? {
        // The tables of several shards would push each other out.
        guard own.count == 1, let inner = trainer.foresight else { return nil }
        let (own, shards) = (own, shards)
        return { grid in
            let plan = ShardPlan(grid, shards: shards)
            for shard in own {
                if let part = try? plan.grid(of: shard, in: grid) { inner(part) }
            }
        }
    }

    public func step(_ batch: TrainingBatch<Element>) throws -> StepReport {
        let grid = try model.validatedGrid(of: batch)
        let output = try model.grids(from: grid).last!
        try model.validateTarget(of: batch, over: output, for: training.loss)
        try training.requireCarrying(batch)
        if batch.continues {
            try TrainingConfiguration.require(
                carriedBatch.map { model.carriedShapes(batch: $0) } ?? [], model.carriedShapes(batch: grid.batch))
        }
        let mass = training.loss.mass(of: batch.target, grid: output, classWeights: training.classWeights)
        let plan = ShardPlan(grid, shards: shards)
        var sums = ShardSums<Element>(zerosOf: model, training)
        var tree = TreeSum<Element>()
        let outputs = output.sitesPerSample * model.outputSize
        for shard in own {
            var found = sums
            let range = plan.ranges[shard]
            if !range.isEmpty {
                let part = batch.selecting(plan.samples(of: shard), at: range.lowerBound, outputs: outputs)
                let computed = try trainer.shard(part, mass: mass, entering: carried[shard] ?? ParameterTensors())
                found = computed.sums
                if !batch.probes.isEmpty {
                    found.probeError *= Element(part.probes.count) / Element(batch.probes.count)
                }
                if training.carriesStates { carried[shard] = computed.leaving }
            }
            let wish: Element = shard == own.first && wantsStop() ? 1 : 0
            tree.add(found.flat + [wish], of: shard..<(shard + 1))
        }
        if training.carriesStates { carriedBatch = grid.batch }
        let flat = try exchange.sum(tree, shards: shards, count: sums.flat.count + 1)
        mayStop = flat.last! > 0
        sums.take(flat)
        return try trainer.step(by: sums)
    }
}

extension Trainer {
    /// A trainer whose steps are computed in shards; this one where no number of them is given.
    ///
    /// - Parameters:
    ///   - shards: of a batch, a power of two
    ///   - training: that it was made with
    ///   - exchange: with the other ranks
    /// - Throws: ``MDLSTMError`` of kind `option` for another number of shards.
    public func inShards(
        _ shards: Int?, training: TrainingConfiguration, exchange: any RankExchange = SoloExchange()
    ) throws(MDLSTMError) -> any Trainer<Element> {
        guard let shards else { return self }
        return try ShardedTrainer(self, training: training, shards: shards, exchange: exchange)
    }
}
