/// What a sharded trainer hands on, and the state that all ranks have together.
extension ShardedTrainer {
    public func parameters() throws -> ParameterTensors<Element> { try trainer.parameters() }

    public func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws -> Tensor<Element> {
        try trainer.predict(input, samples: samples)
    }

    public func largestCell() throws -> Element? { try trainer.largestCell() }

    public func makeSequence(batch: Int) throws -> any SequenceModel<Element> { try trainer.makeSequence(batch: batch) }

    public func forward(_ batch: TrainingBatch<Element>) throws -> Tensor<Element> { try trainer.forward(batch) }

    public func backward(outputGradient dy: Tensor<Element>) throws { try trainer.backward(outputGradient: dy) }

    public func add(gradients: ParameterTensors<Element>) throws { try trainer.add(gradients: gradients) }

    public func apply(scale: Double) throws -> UpdateReport { try trainer.apply(scale: scale) }

    public func gradients() throws -> ParameterTensors<Element> { try trainer.gradients() }

    public func inputGradient() throws -> Tensor<Element> { try trainer.inputGradient() }

    public var gradientParts: [Range<Int>] { trainer.gradientParts }

    public func shard(
        _ part: TrainingBatch<Element>, mass: Double, entering: ParameterTensors<Element>,
        ready: ((Range<Int>, [Element]) throws -> Void)?
    ) throws -> ComputedShard<Element> { try trainer.shard(part, mass: mass, entering: entering, ready: ready) }

    public func step(by sums: ShardSums<Element>) throws -> StepReport { try trainer.step(by: sums) }

    /// A copy of everything needed to continue, on any number of ranks; where states are carried, all ranks must ask for it.
    public func state() throws -> TrainerState<Element> {
        var state = try trainer.state()
        state.carried = try gatherCarried()
        return state
    }

    public func restore(_ state: TrainerState<Element>) throws {
        var inner = state
        inner.carried = ParameterTensors()
        var parts: [Int: ParameterTensors<Element>] = [:]
        var batch: Int?
        if let first = model.carriedShapes(batch: 1).first, let found = state.carried[first.name] {
            let count = found.shape[0] / first.shape[0]
            let carried = try state.carried.ordered(as: model.carriedShapes(batch: count))
            for (shard, range) in try carriedRanges(batch: count).enumerated() where own.contains(shard) {
                if !range.isEmpty { parts[shard] = carried.sequences(range, of: count, model) }
            }
            batch = count
        }
        try trainer.restore(inner)
        (carried, carriedBatch) = (parts, batch)
    }

    /// Compares the parameters of all ranks; all must ask for it.
    ///
    /// - Throws: ``ExchangeError`` of kind `drifted` when they are not the same on all ranks, naming the first that differs.
    public func requireSameParameters() throws {
        guard exchange.size > 1 else { return }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in try trainer.parameters().flat {
            hash = (hash ^ UInt64(Double(value).bitPattern)) &* 0x100_0000_01b3
        }
        let found = try exchange.gather(withUnsafeBytes(of: hash) { [UInt8]($0) })
        guard let other = found.firstIndex(where: { $0 != found[0] }) else { return }
        throw ExchangeError(
            .drifted,
            "the parameters of rank \(other) are no longer those of rank 0 at step \(stepsTaken); take devices of one kind, and go on "
                + "from the last checkpoint")
    }

    /// The sequences of each shard: they are of one length, so that their number alone decides.
    private func carriedRanges(batch: Int) throws(MDLSTMError) -> [Range<Int>] {
        ShardPlan(try Grid(batch: batch, extents: [1]), shards: shards).ranges
    }

    /// The states of the whole batch, from all ranks.
    private func gatherCarried() throws -> ParameterTensors<Element> {
        guard let batch = carriedBatch else { return ParameterTensors() }
        let ranges = try carriedRanges(batch: batch)
        let sent = own.flatMap { carried[$0]?.flat ?? [] }
        let gathered = try exchange.gather(exchange.bytes(of: sent[...]))
        var parts: [ParameterTensors<Element>] = []
        for (rank, bytes) in gathered.enumerated() {
            let shards = ShardPlan.shards(ofRank: rank, of: exchange.size, shards: shards)
            let shapes = ranges[shards].filter { !$0.isEmpty }.map { model.carriedShapes(batch: $0.count) }
            let sizes = shapes.map { $0.reduce(0) { $0 + $1.count } }
            let values: [Element] = try exchange.elements(of: bytes, count: sizes.reduce(0, +), ofRank: rank)
            var first = 0
            for (shapes, size) in zip(shapes, sizes) {
                parts.append(ParameterTensors(shapes: shapes, flat: Array(values[first..<(first + size)])))
                first += size
            }
        }
        return ParameterTensors.joined(parts, batch: batch, model)
    }
}
