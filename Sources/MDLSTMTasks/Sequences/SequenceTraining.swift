public import MDLSTM

/// A training of one network of a task over sequences, from one seed.
public struct SequenceTraining<Task: SequenceTask, Element: Scalar> {
    public let task: Task
    public let model: ModelConfiguration

    /// Examples of a step.
    public let batch: Int

    /// Examples that end the training at the latest: the first step that reaches them is the last.
    public let examples: Int

    /// The share of whole answers that ends the training once a measurement finds it; nil for none.
    public let goal: Double?

    /// Of weights and examples.
    public let seed: UInt64
    public let configuration: TrainingConfiguration

    /// Parts that a batch is computed in, a power of two; nil for the whole at once.
    public let shards: Int?

    /// With the other ranks that compute shards.
    public var exchange: any RankExchange = SoloExchange()

    /// Examples between two measurements; each is taken after the first step that reaches a multiple.
    public let interval: Int

    /// New examples of a measurement, and of the test at the end.
    public let measuredCount: Int

    /// - Parameters:
    ///   - task: what is learnt
    ///   - model: the network
    ///   - batch: examples of a step, from 1 to `interval`
    ///   - examples: the most it sees, from 1 below 2^31
    ///   - goal: the share of whole answers that ends it, above 0 and at most 1
    ///   - seed: of weights and examples
    ///   - configuration: how it learns; ``configuration(learningRate:steps:)`` makes one
    ///   - shards: parts that a batch is computed in
    ///   - interval: examples between two measurements, at least 1
    ///   - measuredCount: new examples of a measurement, and of the test at the end, from 1 to `interval`
    /// - Throws: `MDLSTMError` of kind `option` for numbers out of range.
    public init(
        task: Task, model: ModelConfiguration, batch: Int, examples: Int, goal: Double? = nil, seed: UInt64,
        configuration: TrainingConfiguration, shards: Int? = nil, interval: Int = 2000, measuredCount: Int = 2000
    ) throws(MDLSTMError) {
        guard (1..<(1 << 31)).contains(interval), (1...interval).contains(measuredCount) else {
            throw MDLSTMError(
                .option,
                "a training over sequences is measured every 1 to 2^31 - 1 examples, on at most as many, found \(interval) "
                    + "and \(measuredCount)")
        }
        guard (1...interval).contains(batch), (1..<(1 << 31)).contains(examples) else {
            throw MDLSTMError(
                .option,
                "a training over sequences needs a batch of 1 to \(interval) and from 1 to 2^31 - 1 examples, found "
                    + "\(batch) and \(examples)")
        }
        guard goal.map({ $0 > 0 && $0 <= 1 }) ?? true else {
            throw MDLSTMError(
                .option, "the share of whole answers that ends a training is above 0 and at most 1, found \(goal!)")
        }
        (self.task, self.model, self.batch, self.examples) = (task, model, batch, examples)
        (self.goal, self.seed, self.configuration, self.shards) = (goal, seed, configuration, shards)
        (self.interval, self.measuredCount) = (interval, measuredCount)
    }

    /// Cross entropy over the symbols of the answers and Adam, the norm of all gradients limited to 1; the learning rate
    /// falls by half a cosine to zero at step `steps`.
    public static func configuration(learningRate: Double, steps: Int) -> TrainingConfiguration {
        TrainingConfiguration(
            loss: .softmaxCrossEntropy, optimizer: .adam(), clipping: .globalNorm(1),
            learningRate: LearningRateSchedule(learningRate, decay: .cosine(final: 0, total: steps)))
    }

    /// Most steps it takes.
    public var steps: Int { Self.steps(examples: examples, batch: batch) }

    /// Steps that see `examples` examples.
    ///
    /// - Precondition: `batch` is at least 1.
    public static func steps(examples: Int, batch: Int) -> Int { (examples + batch - 1) / batch }

    /// What has come of a training.
    public struct Result: Sendable {
        public let seed: UInt64
        public let measurements: [SequenceMeasurement]

        /// The score on ``SequenceTraining/measuredCount`` examples that no measurement has had.
        public let test: SequenceScore
        public let steps: Int

        /// Examples seen.
        public let examples: Int

        /// Time of all steps and measurements, those before a checkpoint included; the first step of a run is not counted.
        public let seconds: Double
        public let parameters: ParameterTensors<Element>

