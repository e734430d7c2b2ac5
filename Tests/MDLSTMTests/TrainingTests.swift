import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The parts of a training step: optimizers, clipping, learning rates, losses.
struct TrainingTests {
    /// A dense layer of one weight and one bias, trained with targets that give the gradients wanted.
    private struct Probe {
        let trainer: ReferenceTrainer<Double>

        init(_ optimizer: Optimizer, clipping: Clipping = .none, rate: Double) throws {
            let model = try ModelConfiguration(inputSize: 1, axes: 1, layers: [.dense(inputSize: 1, outputSize: 1)])
            trainer = try ReferenceTrainer(
                model: model, parameters: ParameterTensors(shapes: model.parameterShapes, flat: [1, 1]),
                training: TrainingConfiguration(
                    optimizer: optimizer, clipping: clipping, learningRate: LearningRateSchedule(rate)))
        }

        /// A step in which the bias has the gradient `g` and the weight `x g`: mean squared error has g = 2 (y - t).
        func step(gradient g: Double, x: Double = 1) throws -> (weight: Double, bias: Double, report: StepReport) {
            let input = Tensor(shape: [1, 1, 1], values: [x])
            var target = try trainer.predict(input)
            target.values[0] -= g / 2
            let report = try trainer.step(TrainingBatch(input: input, target: target))
            let flat = trainer.parameters().flat
            return (flat[0], flat[1], report)
        }
    }

    private func expectSequence(
        _ probe: Probe, gradients: [Double], weights: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try gradients.map { try probe.step(gradient: $0) }
        let expected = Tensor(shape: [weights.count], values: weights)
        for values in [found.map(\.weight), found.map(\.bias)] {
            expectClose(
                Tensor(shape: [values.count], values: values), expected, absolute: 1e-14, relative: 0,
                sourceLocation: sourceLocation)
        }
    }

    /// m = 4, 0.5 * 4 - 2 = 0, 0.5 * 0 + 1 = 1, each times 0.25.
    @Test func gradientDescentByHand() throws {
        try expectSequence(
            Probe(.sgd(momentum: 0.5), rate: 0.25), gradients: [4, -2, 1], weights: [0, 0, -0.25])
        try expectSequence(Probe(.sgd(), rate: 0.25), gradients: [4, -2, 1], weights: [0, 0.5, 0.25])
    }

    @Test func rmsPropByHand() throws {
        let (rate, epsilon) = (0.1, 0.01)
        let v1 = 0.25 * 4.0
        let m1 = 2 / (v1.squareRoot() + epsilon)
        let v2 = 0.75 * v1 + 0.25 * 9
        let m2 = 0.5 * m1 - 3 / (v2.squareRoot() + epsilon)
        let v3 = 0.75 * v2 + 0.25 * 0.25
        let m3 = 0.5 * m2 + 0.5 / (v3.squareRoot() + epsilon)
        try expectSequence(
            Probe(.rmsProp(decay: 0.75, momentum: 0.5, epsilon: epsilon), rate: rate), gradients: [2, -3, 0.5],
            weights: [1 - rate * m1, 1 - rate * (m1 + m2), 1 - rate * (m1 + m2 + m3)])
    }

    @Test func adamByHand() throws {
        let (rate, epsilon) = (0.1, 0.01)
        // beta1 = 0.9, beta2 = 0.99; both averages are divided by 1 - beta^step.
        let m1 = 0.1 * 2.0
        let v1 = 0.01 * 4.0
        let d1 = (m1 / 0.1) / ((v1 / 0.01).squareRoot() + epsilon)
        let m2 = 0.9 * m1 - 0.1 * 3
        let v2 = 0.99 * v1 + 0.01 * 9
        let d2 = (m2 / 0.19) / ((v2 / 0.0199).squareRoot() + epsilon)
        let m3 = 0.9 * m2 + 0.1 * 0.5
        let v3 = 0.99 * v2 + 0.01 * 0.25
        let d3 = (m3 / 0.271) / ((v3 / 0.029701).squareRoot() + epsilon)
        try expectSequence(
            Probe(.adam(beta1: 0.9, beta2: 0.99, epsilon: epsilon), rate: rate), gradients: [2, -3, 0.5],
            weights: [1 - rate * d1, 1 - rate * (d1 + d2), 1 - rate * (d1 + d2 + d3)])
    }

