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
        let before = (carried, carriedBatch)
        do { return try takeStep(batch) } catch {
            (carried, carriedBatch) = before
            throw error
        }
    }

    private func takeStep(_ batch: TrainingBatch<Element>) throws -> StepReport {
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
        let parts = trainer.gradientParts
        let sendsEarly = exchange.size > 1 && parts.count > 1
        var sums = ShardSums<Element>(zerosOf: model, training)
        let zeros = sums
        var tree = TreeSum<Element>()
        let numbers = 0..<(sums.flat.count + 1)
        // What is left to be summed where gradients are summed as they come.
        let rest = sendsEarly ? sums.gradients.count..<numbers.upperBound : numbers
        for shard in own {
            let isLast = sendsEarly && shard == own.last
            var ready: ((Range<Int>, [Element]) throws -> Void)?
            if isLast {
                let before = tree
                ready = { [exchange, shards] part, gradients in
                    var tree = before[part]
                    tree.add(gradients, of: shard..<(shard + 1))
                    try sums.gradients.replaceSubrange(
                        part, with: exchange.sum(tree, shards: shards, count: part.count))
                }
            }
            let found = try compute(
                shard, of: batch, by: plan, mass: mass, outputs: output.sitesPerSample * model.outputSize, zeros: zeros,
                ready: ready)
            let wish: Element = shard == own.first && wantsStop() ? 1 : 0
            let list = found.flat + [wish]
            if isLast { tree = tree[rest] }
            tree.add(isLast ? Array(list[rest]) : list, of: shard..<(shard + 1))
        }
        if training.carriesStates { carriedBatch = grid.batch }
        if sendsEarly, own.isEmpty {
            // A rank without shards takes part in each of the sums.
            for part in parts {
                try sums.gradients.replaceSubrange(part, with: exchange.sum(tree, shards: shards, count: part.count))
            }
        }
        let summed = try exchange.sum(tree, shards: shards, count: rest.count)
        mayStop = summed.last! > 0
        sums.take(sums.gradients.prefix(rest.lowerBound) + summed)
        return try trainer.step(by: sums)
    }

    /// The sums of one shard, whose probe error counts by its share of the probes.
    ///
    /// - Parameters:
    ///   - outputs: elements of a sample of the output
    ///   - zeros: the sums of an empty shard
    ///   - ready: takes the parts of the gradients as they become final
    private func compute(
        _ shard: Int, of batch: TrainingBatch<Element>, by plan: ShardPlan, mass: Double, outputs: Int,
        zeros: ShardSums<Element>, ready: ((Range<Int>, [Element]) throws -> Void)?
    ) throws -> ShardSums<Element> {
        let range = plan.ranges[shard]
        guard !range.isEmpty else {
            for part in trainer.gradientParts { try ready?(part, Array(zeros.gradients[part])) }
            return zeros
        }
        let part = batch.selecting(plan.samples(of: shard), at: range.lowerBound, outputs: outputs)
        var computed = try trainer.shard(
            part, mass: mass, entering: carried[shard] ?? ParameterTensors(), ready: ready)
        if !batch.probes.isEmpty {
            computed.sums.probeError *= Element(part.probes.count) / Element(batch.probes.count)
        }
        if training.carriesStates { carried[shard] = computed.leaving }
        return computed.sums
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
