import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// A step in shards is the step over the whole batch, but for rounding and what each shard normalises by itself.
@MainActor @Suite(.serialized) struct ShardSumTests: TrainerPieces {
    private nonisolated static let sides: [Pieces.Side] = [.reference, .fused, .sweep]

    private func expectSame(_ a: TrainerState<Double>, _ b: TrainerState<Double>, below bound: Double = 1e-20) {
        for (name, tensor) in b.parameters.entries + b.carried.entries {
            let found = (a.parameters[name] ?? a.carried[name])!
            expectNMSE(actual: found, expected: tensor, below: bound, name)
        }
        #expect(a.carried.names == b.carried.names && a.stepsTaken == b.stepsTaken)
    }

    /// Batches whose samples are in order of size, so that places in the batch are those in the order.
    @Test(arguments: sides) func stepsAreThoseOfTheWhole(_ side: Pieces.Side) throws {
        for loss in [Loss.meanSquaredError, .softmaxCrossEntropy] {
            let training = TrainingConfiguration(
                loss: loss, optimizer: .adam(epsilon: 1e-3), clipping: .globalNorm(0.05),
                learningRate: LearningRateSchedule(0.05))
            let whole = try makeTrainer(side, training)
            let shards = try makeTrainer(side, training).inShards(4, training: training)
            for lengths in [[1, 2, 3, 8], [2, 2, 7, 8], [8, 8, 8, 8]] {
                var batch = makeBatch(samples: lengths.map { [$0] }, labels: loss == .softmaxCrossEntropy)
                if loss == .meanSquaredError { batch.probes = [0, 33, 65, 66, 127] }
                try shards.prepare(for: Grid(extents: [8], samples: batch.samples!))
                let (expected, found) = (try whole.step(batch), try shards.step(batch))
                #expect(expected.loss > 0.01 && abs(found.loss - expected.loss) < 1e-12 * expected.loss)
                #expect(abs(found.gradientNorm - expected.gradientNorm) < 1e-10 * expected.gradientNorm)
                #expect(abs(found.probeError - expected.probeError) <= 1e-12 * expected.probeError)
                #expect(found.step == expected.step && found.learningRate == expected.learningRate)
            }
            expectSame(try shards.state(), try whole.state())
        }
    }

    /// The order of samples decides the masks, not the number of shards.
    @Test func masksAreThoseOfPlaces() throws {
        let training = TrainingConfiguration(learningRate: LearningRateSchedule(0.05))
        let batch = makeBatch(samples: [[8], [1], [3], [2]])
        let states = try [1, 2, 4, 8].map { shards in
            let trainer = try makeTrainer(.fused, training).inShards(shards, training: training)
            _ = try trainer.step(batch)
            return try trainer.state()
        }
        for state in states { expectSame(state, states[0]) }
    }

