public import MDLSTM

/// A training of one network of the parity task.
public struct ParityTraining<Element: Scalar> {
    public let task: ParityTask
    public let model: ModelConfiguration

    /// Most steps it takes.
    public let steps: Int
    public let seed: UInt64
    public let configuration: TrainingConfiguration

    /// What the weights of a unit's bits have in common at the start; see ``ParityTask/initialParameters(of:seed:commonWeight:)``.
    public let commonWeight: Double

    /// Parts that a batch is computed in, a power of two; nil for the whole at once.
    public let shards: Int?

    /// With the other ranks that compute shards.
    public var exchange: any RankExchange = SoloExchange()

    /// - Parameters:
    ///   - task: the strings
    ///   - model: the network
    ///   - steps: the most it takes
    ///   - seed: of weights and strings
    ///   - configuration: loss, optimizer and learning rate
    ///   - commonWeight: what the weights of a unit's bits have in common at the start, uniform within ± this
    ///   - shards: parts that a batch is computed in
    public init(
        task: ParityTask, model: ModelConfiguration, steps: Int, seed: UInt64,
        configuration: TrainingConfiguration = ParityTraining.configuration(learningRate: 0.005),
        commonWeight: Double = 0, shards: Int? = nil
    ) {
        self.commonWeight = commonWeight
        (self.task, self.model, self.steps, self.seed, self.shards) = (task, model, steps, seed, shards)
        self.configuration = configuration
    }

    /// Cross entropy and Adam, the norm of all gradients limited to 1.
    public static func configuration(learningRate: Double) -> TrainingConfiguration {
        TrainingConfiguration(
            loss: .sigmoidCrossEntropy, optimizer: .adam(), clipping: .globalNorm(1),
            learningRate: LearningRateSchedule(learningRate))
    }

    /// What has come of a training.
    public struct Result: Sendable {
        public let validations: [ParityValidation]

        /// The share of right answers on ``testCount`` strings it has never been judged by before.
        public let accuracy: Double
        public let steps: Int
        public let parameters: ParameterTensors<Element>

        /// Wrong answers among the strings of the test.
        public var mistakes: Int { Int((Double(ParityTraining.testCount) * (1 - accuracy)).rounded()) }

        /// Whether all answers of the test are right.
        public var isLearned: Bool { mistakes == 0 }
    }

    /// Strings of the test.
    public static var testCount: Int { 1000 }

    /// Strings of a validation.
    public static var validationCount: Int { 500 }

    /// Steps between validations.
    public static var interval: Int { 25 }

    /// Validations without a mistake, one after the other, that end a training.
    public static var patience: Int { 4 }

    /// Trains until ``patience`` validations in a row are without a mistake, or for ``steps``; then tests.
    ///
    /// - Parameters:
    ///   - backend: what trains
    ///   - resume: puts the trainer where a checkpoint was taken and returns the history that this was given; nil to
    ///     begin
    ///   - afterStep: called after every step with what gives the history up to there
    ///   - progress: called after every validation
    /// - Throws: what the backend's trainer and the closures throw.
    public func run(
        on backend: any Backend<Element>,
        resume: (any Trainer<Element>) throws -> ParameterTensors<Double>? = { _ in nil },
        afterStep: (any Trainer<Element>, () -> ParameterTensors<Double>) throws -> Void = { _, _ in },
        progress: (ParityValidation) -> Void = { _ in }
    ) throws -> Result {
        let trainer = try backend.makeTrainer(
            model: model, parameters: task.initialParameters(of: model, seed: seed, commonWeight: commonWeight),
            training: configuration
        ).inShards(shards, training: configuration, exchange: exchange)
        try trainer.prepare(for: try Grid(batch: task.batch, extents: []))
        func accuracy(_ count: Int, _ purpose: ParityTask.Purpose, draw: Int) throws -> Double {
            let strings: TrainingBatch<Element> = task.strings(count, for: purpose, seed: seed, step: draw)
            return ParityTask.accuracy(of: try trainer.predict(strings.input), target: strings.target.values!)
        }

        var history = try resume(trainer).map(ParityHistory.init) ?? ParityHistory()
        let fit = try Fit(
            trainer, on: MadeBatches(every: Self.interval) { [task, seed] in task.batch(seed: seed, step: $0) },
            configuration: fitConfiguration, course: try history.course(at: trainer.stepsTaken, every: Self.interval))
        try fit.run(
            evaluate: {
                // What may end the training is the same on all ranks.
                let found = try accuracy(Self.validationCount, .validation, draw: trainer.stepsTaken)
                return [("accuracy", try exchange.first(found))]
            },
            afterStep: { _ in
                history.loss = fit.course.lossSum
                try afterStep(trainer) { history.tensors }
            },
            afterEpoch: { record in
                // Steps may end between two validations.
                guard record.step.isMultiple(of: Self.interval), let figures = record.figures else { return }
                let validation = ParityValidation(
                    step: record.step, loss: record.trainLoss, accuracy: figures[0].value)
                history.validations.append(validation)
                progress(validation)
            })
        return Result(
            validations: history.validations, accuracy: try accuracy(Self.testCount, .test, draw: 0),
            steps: trainer.stepsTaken, parameters: try trainer.parameters())
    }

    private var fitConfiguration: FitConfiguration {
        var fit = FitConfiguration(steps: steps)
        (fit.monitor, fit.rises) = ("accuracy", true)
        fit.goal = FitConfiguration.Goal(ParityHistory.goal, evaluations: Self.patience)
        return fit
    }
}
