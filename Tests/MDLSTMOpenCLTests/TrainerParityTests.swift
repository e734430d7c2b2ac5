import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Whole trainings on the device against the reference.
@MainActor @Suite(.serialized) struct TrainerParityTests {
    private let model: ModelConfiguration
    private let training = TrainingConfiguration(optimizer: .adam(), learningRate: LearningRateSchedule(0.01))

    /// The model of the diagonal task, small.
    init() throws {
        model = try ModelConfiguration(
            inputSize: 1, axes: 2,
            layers: [
                .recurrent(makeLayer("++", I: 1, H: 5, peepholes: false)), .dense(inputSize: 5, outputSize: 1),
                .activation(.sigmoid),
            ])
    }

    private func makeTrainer<T: Scalar>(_ backend: any Backend<T>) throws -> any Trainer<T> {
        try backend.makeTrainer(model: model, parameters: model.initialParameters(seed: 2), training: training)
    }

    /// Noise with a target that is the pixel to the left.
    private func makeBatch<T: Scalar>(
        _ step: Int, samples: Int = 3, _ extents: [Int] = [4, 5], as type: T.Type = T.self
    ) -> TrainingBatch<T> {
        let input = Tensor<T>.random([samples] + extents + [1], seed: UInt64(step))
        var target = input
        for index in target.values.indices {
            target.values[index] = index % extents[1] == 0 ? T(0.5) : input.values[index - 1] / 2 + T(0.5)
        }
        return TrainingBatch(input: input, target: target, probes: [0, target.count / 2])
    }

    @Test(arguments: [ComputePath.fused, .sweep, .gemm])
    func twentySteps(_ path: ComputePath) throws {
        let actual = try makeTrainer(Backends.shared(path, Double.self))
        let expected = try makeTrainer(ReferenceBackend<Double>())
        for step in 1...20 {
            let (a, e) = (try actual.step(makeBatch(step)), try expected.step(makeBatch(step)))
            #expect(a.step == e.step && a.learningRate == e.learningRate)
            for (x, y) in [
                (a.loss, e.loss), (a.gradientNorm, e.gradientNorm), (a.probeError, e.probeError),
            ] {
                #expect((x - y).magnitude <= 1e-10 * y.magnitude, "step \(step)")
            }
            let gradients = try actual.gradients()
            for (name, tensor) in try expected.gradients().entries {
                expectNMSE(actual: gradients[name]!, expected: tensor, below: 1e-18, "step \(step), \(name)")
            }
        }
        for (name, tensor) in try expected.parameters().entries {
            expectClose(try actual.parameters()[name]!, tensor, absolute: 1e-10, relative: 1e-10, name)
        }
    }

    /// More shapes than a trainer keeps buffers for, some of them returning.
    @Test(arguments: [ComputePath.fused, .sweep, .gemm])
    func gridsMayChange(_ path: ComputePath) throws {
        let actual = try makeTrainer(Backends.shared(path, Double.self))
        let expected = try makeTrainer(ReferenceBackend<Double>())
        let grids = [[4, 5], [3, 2], [1, 7], [6, 3], [2, 2], [4, 5], [3, 2]]
        for (index, extents) in (grids + grids).enumerated() {
            let samples = 1 + index % 3
            let a = try actual.step(makeBatch(index, samples: samples, extents))
            let e = try expected.step(makeBatch(index, samples: samples, extents))
            #expect((a.loss - e.loss).magnitude <= 1e-10 * e.loss, "step \(index + 1), \(extents)")
            let input: Tensor<Double> = makeBatch(99, samples: samples, extents).input
            expectClose(
                try actual.predict(input, samples: nil), try expected.predict(input, samples: nil), absolute: 0,
                relative: 1e-10, "prediction after step \(index + 1)")
        }
    }

    @Test(arguments: [ComputePath.fused, .sweep, .gemm])
    func predictionUsesTheNewWeights(_ path: ComputePath) throws {
        let backend = try Backends.shared(path, Float.self)
        let trainer = try makeTrainer(backend)
        let batch: TrainingBatch<Float> = makeBatch(1)
        let before = try trainer.predict(batch.input, samples: nil)
        _ = try trainer.step(batch)
        let after = try trainer.predict(batch.input, samples: nil)
        #expect(zip(before.values, after.values).allSatisfy { $0 != $1 })
        let fresh = try backend.makeTrainer(model: model, parameters: trainer.parameters(), training: training)
        expectSame(after, try fresh.predict(batch.input, samples: nil))
    }

    /// The same steps give the same bits, in another context too.
    @Test(arguments: DeviceVariant.all)
    func trainingIsReproducible(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let trainers = try [
                makeTrainer(backend), makeTrainer(backend), makeTrainer(Backends.make(backend.path, T.self)),
            ]
            for step in 1...5 {
                let reports = try trainers.map { try $0.step(makeBatch(step)) }
                #expect(reports[1] == reports[0] && reports[2] == reports[0])
            }
            let parameters = try trainers.map { try $0.parameters() }
            #expect(parameters[1] == parameters[0] && parameters[2] == parameters[0])
        }
        try variant.run(check, check)
    }
}
