import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// A trainer that goes on from another's state ends with the same bits, on the device and in the reference.
@MainActor @Suite(.serialized) struct ResumeTests {
    private let model: ModelConfiguration

    init() throws {
        model = try ModelConfiguration(
            inputSize: 2, axes: 2,
            layers: [
                .recurrent(makeLayer("++ --", I: 2, H: 5)), .batchNorm(inputSize: 10), .dropout(rate: 0.3),
                .dense(inputSize: 10, outputSize: 1),
            ])
    }

    private nonisolated static let optimizers: [Optimizer] = [.sgd(momentum: 0.9), .rmsProp(momentum: 0.5), .adam()]

    private func check<T: Scalar>(_ backend: any Backend<T>, _ optimizer: Optimizer) throws {
        var training = TrainingConfiguration(
            optimizer: optimizer, clipping: .globalNorm(0.1),
            learningRate: LearningRateSchedule(0.01, warmup: 3, decay: .exponential(factor: 0.9)))
        training.weightDropout = 0.2
        func makeTrainer(seed: UInt64) throws -> any Trainer<T> {
            try backend.makeTrainer(model: model, parameters: model.initialParameters(seed: seed), training: training)
        }
        func batch(_ step: Int) -> TrainingBatch<T> {
            TrainingBatch(
                input: .random([3, 4, 5, 2], tensor: UInt32(step)),
                target: .random([3, 4, 5, 1], bound: 0.5, seed: 2, tensor: UInt32(step)))
        }
        let undisturbed = try makeTrainer(seed: 2)
        let first = try makeTrainer(seed: 2)
        for step in 1...4 { #expect(try undisturbed.step(batch(step)) == first.step(batch(step))) }
        let state = try first.state()
        #expect(state.stepsTaken == 4)
        // Other parameters, which must not matter.
        let second = try makeTrainer(seed: 3)
        try second.restore(state)
        for step in 5...8 { #expect(try undisturbed.step(batch(step)) == second.step(batch(step))) }
        #expect(try undisturbed.state() == second.state())

        var other = state
        other.squares["0.bias"] = Tensor(zeros: [1])
        #expect(throws: MDLSTMError.self) { try second.restore(other) }
        #expect(try undisturbed.state() == second.state())
    }

    @Test(arguments: optimizers) func referenceGoesOn(_ optimizer: Optimizer) throws {
        try check(ReferenceBackend<Float>(), optimizer)
        try check(ReferenceBackend<Double>(), optimizer)
    }

    @Test(arguments: optimizers) func deviceGoesOn(_ optimizer: Optimizer) throws {
        for path in [ComputePath.fused, .sweep, .gemm] { try check(OpenCLBackend<Float>(path: path), optimizer) }
        try check(OpenCLBackend<Double>(), optimizer)
    }
}