        public init(
            seed: UInt64, measurements: [SequenceMeasurement], test: SequenceScore, steps: Int, examples: Int,
            seconds: Double, parameters: ParameterTensors<Element>
        ) {
            (self.seed, self.measurements, self.test) = (seed, measurements, test)
            (self.steps, self.examples, self.seconds) = (steps, examples, seconds)
            self.parameters = parameters
        }
    }

    /// The score of the network as it is, on examples `numbers` of a purpose.
    public func score(
        of model: any Model<Element>, on numbers: Range<Int>, for purpose: SequencePurpose
    ) throws -> SequenceScore {
        // As many at a time as there are in memory at once.
        var (whole, symbols) = (0.0, 0.0)
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: Self.scoredCount) {
            let part = first..<min(first + Self.scoredCount, numbers.upperBound)
            let batch: TrainingBatch<Element> = task.batch(part, for: purpose, seed: seed)
            let score = SequenceScore(try model.predict(batch.input), labels: batch.target.labels!)
            whole += score.whole * Double(part.count)
            symbols += score.symbols * Double(part.count)
        }
        return SequenceScore(whole: whole / Double(numbers.count), symbols: symbols / Double(numbers.count))
    }

    private static var scoredCount: Int { 500 }

    /// Trains until a measurement finds ``goal``, or for ``examples``; then tests.
    ///
    /// - Parameters:
    ///   - backend: what trains
    ///   - resume: puts the trainer where a checkpoint was taken and returns the history that this was given; nil to
    ///     begin
    ///   - afterStep: called after every step with what gives the history up to there
    ///   - progress: called after every measurement with all of them so far
    ///   - atEnd: called with the trainer as the training leaves it and what gives the history of all of it
    /// - Throws: what the backend's trainer and the closures throw.
    public func run(
        on backend: any Backend<Element>,
        resume: (any Trainer<Element>) throws -> ParameterTensors<Double>? = { _ in nil },
        afterStep: (any Trainer<Element>, () -> ParameterTensors<Double>) throws -> Void = { _, _ in },
        progress: ([SequenceMeasurement]) throws -> Void = { _ in },
        atEnd: (any Trainer<Element>, () -> ParameterTensors<Double>) throws -> Void = { _, _ in }
    ) throws -> Result {
        let trainer = try backend.makeTrainer(
            model: model, parameters: SequenceNetwork.initialParameters(of: model, seed: seed), training: configuration
        ).inShards(shards, training: configuration, exchange: exchange)
        try trainer.prepare(for: try Grid(batch: batch, extents: [task.steps]))
        var history = try resume(trainer).map(SequenceHistory.init) ?? SequenceHistory()
        let source = SequenceBatches<Task, Element>(task: task, size: batch, interval: interval, seed: seed)
        let fit = try Fit(trainer, on: source, configuration: fitConfiguration, course: history.course)
        try fit.run(
            evaluate: {
                let first = history.measurements.count * measuredCount
                let score = try score(of: trainer, on: first..<(first + measuredCount), for: .validation)
                // What may end the training is the same on all ranks.
                return [
                    ("whole", try exchange.first(score.whole)), ("symbols", try exchange.first(score.symbols)),
                ]
            },
            afterStep: { _ in
                history.course = fit.course
                try afterStep(trainer) { history.tensors }
            },
            afterEpoch: { record in
                let figures = record.figures!
                history.course = fit.course
                history.measurements.append(
                    SequenceMeasurement(
                        examples: record.step * batch, loss: record.trainLoss,
                        score: SequenceScore(whole: figures[0].value, symbols: figures[1].value)))
                try progress(history.measurements)
            })
        try atEnd(trainer) { history.tensors }
        return Result(
            seed: seed, measurements: history.measurements,
            test: try score(of: trainer, on: 0..<measuredCount, for: .test), steps: trainer.stepsTaken,
            examples: trainer.stepsTaken * batch, seconds: fit.course.seconds, parameters: try trainer.parameters())
    }

    private var fitConfiguration: FitConfiguration {
        var fit = FitConfiguration(steps: steps)
        (fit.monitor, fit.rises) = ("whole", true)
        fit.goal = goal.map { FitConfiguration.Goal($0) }
        return fit
    }
}
