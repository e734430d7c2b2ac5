import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// Trainers at their limits: inputs without variance, numbers that are none, memory.
@MainActor @Suite(.serialized) struct TrainerFailureTests {
    private let model: ModelConfiguration
    private let training = TrainingConfiguration(optimizer: .adam(), learningRate: LearningRateSchedule(0.01))

    init() throws {
        model = try ModelConfiguration(
            inputSize: 2, axes: 2,
            layers: [
                .recurrent(makeLayer("++ --", I: 2, H: 5)), .dense(inputSize: 10, outputSize: 1), .activation(.sigmoid),
            ])
    }

    private func makeTrainer<T: Scalar>(_ backend: any Backend<T>) throws -> any Trainer<T> {
        try backend.makeTrainer(model: model, parameters: model.initialParameters(seed: 2), training: training)
    }

    private func makeBatch<T: Scalar>(_ extents: [Int] = [4, 5], as type: T.Type = T.self) -> TrainingBatch<T> {
        TrainingBatch(
            input: .random([3] + extents + [2]), target: .random([3] + extents + [1], bound: 0.5, seed: 2))
    }

    /// On the device and in the reference.
    @Test func zeroInputTrains() throws {
        func check<T: Scalar>(_ backend: any Backend<T>) throws {
            let trainer = try makeTrainer(backend)
            var batch: TrainingBatch<T> = makeBatch()
            batch.input = Tensor(zeros: batch.input.shape)
            for _ in 1...20 {
                let report = try trainer.step(batch)
                #expect(report.loss.isFinite && report.gradientNorm.isFinite)
                #expect(try trainer.gradients().flat.allSatisfy(\.isFinite))
            }
            #expect(try trainer.parameters().flat.allSatisfy(\.isFinite))

            let layer = try makeLayer("++ --", I: 2, H: 5)
            var call: LayerCall<T> = try layer.randomCall(batch: 2, [3, 4])
            call.input = Tensor(zeros: call.input.shape)
            let result = try backend.run(layer, parameters: layer.randomParameters(), call: call)
            for (name, tensor) in result.backwardTensors {
                #expect(tensor.firstNonFinite == nil, "\(name)")
            }
            #expect(result.gradients!.parameters["weight_ih"]!.values.allSatisfy { $0 == 0 })
        }
        try check(ReferenceBackend<Float>())
        try check(ReferenceBackend<Double>())
        for variant in DeviceVariant.all { try variant.run(check, check) }
    }

    /// Gates far outside the range of `exp` saturate; they do not become NaN.
    @Test(arguments: DeviceVariant.all)
    func hugeWeightsSaturate(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let layer = try makeLayer("++", I: 2, H: 5)
            var parameters: ParameterTensors<T> = layer.randomParameters()
            for name in parameters.names {
                parameters[name]!.values = parameters[name]!.values.map { $0 * 1e6 }
            }
            let result = try backend.run(layer, parameters: parameters, call: layer.randomCall(batch: 2, [3, 4]))
            for (name, tensor) in result.forwardTensors + result.backwardTensors {
                #expect(tensor.firstNonFinite == nil, "\(name)")
            }
        }
        try variant.run(check, check)
    }

    /// The step and the target are named; parameters, optimizer and step count are as before.
    @Test(arguments: DeviceVariant.all)
    func targetThatIsNotANumberStops(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let (trainer, undisturbed) = (try makeTrainer(backend), try makeTrainer(backend))
            #expect(try trainer.step(makeBatch()) == undisturbed.step(makeBatch()))
            let before = try trainer.parameters()
            var bad: TrainingBatch<T> = makeBatch()
            bad.target.values!.values[7] = .nan
            let error = try #require(throws: MDLSTMError.self) { try trainer.step(bad) }
            #expect(error.kind == .notFinite)
            #expect(error.message.contains("step 2") && error.message.contains("the target"), "\(error.message)")
            #expect(try trainer.parameters() == before)
            #expect(trainer.stepsTaken == 1)
            #expect(try trainer.step(makeBatch()) == undisturbed.step(makeBatch()))
            #expect(try trainer.parameters() == undisturbed.parameters())
        }
        try variant.run(check, check)
    }

    @Test(arguments: DeviceVariant.all)
    func inputThatIsNotFiniteStops(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let trainer = try makeTrainer(backend)
            var bad: TrainingBatch<T> = makeBatch()
            bad.input.values[0] = .infinity
            let before = try trainer.parameters()
            let error = try #require(throws: MDLSTMError.self) { try trainer.step(bad) }
            #expect(error.kind == .notFinite)
            #expect(error.message.contains("step 1") && error.message.contains("the input"), "\(error.message)")
            #expect(try trainer.parameters() == before && trainer.stepsTaken == 0)
        }
        try variant.run(check, check)
    }

    /// Buffers are made for the first steps and used again; those of a trainer that is gone are gone.
    @Test(arguments: DeviceVariant.all)
    func memoryDoesNotGrow(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let context = backend.context
            let atStart = context.allocatedBytes
            var trainer: (any Trainer<T>)? = try makeTrainer(backend)
            let batch: TrainingBatch<T> = makeBatch()
            _ = try trainer?.step(batch)
            _ = try trainer?.predict(batch.input, samples: nil)
            let afterOne = context.allocatedBytes
            #expect(afterOne > atStart)
            for _ in 2...50 { _ = try trainer?.step(batch) }
            _ = try trainer?.predict(batch.input, samples: nil)
            #expect(context.allocatedBytes == afterOne)

            // Shapes that return find room, from their second time on, and ever new ones do not pile up.
            let grids = (1...6).map { [$0, 7 - $0] }
            for extents in grids + grids { _ = try trainer?.step(makeBatch(extents)) }
            let afterRound = context.allocatedBytes
            for extents in grids + grids { _ = try trainer?.step(makeBatch(extents)) }
            #expect(context.allocatedBytes == afterRound)
            var largest = 0
            for length in 20...45 {
                _ = try trainer?.step(makeBatch([1, length]))
                if length == 26 { largest = context.allocatedBytes }
            }
            #expect(context.allocatedBytes < 2 * largest)
            trainer = nil
            #expect(context.allocatedBytes == atStart)
        }
        try variant.run(check, check)
    }
}
