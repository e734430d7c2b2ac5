import MDLSTM
import Testing
import _TestSupport

/// A trainer as a whole: that it learns, stops where numbers end, and refuses what does not fit.
struct TrainerTests {
    private let model: ModelConfiguration

    init() throws {
        let layer = try LayerConfiguration(
            inputSize: 1, hiddenSize: 3, directions: Direction.all(axes: 2), forgetBias: 1)
        model = try ModelConfiguration(
            inputSize: 1, axes: 2,
            layers: [.recurrent(layer, merge: .sum), .dense(inputSize: 3, outputSize: 1)])
    }

    private func makeTrainer(_ training: TrainingConfiguration = TrainingConfiguration()) throws -> any Trainer<Double>
    {
        try ReferenceBackend<Double>().makeTrainer(
            model: model, parameters: model.initialParameters(seed: 2), training: training)
    }

    /// Each site is to give the mean of the whole grid: no site can know it without states from every direction.
    private func makeBatch() -> TrainingBatch<Double> {
        let input = Tensor<Double>.random([4, 3, 2, 1])
        let means = (0..<4).map { b in input.slice(b..<(b + 1)).values.reduce(0, +) / 6 }
        let target = Tensor(shape: input.shape, values: means.flatMap { Array(repeating: $0, count: 6) })
        return TrainingBatch(input: input, target: target)
    }

    @Test func trainingReducesTheLossTwentyfold() throws {
        let trainer = try makeTrainer(
            TrainingConfiguration(
                optimizer: .adam(), clipping: .globalNorm(1), learningRate: LearningRateSchedule(0.03)))
        let batch = makeBatch()
        let first = try trainer.step(batch).loss
        var last = first
        for _ in 0..<80 { last = try trainer.step(batch).loss }
        #expect(last < first / 20, "from \(first) to \(last)")
    }

    @Test func trainingIsReproducible() throws {
        let (a, b) = (try makeTrainer(), try makeTrainer())
        for _ in 0..<3 { #expect(try a.step(makeBatch()) == b.step(makeBatch())) }
        #expect(try a.parameters() == b.parameters())
        #expect(try a.predict(makeBatch().input, samples: nil) == b.predict(makeBatch().input, samples: nil))
    }

    /// The step, a tensor and what to do are named; parameters, optimizer and step count are as before.
    @Test(arguments: Loss.ofSites) func targetThatIsNotANumberStops(_ loss: Loss) throws {
        let training = TrainingConfiguration(loss: loss)
        let (trainer, undisturbed) = (try makeTrainer(training), try makeTrainer(training))
        #expect(try trainer.step(makeBatch()) == undisturbed.step(makeBatch()))
        let before = try trainer.parameters()
        var bad = makeBatch()
        bad.target.values!.values[7] = .nan
        expectMDLSTMError(.notFinite, ["step 2", "NaN", "the target", "those of step 1"]) {
            _ = try trainer.step(bad)
        }
        #expect(try trainer.parameters() == before)
        #expect(trainer.stepsTaken == 1)
        #expect(try trainer.step(makeBatch()) == undisturbed.step(makeBatch()))
        #expect(try trainer.parameters() == undisturbed.parameters())
    }

    @Test func inputThatIsNotFiniteIsNamed() throws {
        let trainer = try makeTrainer()
        var bad = makeBatch()
        bad.input.values[0] = .infinity
        expectMDLSTMError(.notFinite, ["step 1", "the input"]) { _ = try trainer.step(bad) }
        #expect(trainer.stepsTaken == 0)
    }

    @Test func overflowIsNamed() throws {
        let trainer = try makeTrainer()
        var bad = makeBatch()
        bad.target.values!.values[0] = 1e200
        expectMDLSTMError(.notFinite, ["step 1", "loss inf"]) { _ = try trainer.step(bad) }
    }

    @Test func dataThatDoNotFitAreRefused() throws {
        let trainer = try makeTrainer()
        func expectRefused(
            _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
            change: (inout TrainingBatch<Double>) -> Void
        ) {
            expectMDLSTMError(.data, parts, sourceLocation: sourceLocation) {
                var batch = makeBatch()
                change(&batch)
                _ = try trainer.step(batch)
            }
        }
        expectRefused("[4, 3, 1]", "rank 4") { $0.input = .random([4, 3, 1]) }
        expectRefused("[4, 3, 2, 5]", "1 feature last") { $0.input = .random([4, 3, 2, 5]) }
        expectRefused("[4, 2, 3, 1]", "expected [4, 3, 2, 1]") { $0.target = .values(.random([4, 2, 3, 1])) }
        expectRefused("1 sample are", "has 4") { $0.samples = [[3, 2]] }
        expectRefused("probe 24", "24") { $0.probes = [0, 24] }
        expectRefused("probe -1", "24") { $0.probes = [-1] }
        #expect(trainer.stepsTaken == 0)
    }

    @Test func parametersThatDoNotFitAreRefused() throws {
        let good: ParameterTensors<Double> = model.initialParameters(seed: 1)
        for (name, part) in [("1.weight", "missing"), ("0.bias", "expected [4, 15]")] {
            var parameters = good
            parameters[name] = part == "missing" ? nil : .random([3])
            expectMDLSTMError(.data, ["'\(name)'", part]) {
                _ = try ReferenceBackend<Double>().makeTrainer(
                    model: model, parameters: parameters, training: TrainingConfiguration())
            }
        }
    }
}
