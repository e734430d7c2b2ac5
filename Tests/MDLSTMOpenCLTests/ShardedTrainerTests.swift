import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Trainings in four shards on any number of ranks, which are threads: the same bits on all.
@MainActor @Suite(.serialized) struct ShardedTrainerTests {
    private nonisolated static func backend(_ side: Pieces.Side) throws -> any Backend<Float> {
        switch side {
        case .reference: ReferenceBackend()
        case .fused: try OpenCLBackend(path: .fused)
        case .sweep: try OpenCLBackend(path: .sweep)
        case .gemm: try OpenCLBackend(path: .gemm)
        }
    }

    /// A training with everything that depends on a batch as a whole.
    private struct Course: Sendable {
        let model: ModelConfiguration
        var training: TrainingConfiguration

        init() throws {
            model = try ModelConfiguration(
                inputSize: 2, axes: 2,
                layers: [
                    .recurrent(makeLayer("++ --", I: 2, H: 5)), .batchNorm(inputSize: 10), .dropout(rate: 0.3),
                    .dense(inputSize: 10, outputSize: 3),
                ])
            training = TrainingConfiguration(
                loss: .softmaxCrossEntropy, clipping: .globalNorm(0.1),
                learningRate: LearningRateSchedule(0.02, warmup: 2), classWeights: [0.5, 2, 1])
            training.weightDropout = 0.2
        }

        /// Ragged, of 7, 6, 5, .. samples: the last steps leave shards empty.
        func batch(_ step: Int) -> TrainingBatch<Float> {
            let count = 8 - step
            let labels = (0..<(count * 20)).map { Int32(($0 * 7 + step) % 5 - 1) }.map { $0 > 2 ? -1 : $0 }
            return TrainingBatch(
                input: .random([count, 5, 4, 2], seed: UInt64(step)),
                labels: Tensor(shape: [count, 5, 4], values: labels),
                samples: (0..<count).map { [5 - $0 % 3, 1 + ($0 * 5 + step) % 4] })
        }
    }

    /// The trainer's state after steps, on one of the ranks.
    private nonisolated static func state(
        _ course: Course, _ side: Pieces.Side, steps: ClosedRange<Int>, from state: TrainerState<Float>? = nil,
        over exchange: any RankExchange
    ) throws -> TrainerState<Float> {
        let trainer = try backend(side).makeTrainer(
            model: course.model, parameters: course.model.initialParameters(seed: 2), training: course.training
        ).inShards(4, training: course.training, exchange: exchange)
        if let state { try trainer.restore(state) }
        for step in steps { _ = try trainer.step(course.batch(step)) }
        return try trainer.state()
    }

    @Test(arguments: Pieces.Side.allCases) func bitsDoNotDependOnRanks(_ side: Pieces.Side) throws {
        let course = try Course()
        let alone = try Self.state(course, side, steps: 1...6, over: SoloExchange())
        #expect(alone.stepsTaken == 6)
        for ranks in side == .reference ? [1, 2, 3, 4, 6] : [2, 4] {
            for state in try onRanks(ranks, { try Self.state(course, side, steps: 1...6, over: $0) }) {
                #expect(state == alone, "\(ranks) ranks")
            }
        }
    }

    /// Begun by four ranks, gone on with by two, then by one.
    @Test(arguments: [Pieces.Side.reference, .fused]) func otherRanksGoOn(_ side: Pieces.Side) throws {
        let course = try Course()
        let alone = try Self.state(course, side, steps: 1...6, over: SoloExchange())
        let third = try onRanks(4) { try Self.state(course, side, steps: 1...3, over: $0) }[0]
        let fifth = try onRanks(2) { try Self.state(course, side, steps: 4...5, from: third, over: $0) }[1]
        #expect(try Self.state(course, side, steps: 6...6, from: fifth, over: SoloExchange()) == alone)
    }

