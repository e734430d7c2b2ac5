import MDLSTM
import Synchronization
import Testing
import _TestSupport

/// Batches that are made for their step.
struct MadeBatchesTests {
    /// The input is the step it is for.
    private static func batch(_ step: Int) -> TrainingBatch<Double> {
        TrainingBatch(
            input: Tensor(shape: [1, 1, 1], values: [Double(step)]), target: Tensor(shape: [1, 1, 1], values: [0]))
    }

    @Test func aBatchIsThatOfItsStep() throws {
        let endless = MadeBatches { Self.batch($0) }
        #expect(endless.count(epoch: 1) == .max)
        #expect(try endless.batch(epoch: 1, index: 1_000_000).input.values == [1_000_001])
        let epochs = MadeBatches(every: 7) { Self.batch($0) }
        #expect(epochs.count(epoch: 1) == 7 && epochs.count(epoch: 1000) == 7)
        for (epoch, index, step) in [(1, 0, 1), (1, 6, 7), (2, 0, 8), (5, 3, 32)] {
            #expect(try epochs.batch(epoch: epoch, index: index).input.values == [Double(step)])
        }
    }

    private func makeTrainer() throws -> ReferenceTrainer<Double> {
        let model = try ModelConfiguration(inputSize: 1, axes: 1, layers: [.dense(inputSize: 1, outputSize: 1)])
        return try ReferenceTrainer(
            model: model, parameters: model.initialParameters(seed: 1),
            training: TrainingConfiguration(optimizer: .adam(), learningRate: LearningRateSchedule(0.01)))
    }

    /// A training takes the batches in order, whatever the epochs, and none is made that no step is left for.
    @Test(arguments: [nil, 1, 3, 11, 50])
    func aTrainingTakesThemInOrder(_ interval: Int?) throws {
        let direct = try makeTrainer()
        let losses = try (1...11).map { try direct.step(Self.batch($0)).loss }
        let made = Mutex<[Int]>([])
        let source = MadeBatches<Double>(every: interval ?? .max) { step in
            made.withLock { $0.append(step) }
            return Self.batch(step)
        }
        var (seen, ends): ([Double], [Int]) = ([], [])
        func run(_ fit: Fit<Double>) throws {
            try fit.run(afterStep: { seen.append($0.loss) }, afterEpoch: { ends.append($0.step) })
        }
        let fit = try Fit(makeTrainer(), on: source, configuration: FitConfiguration(steps: 11))
        try run(fit)
        #expect(fit.course.end == .steps && seen == losses)
        #expect(try fit.trainer.parameters() == direct.parameters())
        #expect(made.withLock { $0.sorted() } == Array(1...11))
        #expect(ends == Array(stride(from: interval ?? 11, to: 11, by: interval ?? 11)) + [11])

        // Gone on with in the middle of an epoch, its place told by a history of one's own.
        let trainer = try makeTrainer()
        for step in 1...5 { _ = try trainer.step(Self.batch(step)) }
        let (epoch, batch) = interval.map { (5 / $0 + 1, 5 % $0) } ?? (1, 5)
        (seen, ends) = ([], [])
        let rest = try Fit(
            trainer, on: source, configuration: FitConfiguration(steps: 11),
            course: FitCourse(epoch: epoch, batch: batch, lossSum: losses[(5 - batch)..<5].reduce(0, +)))
        try run(rest)
        #expect(seen == Array(losses[5...]) && ends.last == 11)
        #expect(trainer.parameters() == direct.parameters())
    }
}
