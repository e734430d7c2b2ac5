/// The loop of every training: epochs of batches, an evaluation after each, the best figure, and an end.
///
/// It holds nothing that a checkpoint of ``Trainer/state()`` and ``FitCourse/history`` does not: a training that goes on from
/// there ends with the bits of one that was left alone, unless its end is a time.
public final class Fit<Element: Scalar> {
    public let trainer: any Trainer<Element>
    public let configuration: FitConfiguration
    public private(set) var course: FitCourse

    /// The time that counts where ranks share a training, from that of this one; asked for after a step or an evaluation where
    /// the time is limited.
    public var agreedSeconds: ((Double) throws -> Double)?

    private let source: any BatchSource<Element>
    private let batches: PreparedBatches<Element>

    /// - Parameters:
    ///   - trainer: one at the step of `course`
    ///   - batches: of the data to train with
    ///   - configuration: length, monitored figure, patience
    ///   - course: where to go on, though it had ended if this configuration goes further; at the beginning unless given
    /// - Throws: ``MDLSTMError`` of kind `option` for a configuration without an end.
    public init(
        _ trainer: any Trainer<Element>, on batches: any BatchSource<Element>, configuration: FitConfiguration,
        course: FitCourse = FitCourse()
    ) throws(MDLSTMError) {
        try configuration.validate()
        (self.trainer, self.configuration, self.course) = (trainer, configuration, course)
        source = batches
        let (model, foresight) = (trainer.model, trainer.foresight)
        self.batches = PreparedBatches(batches) { batch in
            if let foresight, let grid = try? model.validatedGrid(of: batch) { foresight(grid) }
        }
        self.course.end = course.batch == 0 ? reachedEnd : nil
    }

    /// Trains to the end.
    ///
    /// - Parameters:
    ///   - evaluate: judges the parameters as they are; nil for no validation
    ///   - afterStep: called after every step, before the end of its epoch is noted; what it throws stops the training
    ///   - afterEpoch: called after the record of an epoch, when ``course`` is at the next one
    /// - Throws: what the trainer, the source and the closures throw; ``MDLSTMError`` of kind `option` when the evaluation
    ///   has no figure of the monitored name.
    public func run(
        evaluate: (() throws -> Figures)? = nil, afterStep: (StepReport) throws -> Void = { _ in },
        afterEpoch: (FitRecord) throws -> Void = { _ in }
    ) throws {
        let clock = ContinuousClock()
        var mark: ContinuousClock.Instant?
        func passed() throws {
            let now = clock.now
            if let mark { course.seconds += (now - mark) / .seconds(1) }
            if let agreedSeconds, configuration.seconds != nil { course.seconds = try agreedSeconds(course.seconds) }
            mark = now
        }
        while course.end == nil {
            let count = try source.count(epoch: course.epoch)
            guard count > 0 else { throw MDLSTMError(.data, "there are no samples to train with") }
            // No batch is prepared that there is no step for.
            let steps = configuration.steps.map { min(count, $0 - (trainer.stepsTaken - course.batch)) } ?? count
            while course.batch < count, limit == nil {
                let batch = try batches.batch(
                    at: PreparedBatches.Place(epoch: course.epoch, index: course.batch), of: steps)
                trainer.rateFactor = course.rateFactor * timeFactor
                let report = try trainer.step(batch)
                course.lossSum += report.loss
                course.stepsOfEpoch += 1
                course.batch += 1
                course.learningRate = report.learningRate
                try passed()
                try afterStep(report)
            }
            let isLast = limit != nil || configuration.epochs.map { course.epoch >= $0 } ?? false
            var figures: Figures?
            if let evaluate, isLast || course.epoch % configuration.evaluationInterval == 0 {
                figures = try evaluate()
                try passed()
            }
            try afterEpoch(try note(figures, judged: evaluate != nil))
        }
    }

    /// Whether the training ends with the last step, and is then judged though a longer one would not be at this place. What is
    /// noted of it is none of a longer training's, which goes on from ``course`` as it is here.
    public var endsOutOfTurn: Bool {
        get throws {
            let isWhole = course.batch >= (try source.count(epoch: course.epoch))
            let isEnd = limit != nil || isWhole && configuration.epochs.map { course.epoch >= $0 } ?? false
            return isEnd && !(isWhole && course.epoch % configuration.evaluationInterval == 0)
        }
    }

    /// What is left of the learning rate by the time used.
    private var timeFactor: Double {
        guard configuration.decaysByTime, let seconds = configuration.seconds else { return 1 }
        return 0.5 * (1 + ExactMath.cosine(turns: min(1, course.seconds / seconds) / 2))
    }

    /// The end that is reached within an epoch.
    private var limit: FitEnd? {
        if let steps = configuration.steps, trainer.stepsTaken >= steps { return .steps }
        if let seconds = configuration.seconds, course.seconds >= seconds { return .time }
        return nil
    }

    /// The end that is reached between two epochs.
    private var reachedEnd: FitEnd? {
        if let limit { return limit }
        if let epochs = configuration.epochs, course.epoch > epochs { return .epochs }
        if let goal = configuration.goal, course.reached >= goal.evaluations { return .goal }
        if let patience = configuration.patience, course.waited >= patience { return .patience }
        return nil
    }

    /// The record of the epoch at hand, and the course moved to the next, or to its end.
    private func note(_ figures: Figures?, judged: Bool) throws(MDLSTMError) -> FitRecord {
        var isBest = !judged
        if let figures {
            guard let figure = figures.first(where: { $0.name == configuration.monitor })?.value else {
                let names = figures.map(\.name).joined(separator: ", ")
                throw MDLSTMError(
                    .option, "there is no figure '\(configuration.monitor)' to monitor; expected one of \(names)")
            }
            isBest = isBetter(figure)
            if isBest { course.best = (figure, course.epoch) }
            course.waited = isBest ? 0 : course.waited + 1
            course.waitedAtRate = isBest ? 0 : course.waitedAtRate + 1
            if let plateau = configuration.plateau, course.waitedAtRate >= plateau.patience {
                course.rateFactor *= plateau.factor
                course.waitedAtRate = 0
            }
            course.reached = isGoal(figure) ? course.reached + 1 : 0
        }
        let record = FitRecord(
            epoch: course.epoch, step: trainer.stepsTaken, seconds: course.seconds, learningRate: course.learningRate,
            trainLoss: course.lossSum / Double(max(1, course.stepsOfEpoch)), figures: figures, isBest: isBest)
        course.epoch += 1
        (course.batch, course.lossSum, course.stepsOfEpoch) = (0, 0, 0)
        course.end = reachedEnd
        return record
    }

    private func isGoal(_ figure: Double) -> Bool {
        guard let goal = configuration.goal else { return false }
        return configuration.rises ? figure >= goal.value : figure <= goal.value
    }

    private func isBetter(_ figure: Double) -> Bool {
        guard figure.isFinite else { return false }
        guard let best = course.best else { return true }
        return configuration.rises
            ? figure > best.value + configuration.minimumDelta : figure < best.value - configuration.minimumDelta
    }
}