    /// Every rank stops at the same step, with the parameters from before it.
    @Test func numbersThatAreNoneStopAllRanks() throws {
        let course = try Course()
        for side in [Pieces.Side.reference, .fused] {
            let found = try onRanks(2) { exchange in
                let trainer = try Self.backend(side).makeTrainer(
                    model: course.model, parameters: course.model.initialParameters(seed: 2), training: course.training
                ).inShards(4, training: course.training, exchange: exchange)
                _ = try trainer.step(course.batch(1))
                let before = try trainer.parameters()
                var bad = course.batch(2)
                // Of the first sample, which one shard of one rank has.
                bad.input.values[0] = .nan
                do {
                    _ = try trainer.step(bad)
                    return "no error"
                } catch let error as MDLSTMError {
                    let isSame = try trainer.parameters() == before && trainer.stepsTaken == 1
                    return error.kind == .notFinite && isSame ? error.message : "\(error), \(isSame)"
                }
            }
            #expect(found[0].contains("step 2") && found[0].contains("gradient of") && found[0] == found[1])
        }
    }

    /// Gradients of a mebibyte in the last layers, which leave while the first are computed.
    private struct LargeCourse: Sendable {
        let model = try! ModelConfiguration(
            inputSize: 2, axes: 2,
            layers: [
                .recurrent(makeLayer("++", I: 2, H: 4)), .batchNorm(inputSize: 4),
                .dense(inputSize: 4, outputSize: 512),
                .activation(.tanh), .dense(inputSize: 512, outputSize: 512), .dense(inputSize: 512, outputSize: 3),
            ])
        var training = TrainingConfiguration(loss: .softmaxCrossEntropy, clipping: .globalNorm(0.1))

        init() { training.weightDropout = 0.2 }

        func batch(_ count: Int) -> TrainingBatch<Float> {
            TrainingBatch(
                input: .random([count, 3, 2, 2], seed: UInt64(count)),
                labels: Tensor(shape: [count, 3, 2], values: (0..<(count * 6)).map { Int32($0 % 3) }))
        }
    }

    /// Five ranks have four shards, one of them none; the second batch leaves a shard without samples.
    @Test(arguments: [1, 2, 4, 5]) func partsThatAreSentEarlyHaveTheSameBits(_ ranks: Int) throws {
        let course = LargeCourse()
        let states = try onRanks(ranks, hosts: ranks == 4 ? [0, 0, 2, 2] : nil) { exchange in
            let inner = try OpenCLBackend<Float>().makeTrainer(
                model: course.model, parameters: course.model.initialParameters(seed: 2), training: course.training)
            #expect(inner.gradientParts.count == 2 && inner.gradientParts[0].count == 512 * 512 + 512 + 512 * 3 + 3)
            let trainer = try inner.inShards(4, training: course.training, exchange: exchange)
            for count in [5, 3] { _ = try trainer.step(course.batch(count)) }
            return try trainer.state()
        }
        let alone = try OpenCLBackend<Float>().makeTrainer(
            model: course.model, parameters: course.model.initialParameters(seed: 2), training: course.training
        ).inShards(4, training: course.training)
        for count in [5, 3] { _ = try alone.step(course.batch(count)) }
        let expected = try alone.state()
        for state in states { #expect(state == expected) }
    }

    @Test func parametersThatHaveDriftedApartAreNoticed() throws {
        let course = try Course()
        let found = outcomes(ofRanks: 3) { exchange in
            let trainer = try ShardedTrainer(
                try ReferenceBackend<Float>().makeTrainer(
                    model: course.model, parameters: course.model.initialParameters(seed: 2), training: course.training),
                training: course.training, shards: 4, exchange: exchange)
            _ = try trainer.step(course.batch(1))
            try trainer.requireSameParameters()
            var state = try trainer.state()
            if exchange.rank == 2 {
                let name = course.model.parameterShapes[0].name
                state.parameters[name]!.values[3] = state.parameters[name]!.values[3].nextUp
            }
            try trainer.restore(state)
            try trainer.requireSameParameters()
        }
        for outcome in found {
            #expect { try outcome.get() } throws: { error in
                let error = error as? ExchangeError
                return error?.kind == .drifted
                    && error?.message.contains("of rank 2 are no longer those of rank 0 at step 1") == true
            }
        }
    }
}
