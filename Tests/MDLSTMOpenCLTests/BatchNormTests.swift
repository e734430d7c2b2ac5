import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// A batch norm against PyTorch 2.15's `BatchNorm1d(2, eps=0.01, momentum=0.25)` in float64, in the reference and on the device.
@MainActor @Suite(.serialized) struct BatchNormTests {
    private let model: ModelConfiguration
    private var start = ParameterTensors<Double>()

    /// Five sites in two samples of a storage of six; the last site belongs to none.
    private let samples = [[3], [2]]
    private let x: [Double] = [1, -2, 3, 0.5, -1, 4, 2, 2, 0, -1, 77, -99]
    private let dy: [Double] = [1, 0, 0.5, -1, 2, 1, -1, 0.25, 0, 3, 5, 5]
    private let gradients = ["0.weight": [-2.8213824634343934, -0.5964198438993595], "0.bias": [2.5, 3.25]]
    private let running = ["0.runningMean": [0.625, -0.575], "0.runningVariance": [2.125, 1.8]]

    init() throws {
        model = try ModelConfiguration(
            inputSize: 2, axes: 1, layers: [.batchNorm(inputSize: 2, momentum: 0.25, epsilon: 0.01)])
        let tensors = [
            "weight": [1.5, -0.5], "bias": [0.25, 1], "runningMean": [0.5, -1], "runningVariance": [2, 0.5],
        ]
        for (name, values) in tensors { start["0.\(name)"] = Tensor(shape: [2], values: values) }
    }

    private var backends: [any Backend<Double>] { get throws { [ReferenceBackend(), try OpenCLBackend()] } }

    private func expect(_ found: [Double]?, _ expected: [Double]) {
        #expect(found?.count ?? 0 >= expected.count)
        for (a, b) in zip(found ?? [], expected) { #expect(abs(a - b) < 1e-12) }
    }

    private func makeTrainer(
        _ backend: any Backend<Double>, frozen: Set<Int> = []
    ) throws -> any Trainer<Double> {
        var training = TrainingConfiguration(learningRate: LearningRateSchedule(0), frozen: frozen)
        training.wantsInputGradient = true
        return try backend.makeTrainer(
            model: model, parameters: start.ordered(as: model.parameterShapes), training: training)
    }

    private var batch: TrainingBatch<Double> {
        TrainingBatch(input: Tensor(shape: [2, 3, 2], values: x), target: .none, samples: samples)
    }

    @Test func training() throws {
        for backend in try backends {
            let trainer = try makeTrainer(backend)
            let y = try trainer.forward(batch)
            expect(
                y.values,
                [
                    0.25, 1.6315033641287338, 2.366036847575795, 1.0467780269724987, -1.8660368475757951,
                    0.2281625549537697, 1.3080184237878976, 0.6959428246787578, -0.8080184237878976, 1.3976132292662398,
                ])
            try trainer.backward(outputGradient: Tensor(shape: [2, 3, 2], values: dy))
            expect(
                try trainer.inputGradient().values,
                [
                    0.5290092118939488, 0.18726564627174302, 0.8422037204281771, 0.38852887501282785, 0.744823915253669,
                    -0.124929063282133, -1.1659257754677577, 0.07659006276186485, -0.9501110721080374,
                    -0.5274555207643027, 0, 0,
                ])
            for (name, values) in gradients { expect(try trainer.gradients()[name]?.values, values) }
            // Nothing is kept before the update.
            #expect(try trainer.parameters() == start.ordered(as: model.parameterShapes))
            _ = try trainer.apply(scale: 1)
            for (name, values) in running { expect(try trainer.parameters()[name]?.values, values) }
            #expect(try trainer.parameters()["0.weight"] == start["0.weight"])
        }
    }

    @Test func inferenceAndFrozenLayersGoByTheRunningNumbers() throws {
        let inferred = [
            0.7790092118939488, 1.700140042014005, 2.895046059469744, -0.05021006302100739, -1.3370276356818462,
            -2.5007002100700246, 1.8370276356818462, -1.1004201260420148, -0.2790092118939488, 1,
        ]
        for backend in try backends {
            let frozen = try makeTrainer(backend, frozen: [0])
            expect(try frozen.forward(batch).values, inferred)
            expect(try frozen.predict(batch.input, samples: samples).values, inferred)
            expect(try makeTrainer(backend).predict(batch.input, samples: samples).values, inferred)
            try frozen.backward(outputGradient: Tensor(shape: [2, 3, 2], values: dy))
            expect(
                try frozen.inputGradient().values,
                [
                    1.0580184237878976, 0, 0.5290092118939488, 0.7001400420140049, 2.116036847575795,
                    -0.7001400420140049, -1.0580184237878976, -0.17503501050350123, 0, -2.100420126042015, 0, 0,
                ])
            _ = try frozen.apply(scale: 1)
            #expect(try frozen.parameters() == start.ordered(as: model.parameterShapes))
        }
    }

    /// A step that fails leaves the running numbers as they were.
    @Test func failedStep() throws {
        for backend in try backends {
            let trainer = try makeTrainer(backend)
            var broken = batch
            broken.input.values[3] = .infinity
            let target = Tensor<Double>(zeros: [2, 3, 2])
            #expect(throws: MDLSTMError.self) {
                try trainer.step(TrainingBatch(input: broken.input, target: target, samples: samples))
            }
            #expect(try trainer.parameters() == start.ordered(as: model.parameterShapes))
        }
    }
}
