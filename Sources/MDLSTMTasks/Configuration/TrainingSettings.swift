public import MDLSTM

/// How long and in what way is learnt: the `training` of a configuration.
public struct TrainingSettings: Sendable, Equatable {
    public var epochs: Int?, steps: Int?

    /// Seconds.
    public var maxTime: Double?
    public var batch = BatchSize.samples(16)

    /// Parts that a batch is computed in, a power of two; nil for the whole at once.
    public var shards: Int?
    public var optimizer = Optimizer.adam()
    public var learningRate = Rate(base: 0.001)
    public var clipping = Clipping.globalNorm(1)

    /// The share of recurrent weights that a step leaves out; see `TrainingConfiguration`.
    public var weightDropout = 0.0
    public var patience: Int?
    public var minimumDelta = 0.0

    /// The figure that tells the best; nil for the kind's own.
    public var monitor: String?
    public var evaluationInterval = 1

    /// Steps between checkpoints; nil for one at the end of every epoch.
    public var checkpointInterval: Int?
    public var keep = 3
    public var validationFraction = 0.1
    public var seed: UInt64 = 1

    /// The learning rate and how it falls.
    public struct Rate: Sendable, Equatable {
        public var base: Double
        public var warmup = 0
        public var decay = Decay.constant

        public init(base: Double, warmup: Int = 0, decay: Decay = .constant) {
            (self.base, self.warmup, self.decay) = (base, warmup, decay)
        }
    }

    public enum Decay: Sendable, Equatable {
        case constant
        /// Half a cosine to zero, over all steps or, where a time alone ends the training, over the time.
        case cosine
        case step(factor: Double, every: Int)
        case exponential(factor: Double)
        /// Where evaluations do not become better.
        case plateau(factor: Double, patience: Int)
    }

    public init() {}

    /// How the trainer learns, in a training of `steps` steps at most; nil where only a time ends it.
    public func configuration(
        loss: Loss, steps: Int?, frozen: Set<Int>, classWeights: [Double]?
    ) -> TrainingConfiguration {
        var schedule = LearningRateSchedule(learningRate.base, warmup: learningRate.warmup)
        switch learningRate.decay {
        case .constant, .plateau: break
        case .cosine: if let steps { schedule.decay = .cosine(final: 0, total: max(steps, learningRate.warmup + 2)) }
        case .step(let factor, let every): schedule.decay = .step(factor: factor, every: every)
        case .exponential(let factor): schedule.decay = .exponential(factor: factor)
        }
        var training = TrainingConfiguration(
            loss: loss, optimizer: optimizer, clipping: clipping, learningRate: schedule, seed: seed, frozen: frozen,
            classWeights: classWeights)
        training.weightDropout = weightDropout
        return training
    }

    /// How long the loop goes on.
    ///
    /// - Parameter monitor: the kind's figure, and whether more of it is better
    public func fit(monitor: (name: String, rises: Bool)) -> FitConfiguration {
        var fit = FitConfiguration(epochs: epochs, steps: steps, seconds: maxTime)
        (fit.monitor, fit.rises) = monitor
        (fit.patience, fit.minimumDelta, fit.evaluationInterval) = (patience, minimumDelta, evaluationInterval)
        fit.decaysByTime = learningRate.decay == .cosine && epochs == nil && steps == nil && maxTime != nil
        if case .plateau(let factor, let patience) = learningRate.decay {
            fit.plateau = FitConfiguration.Plateau(factor: factor, patience: patience)
        }
        return fit
    }
}
