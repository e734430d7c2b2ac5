import MDLSTM
import Testing
import _TestSupport

/// The loop of a training, on a dense layer of the reference that learns a line.
struct FitTests {
    private let model: ModelConfiguration
    private let source: DataSetBatches<Double>

    init() throws {
        model = try ModelConfiguration(
            inputSize: 1, axes: 1, layers: [.dense(inputSize: 1, outputSize: 1), .dropout(rate: 0.1)])
        let data = MemoryDataSet(
            (0..<13).map { number in
                let x = Tensor<Double>.random([1 + number % 4, 1], seed: UInt64(number))
                return Sample(input: x, target: .values(Tensor(shape: x.shape, values: x.values.map { 2 * $0 - 1 })))
            })
        source = try DataSetBatches(data, size: .samples(3), seed: 9)
    }

    private func makeTrainer() throws -> ReferenceTrainer<Double> {
        try ReferenceTrainer(
            model: model, parameters: model.initialParameters(seed: 1),
            training: TrainingConfiguration(
                optimizer: .adam(), learningRate: LearningRateSchedule(0.05, decay: .cosine(final: 0, total: 20))))
    }

    private struct Stopped: Error {}

    /// Stopped after any step, before or after the end of its epoch is noted, and gone on with from what a checkpoint has:
    /// the same records and parameters, patience and plateau included.
    @Test func stoppedAnywhereEndsTheSame() throws {
        var configuration = FitConfiguration(epochs: 4, steps: 18)
        (configuration.patience, configuration.plateau) = (3, .init(factor: 0.5, patience: 1))
        // A figure that falls, then rises.
        func evaluate(_ trainer: any Trainer<Double>) -> Figures {
            [("loss", abs(Double(trainer.stepsTaken) - 9)), ("other", 0)]
        }
        func run(_ fit: Fit<Double>, until stop: Int = .max, atEpochEnd: Bool = false) throws -> [String] {
            var records: [String] = []
            try fit.run(evaluate: { evaluate(fit.trainer) }) { report in
                if report.step == stop, !atEpochEnd { throw Stopped() }
            } afterEpoch: { record in
                records.append(
                    "\(record.epoch) \(record.step) \(record.trainLoss) \(record.learningRate) \(record.isBest) "
                        + "\(record.figures?.first?.value ?? -1)")
                if record.step >= stop, atEpochEnd { throw Stopped() }
            }
            return records
        }
        let whole = try Fit(makeTrainer(), on: source, configuration: configuration)
        let expected = try run(whole)
        #expect(expected.count == 4 && whole.course.end == .steps && whole.trainer.stepsTaken == 18)
        #expect(whole.course.best?.epoch == 2)
        for stop in 1...18 {
            for atEpochEnd in [false, true] {
                let first = try Fit(makeTrainer(), on: source, configuration: configuration)
                var records: [String] = []
                #expect(throws: Stopped.self) {
                    records = try run(first, until: stop, atEpochEnd: atEpochEnd)
                }
                let trainer = try makeTrainer()
                try trainer.restore(try first.trainer.state())
                let second = try Fit(
                    trainer, on: source, configuration: configuration, course: FitCourse(first.course.history))
                records = try run(second)
                #expect(expected.suffix(records.count) == records[...], "stopped at \(stop)")
                #expect(try trainer.parameters() == whole.trainer.parameters(), "stopped at \(stop)")
                #expect(second.course.end == .steps && second.course.best?.epoch == 2)
            }
        }
    }

    @Test func endsByEpochsAndPatience() throws {
        let fit = try Fit(makeTrainer(), on: source, configuration: FitConfiguration(epochs: 2))
        try fit.run()
        #expect(fit.course.end == .epochs && fit.trainer.stepsTaken == 10)
        var configuration = FitConfiguration(epochs: 50)
        (configuration.patience, configuration.monitor, configuration.rises) = (2, "accuracy", true)
        let patient = try Fit(makeTrainer(), on: source, configuration: configuration)
        let figures = [0.5, 0.7, .nan, 0.7]
        var count = 0
        try patient.run(evaluate: {
            count += 1
            return [("accuracy", figures[count - 1])]
        })
        #expect(patient.course.end == .patience && count == 4)
        #expect(patient.course.best?.epoch == 2 && patient.course.best?.value == 0.7)
    }

    /// A goal must be reached so many times in a row; a course that goes on knows how often it was.
    @Test(arguments: [false, true]) func endsByGoal(_ rises: Bool) throws {
        let figures = [0.5, 1, .nan, 1, 1, 0.5, 1, 1.5, 1].map { rises ? $0 : 2 - $0 }
        var configuration = FitConfiguration(epochs: 20)
        (configuration.monitor, configuration.rises) = ("accuracy", rises)
        configuration.goal = .init(1, evaluations: 3)
        func run(_ fit: Fit<Double>, until stop: Int = .max) throws {
            try fit.run(
                evaluate: { [("accuracy", figures[min(fit.course.epoch, figures.count) - 1])] },
                afterEpoch: { if $0.epoch == stop { throw Stopped() } })
        }
        let whole = try Fit(makeTrainer(), on: source, configuration: configuration)
        try run(whole)
        #expect(whole.course.end == .goal && whole.trainer.stepsTaken == 9 * 5)
        for stop in 1...8 {
            let first = try Fit(makeTrainer(), on: source, configuration: configuration)
            #expect(throws: Stopped.self) { try run(first, until: stop) }
            let trainer = try makeTrainer()
            try trainer.restore(try first.trainer.state())
            let second = try Fit(
                trainer, on: source, configuration: configuration, course: FitCourse(first.course.history))
            try run(second)
            #expect(second.course.end == .goal && trainer.stepsTaken == 9 * 5, "stopped after epoch \(stop)")
        }
    }

    /// A training that has ended goes on where it is given more, and is over where it is not.
    @Test func endedTrainingGoesOnWithMore() throws {
        func fit(_ configuration: FitConfiguration, after first: Fit<Double>? = nil) throws -> Fit<Double> {
            let trainer = try makeTrainer()
            if let first { try trainer.restore(try first.trainer.state()) }
            return try Fit(
                trainer, on: source, configuration: configuration,
                course: try first.map { try FitCourse($0.course.history) } ?? FitCourse())
        }
        let whole = try fit(FitConfiguration(epochs: 4))
        try whole.run()
        for less in [FitConfiguration(epochs: 2), FitConfiguration(epochs: 4, steps: 10)] {
            let first = try fit(less)
            try first.run()
            #expect(first.course.end != nil && first.trainer.stepsTaken == 10)
            let over = try fit(less, after: first)
            #expect(over.course.end == first.course.end)
            try over.run(afterEpoch: { Issue.record("epoch \($0.epoch)") })
            let second = try fit(FitConfiguration(epochs: 4), after: first)
            #expect(second.course.end == nil)
            try second.run()
            #expect(second.course.end == .epochs)
            #expect(try second.trainer.parameters() == whole.trainer.parameters())
        }
        var configuration = FitConfiguration(epochs: 5)
        configuration.patience = 1
        let patient = try fit(configuration)
        try patient.run(evaluate: { [("loss", 1)] })
        #expect(patient.course.end == .patience && patient.trainer.stepsTaken == 10)
        configuration.patience = 3
        let more = try fit(configuration, after: patient)
        try more.run(evaluate: { [("loss", 1)] })
        #expect(more.course.end == .patience && more.trainer.stepsTaken == 20)
    }

    /// A time that an evaluation uses up ends the training with the record of that evaluation.
    @Test func evaluationUsesUpTheTime() throws {
        let one = try DataSetBatches(source.data, size: .samples(13), seed: 9)
        let fit = try Fit(makeTrainer(), on: one, configuration: FitConfiguration(seconds: 1e-9))
        var records: [FitRecord] = []
        try fit.run(
            evaluate: { [("loss", try fit.trainer.parameters()["0.bias"]!.values[0])] },
            afterEpoch: { records.append($0) })
        // The first step takes no time.
        #expect(fit.course.end == .time && fit.trainer.stepsTaken == 1)
        #expect(records.count == 1 && records[0].figures != nil && records[0].trainLoss > 0)
    }

    /// Half a cosine over the time; a training that is given no time has no step.
    @Test func endsByTime() throws {
        var configuration = FitConfiguration(seconds: 0.05)
        configuration.decaysByTime = true
        let fit = try Fit(makeTrainer(), on: source, configuration: configuration)
        var rates: [Double] = []
        try fit.run(afterStep: { rates.append($0.learningRate) })
        #expect(fit.course.end == .time && fit.course.seconds >= 0.05)
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test func whatIsRefused() throws {
        let trainer = try makeTrainer()
        expectMDLSTMError(.option, ["nothing ends the training"]) {
            _ = try Fit(trainer, on: source, configuration: FitConfiguration())
        }
        var configuration = FitConfiguration(epochs: 1)
        configuration.monitor = "cer"
        let fit = try Fit(trainer, on: source, configuration: configuration)
        expectMDLSTMError(.option, ["'cer'", "loss, accuracy"]) {
            do { try fit.run(evaluate: { [("loss", 1), ("accuracy", 0)] }) } catch let error as MDLSTMError {
                throw error
            }
        }
        let empty = try DataSetBatches(MemoryDataSet<Double>([]), size: .samples(1), seed: 1)
        expectMDLSTMError(.data, ["no samples"]) {
            try Fit(trainer, on: empty, configuration: FitConfiguration(epochs: 1)).run()
        }
        var zeros = ParameterTensors<Double>()
        zeros["course"] = Tensor(zeros: [12])
        for history in [ParameterTensors<Double>(), zeros] {
            expectMDLSTMError(.data, ["history.course"]) { _ = try FitCourse(history) }
        }
        for goal in [FitConfiguration.Goal(.nan), .init(1, evaluations: 0)] {
            var configuration = FitConfiguration(epochs: 1)
            configuration.goal = goal
            expectMDLSTMError(.option, ["a goal needs", "\(goal.value) in \(goal.evaluations)"]) {
                _ = try Fit(trainer, on: source, configuration: configuration)
            }
        }
    }

    /// A checkpoint of an earlier version, without the number that counts how often a goal was reached.
    @Test func earlierCoursesAreRead() throws {
        let course = FitCourse(epoch: 5, batch: 3, lossSum: 0.25, reached: 2)
        let values = try #require(course.history["course"]).values
        var earlier = ParameterTensors<Double>()
        earlier["course"] = Tensor(shape: [12], values: Array(values.prefix(12)))
        let read = try FitCourse(earlier)
        #expect(read.epoch == 5 && read.batch == 3 && read.lossSum == 0.25)
        #expect(read.history["course"]?.values == values.prefix(12) + [0])
    }
}
