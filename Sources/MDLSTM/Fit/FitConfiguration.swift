/// How long a training goes on, and what it is judged by.
public struct FitConfiguration: Hashable, Sendable {
    /// The training ends with whichever is reached first: epochs, steps, or seconds of steps and evaluations, those of
    /// earlier runs that it goes on from included. The first step of a run, in which kernels are compiled, takes no time.
    public var epochs: Int?, steps: Int?, seconds: Double?

    /// Whether the learning rate falls with the share of ``seconds`` that is used, by half a cosine to zero.
    public var decaysByTime = false

    /// The figure of an evaluation that tells which parameters are the best, and whether more of it is better.
    public var monitor = "loss", rises = false

    /// Evaluations in a row without a better figure that end the training; nil for no end.
    public var patience: Int?

    /// What is good enough to end the training; nil for no end.
    public var goal: Goal?

    /// Ends a training once the monitored figure is `value` or better in `evaluations` evaluations in a row.
    public struct Goal: Hashable, Sendable {
        public var value: Double, evaluations: Int

        public init(_ value: Double, evaluations: Int = 1) { (self.value, self.evaluations) = (value, evaluations) }
    }

    /// How much better a figure must be to count as better.
    public var minimumDelta = 0.0

    /// Epochs from one evaluation to the next; the last epoch is always followed by one.
    public var evaluationInterval = 1

    /// Lowers the learning rate where evaluations do not become better; nil for never.
    public var plateau: Plateau?

    /// After every `patience` evaluations without a better figure the rate is multiplied by `factor`.
    public struct Plateau: Hashable, Sendable {
        public var factor: Double, patience: Int

        public init(factor: Double = 0.5, patience: Int = 5) { (self.factor, self.patience) = (factor, patience) }
    }

    public init(epochs: Int? = nil, steps: Int? = nil, seconds: Double? = nil) {
        (self.epochs, self.steps, self.seconds) = (epochs, steps, seconds)
    }

    /// - Throws: ``MDLSTMError`` of kind `option` where nothing ends the training, or a number makes no sense.
    func validate() throws(MDLSTMError) {
        guard epochs != nil || steps != nil || seconds != nil else {
            throw MDLSTMError(.option, "nothing ends the training; give epochs, steps or a time")
        }
        guard epochs ?? 1 >= 1, steps ?? 1 >= 1, seconds ?? 1 > 0, patience ?? 1 >= 1, evaluationInterval >= 1,
            minimumDelta >= 0
        else {
            throw MDLSTMError(
                .option,
                "epochs, steps, time, patience and the interval of evaluations must be above 0, and the least change not "
                    + "below it")
        }
        guard !decaysByTime || seconds != nil else {
            throw MDLSTMError(.option, "the learning rate is to fall with the time, but no time is given")
        }
        if let goal {
            guard goal.value.isFinite, goal.evaluations >= 1 else {
                throw MDLSTMError(
                    .option,
                    "a goal needs a finite value in at least 1 evaluation, found \(goal.value) in \(goal.evaluations)")
            }
        }
        if let plateau {
            guard plateau.factor > 0, plateau.factor < 1, plateau.patience >= 1 else {
                throw MDLSTMError(
                    .option,
                    "a plateau needs a factor between 0 and 1 and a patience of at least 1, found \(plateau.factor) and "
                        + "\(plateau.patience)")
            }
        }
    }
}
