public import MDLSTM

/// A training of a model of the diagonal task.
public struct DiagonalTraining<Element: Scalar> {
    public let task: DiagonalTask
    public let model: ModelConfiguration

    /// How many steps it takes.
    public let steps: Int

    /// The seed of weights and matrices.
    public let seed: UInt64
    public let configuration: TrainingConfiguration

    /// Parts that a batch is computed in, a power of two; nil for the whole at once.
    public let shards: Int?

    /// With the other ranks that compute shards.
    public var exchange: any RankExchange = SoloExchange()

    public init(
        task: DiagonalTask, model: ModelConfiguration, steps: Int, seed: UInt64, configuration: TrainingConfiguration,
        shards: Int? = nil
    ) {
        (self.task, self.model, self.steps, self.seed, self.shards) = (task, model, steps, seed, shards)
        self.configuration = configuration
    }

    /// The result of a training.
    public struct Outcome: Sendable {
        public let result: DiagonalResult
        public let parameters: ParameterTensors<Element>

        /// What the model answers, if asked for.
        public let predictions: Predictions?

        /// NaN or infinite values that stopped the training; the rest is the state before them.
        public let failure: MDLSTMError?
    }

    /// Matrices the model is not trained with, and its predictions before and after the training.
    public struct Predictions: Sendable {
        public let sample: TrainingBatch<Element>
        public let before: Tensor<Element>
        public let after: Tensor<Element>
    }

    /// Takes all steps, or those that a checkpoint leaves.
    ///
    /// - Parameters:
    ///   - backend: what trains
    ///   - wantsPredictions: whether the model is to predict before and after
    ///   - resume: puts the trainer where a checkpoint was taken and returns the history that `afterStep` was given; nil
    ///     to begin
    ///   - afterStep: called after every step with a closure that makes the history up to there
    ///   - progress: called after every step
    /// - Throws: what the backend's trainer and the closures throw, except for values that are not finite: these end the
    ///   training.
    public func run(
        on backend: any Backend<Element>, wantsPredictions: Bool = false,
        resume: (any Trainer<Element>) throws -> ParameterTensors<Double>? = { _ in nil },
        afterStep: (any Trainer<Element>, () -> ParameterTensors<Double>) throws -> Void = { _, _ in },
        progress: (StepReport) -> Void = { _ in }
    ) throws -> Outcome {
        let trainer = try backend.makeTrainer(
            model: model, parameters: task.initialParameters(of: model, seed: seed), training: configuration
        ).inShards(shards, training: configuration, exchange: exchange)
        try trainer.prepare(for: try task.grid())
        // Step 0 is drawn for the predictions; training starts with step 1.
        let sample: TrainingBatch<Element> = task.batch(seed: seed, step: 0)
        let before = wantsPredictions ? try trainer.predict(sample.input, samples: nil) : nil

        var result = DiagonalResult(task: task)
        if let history = try resume(trainer) { result.reports = try DiagonalResult.reports(in: history) }
        result.commitMemory(steps: steps)
        let fit = try Fit(
            trainer, on: MadeBatches { [task, seed] in task.batch(seed: seed, step: $0) },
            configuration: FitConfiguration(steps: steps), course: FitCourse(epoch: 1, batch: trainer.stepsTaken))
        let clock = ContinuousClock()
        var mark: ContinuousClock.Instant?
        var (timedSteps, elapsed) = (0, Duration.zero)
        var failure: MDLSTMError?
        do {
            try fit.run(afterStep: { report in
                result.reports.append(report)
                // The first step compiles kernels: it does not count.
                if let mark {
                    elapsed += clock.now - mark
                    timedSteps += 1
                    result.stepsPerSecond = Double(timedSteps) / (elapsed / .seconds(1))
                }
                progress(report)
                try afterStep(trainer) { result.history }
                mark = clock.now
            })
        } catch let error as MDLSTMError where error.kind == .notFinite { failure = error }
        let predictions = try before.map {
            Predictions(sample: sample, before: $0, after: try trainer.predict(sample.input, samples: nil))
        }
        return Outcome(
            result: result, parameters: try trainer.parameters(), predictions: predictions, failure: failure)
    }
}