    /// Gradients 3 and 4 of weight and bias: norm 5.
    @Test func clippingByHand() throws {
        func change(_ clipping: Clipping, sign: Double = 1) throws -> (Double, Double) {
            let (weight, bias, report) = try Probe(.sgd(), clipping: clipping, rate: 1)
                .step(gradient: 4 * sign, x: 0.75)
            #expect((report.gradientNorm - 5).magnitude < 1e-14, "the norm before clipping is reported")
            return (1 - weight, 1 - bias)
        }
        #expect(try change(.none) == (3, 4))
        #expect(try change(.value(3.5)) == (3, 3.5))
        #expect(try change(.value(2)) == (2, 2))
        #expect(try change(.value(2), sign: -1) == (-2, -2))
        #expect(try change(.globalNorm(5.5)) == (3, 4))
        let (weight, bias) = try change(.globalNorm(2.5), sign: -1)
        #expect((weight + 1.5).magnitude < 1e-15 && (bias + 2).magnitude < 1e-15)
    }

    @Test func learningRatesAtTheirCorners() {
        func rates(_ steps: [Int], warmup: Int = 0, _ decay: LearningRateSchedule.Decay) -> [Double] {
            steps.map { LearningRateSchedule(8, warmup: warmup, decay: decay).rate(step: $0) }
        }
        #expect(rates([1, 2, 1_000_000], .constant) == [8, 8, 8])
        #expect(rates([1, 2, 3, 4, 5, 6], warmup: 4, .constant) == [2, 4, 6, 8, 8, 8])
        #expect(rates([1, 3, 4, 6, 7], .step(factor: 0.5, every: 3)) == [8, 8, 4, 4, 2])
        #expect(rates([2, 3, 5, 6], warmup: 2, .step(factor: 0.5, every: 3)) == [8, 8, 8, 4])
        #expect(rates([1, 2, 3], .exponential(factor: 0.5)) == [8, 4, 2])
        #expect(rates([1, 2, 3, 4], warmup: 2, .exponential(factor: 0.5)) == [4, 8, 8, 4])
        let cosine = rates([1, 2, 7, 12, 13, 99], warmup: 1, .cosine(final: 2, total: 12))
        expectClose(
            Tensor(shape: [6], values: cosine), Tensor<Double>(shape: [6], values: [8, 8, 5, 2, 2, 2]), absolute: 1e-14,
            relative: 0)
    }

    @Test func stepReportsTheRateOfItsStep() throws {
        let model = try ModelConfiguration(inputSize: 1, axes: 1, layers: [.dense(inputSize: 1, outputSize: 1)])
        let trainer = try ReferenceTrainer<Double>(
            model: model, parameters: model.initialParameters(seed: 1),
            training: TrainingConfiguration(learningRate: LearningRateSchedule(1, warmup: 2)))
        let batch = TrainingBatch<Double>(input: .random([1, 2, 1]), target: .random([1, 2, 1]))
        let reports = try (0..<3).map { _ in try trainer.step(batch) }
        #expect(reports.map(\.step) == [1, 2, 3])
        #expect(reports.map(\.learningRate) == [0.5, 1, 1])
        #expect(trainer.stepsTaken == 3)
    }

    /// Two sites of two features count; the third is padding, whatever stands there.
    @Test(arguments: [0.0, 1e6]) func lossesByHand(padding: Double) throws {
        let model = try ModelConfiguration(inputSize: 2, axes: 1, layers: [.dense(inputSize: 2, outputSize: 2)])
        let identity = ParameterTensors<Double>(shapes: model.parameterShapes, flat: [1, 0, 0, 1, 0, 0])
        let batch = TrainingBatch<Double>(
            input: Tensor(shape: [1, 3, 2], values: [2, -1, 0, 3, padding, padding]),
            target: Tensor(shape: [1, 3, 2], values: [1, 0, 0.25, 0.75, padding, -padding]), samples: [[2]],
            probes: [0, 3])
        func report(_ loss: Loss) throws -> StepReport {
            let training = TrainingConfiguration(loss: loss)
            return try ReferenceTrainer(model: model, parameters: identity, training: training).step(batch)
        }
        func log(_ x: Double) -> Double { .log(x) }
        func sigma(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
        let squares = (1.0 + 1 + 0.0625 + 2.25 * 2.25) / 4
        #expect((try report(.meanSquaredError).loss - squares).magnitude < 1e-14)
        #expect(try report(.meanSquaredError).probeError == (1 + 2.25 * 2.25) / 2)
        let last = 0.75 * log(sigma(3)) + 0.25 * log(sigma(-3))
        let sigmoid = -(log(sigma(2)) + log(sigma(1)) + log(0.5) + last) / 4
        #expect((try report(.sigmoidCrossEntropy).loss - sigmoid).magnitude < 1e-14)
        let first = -log(sigma(3))
        let softmax = (first - 0.25 * log(sigma(-3)) - 0.75 * log(sigma(3))) / 2
        #expect((try report(.softmaxCrossEntropy).loss - softmax).magnitude < 1e-14)
    }
}