    @Test(arguments: sides) func statesBelongToRows(_ side: Pieces.Side) throws {
        let layers = [
            try LayerConfiguration(
                cell: .lstm, inputSize: 3, hiddenSize: 5, directions: [.forward(axes: 1)],
                options: CellOptions { $0.zoneout = Zoneout(hidden: 0.2, cell: 0.4) }),
            try LayerConfiguration(
                cell: .grid, inputSize: 5, hiddenSize: 4, directions: ["++"],
                options: CellOptions { $0.grid = GridOptions(depth: 3) }),
        ]
        let model = try ModelConfiguration(
            inputSize: 1, axes: 1,
            layers: [.embedding(symbols: 7, size: 3)] + layers.map { .recurrent($0) }
                + [.dense(inputSize: 4, outputSize: 7)])
        var training = TrainingConfiguration(
            loss: .softmaxCrossEntropy, optimizer: .adam(epsilon: 1e-3), learningRate: LearningRateSchedule(0.02))
        training.carriesStates = true
        func trainer(_ shards: Int?) throws -> any Trainer<Double> {
            try backend(side).makeTrainer(
                model: model, parameters: model.initialParameters(seed: 3), training: training
            ).inShards(shards, training: training)
        }
        @Sendable nonisolated func batch(_ step: Int) -> TrainingBatch<Double> {
            let all = (0..<30).map { ($0 * 11 + $0 * $0 * step) % 7 }
            var batch = TrainingBatch<Double>(
                input: Tensor(shape: [5, 6, 1], values: all.map(Double.init)),
                labels: Tensor(shape: [5, 6], values: all.map { Int32(6 - $0) }))
            batch.continues = step != 1 && step != 4
            return batch
        }
        let (whole, shards) = (try trainer(nil), try trainer(4))
        var (second, third) = (shards, whole)
        for step in 1...6 {
            let (expected, found) = (try whole.step(batch(step)), try shards.step(batch(step)))
            #expect(abs(found.loss - expected.loss) < 1e-11 * expected.loss, "step \(step)")
            if step == 5 {
                (second, third) = (try trainer(4), try trainer(nil))
                try second.restore(try shards.state())
                try third.restore(try shards.state())
            }
        }
        expectSame(try shards.state(), try whole.state())
        #expect(try shards.state().carried.entries.contains { $0.tensor.values.contains { abs($0) > 0.01 } })
        // The state is that of the whole batch: with the same shards the same bits follow, and without any the same numbers.
        _ = try second.step(batch(6))
        #expect(try second.state() == shards.state())
        _ = try third.step(batch(6))
        expectSame(try third.state(), try whole.state())
        // Two ranks carry what belongs to their rows.
        if side == .reference {
            let states = try onRanks(2) { [training] exchange in
                let trainer = try ReferenceBackend<Double>().makeTrainer(
                    model: model, parameters: model.initialParameters(seed: 3), training: training
                ).inShards(4, training: training, exchange: exchange)
                for step in 1...6 { _ = try trainer.step(batch(step)) }
                return try trainer.state()
            }
            for state in states { #expect(try state == shards.state()) }
        }
        var fewer = batch(2)
        fewer = fewer.part(0..<3)
        #expect(throws: MDLSTMError.self) { try shards.step(fewer) }
    }

    /// Running numbers take the mean of the shards' own, and one without sites does not count.
    @Test func runningNumbersAreMeans() throws {
        let model = try ModelConfiguration(
            inputSize: 2, axes: 1,
            layers: [.batchNorm(inputSize: 2, momentum: 0.25), .dense(inputSize: 2, outputSize: 1)])
        let training = TrainingConfiguration(learningRate: LearningRateSchedule(0.01))
        func running(_ side: Pieces.Side, _ shards: Int?, _ samples: [Int], of lengths: [Int]) throws -> [[Double]] {
            let x = Tensor<Double>.random([2, 6, 2], bound: 3)
            let values = samples.flatMap { x.values[($0 * 12)..<($0 * 12 + 12)] }
            let trainer = try backend(side).makeTrainer(
                model: model, parameters: model.initialParameters(seed: 1), training: training
            ).inShards(shards, training: training)
            _ = try trainer.step(
                TrainingBatch(
                    input: Tensor(shape: [samples.count, 6, 2], values: values),
                    target: .random([samples.count, 6, 1], seed: 5), samples: samples.map { [lengths[$0]] }))
            let parameters = try trainer.parameters()
            return ["0.runningMean", "0.runningVariance"].map { parameters[$0]!.values }
        }
        for side in Self.sides {
            let parts = try [0, 1].map { try running(side, nil, [$0], of: [3, 5]) }
            let found = try running(side, 2, [0, 1], of: [3, 5])
            let whole = try running(side, nil, [0, 1], of: [3, 5])
            for (index, numbers) in found.enumerated() {
                for k in 0..<2 {
                    #expect(abs(numbers[k] - (parts[0][index][k] + parts[1][index][k]) / 2) < 1e-13)
                    #expect(abs(numbers[k] - whole[index][k]) > 1e-6)
                }
            }
            #expect(try running(side, 2, [0, 1], of: [0, 5]) == running(side, nil, [1], of: [0, 5]))
        }
    }

    @Test func refusals() throws {
        let training = TrainingConfiguration()
        for side in [Pieces.Side.reference, .fused] {
            let trainer = try makeTrainer(side, training)
            #expect(throws: MDLSTMError.self) { try trainer.inShards(3, training: training) }
            let shards = try trainer.inShards(2, training: training)
            let y = try shards.forward(makeBatch())
            try shards.backward(outputGradient: y)
            #expect { try shards.step(makeBatch()) } throws: {
                ($0 as? MDLSTMError)?.message.contains("wait for their update") == true
            }
            _ = try shards.apply(scale: 1)
            #expect(try shards.step(makeBatch()).step == 2)
            #expect(throws: MDLSTMError.self) { try shards.step(makeBatch(labels: true)) }
        }
    }
}
