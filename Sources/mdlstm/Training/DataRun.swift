import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// A training on own data with a folder for its results.
final class DataRun<Element: Scalar> {
    private let course: DataTraining<Element>
    private let results: RunFolder<Element>
    private let batches: DataSetBatches<Element>
    private let backend: any Backend<Element>
    private let trainer: any Trainer<Element>
    private let keeper: TrainingKeeper<Element>
    private let fit: Fit<Element>
    private let log: RunLog
    private let events: TensorBoardWriter?
    private let progress: FitProgress

    /// The last one while the training goes on.
    private var evaluation: Evaluation?

    /// Whether the step at hand is the last, at a place where a longer training would not be judged.
    private var endsOutOfTurn = false

    private var pipeline: Pipeline { course.pipeline }

    /// Whether there are samples to validate with.
    private var isJudged: Bool { course.validation.count > 0 }

    init(_ course: DataTraining<Element>, out: String) throws {
        self.course = course
        let options = course.checkpointOptions
        batches = try course.batches()
        let monitor = try course.pipeline.task.kind.monitor(named: course.settings.monitor)
        let configuration = course.settings.fit(monitor: monitor)
        results = try RunFolder(course, path: out, options: options)
        StopRequest.waitForStep()
        let listing = try DataListing([("training", course.training), ("validation", course.validation)])
        keeper = TrainingKeeper(
            model: course.pipeline.model, run: course.identity(listing), options: options,
            source: options.resume.map { _ in options.file.map { .file($0) } ?? .newest }, out: out)
        backend = try course.command.compute.makeBackend(Element.self)
        trainer = try backend.makeTrainer(
            model: course.pipeline.model, parameters: course.initialParameters,
            training: course.trainerConfiguration(batches))
        try options.removeEarlier(in: out)
        let resumed = try keeper.resume(trainer, steps: .max)
        fit = try Fit(
            trainer, on: batches, configuration: configuration,
            course: try resumed.map { try FitCourse($0.history) } ?? FitCourse())
        if resumed != nil { try results.goOn(from: options.file, hasBest: fit.course.best != nil) }
        try results.begin(listing)
        let figures = course.pipeline.task.kind.monitors.map(\.name)
        log = try RunLog(in: out, figures: figures, continuingAt: resumed.map { [fit] _ in fit.course.epoch })
        // Events of an epoch whose line is cut off the log are told to count no more.
        events =
            try course.command.tensorboard ? TensorBoardWriter(in: out, continuingAfter: log.records.last?.step) : nil
        progress = FitProgress(configuration, figures: course.validation.count > 0 ? figures : [], on: ProgressLine())
    }

    func run() throws {
        try fit.run(
            evaluate: isJudged ? { try self.evaluate() } : nil, afterStep: { try self.afterStep($0) },
            afterEpoch: { try self.afterEpoch($0) })
        StopRequest.endWaiting()
        try finish()
    }

    private func evaluate() throws -> Figures {
        progress.show("validation")
        let found = try pipeline.evaluate(trainer, on: course.validation, batch: course.settings.batch)
        evaluation = found
        return found.figures
    }

    private func afterStep(_ report: StepReport) throws {
        let plan = batches.plan(epoch: fit.course.epoch)
        progress.afterStep(
            report, epoch: fit.course.epoch, batch: fit.course.batch, of: plan.batches.count,
            samples: plan.batches[fit.course.batch - 1].count, seconds: fit.course.seconds)
        try keeper.afterStep(trainer) { fit.course.history }
        // Before the epoch is cut short: a run that is given more steps goes on within it.
        endsOutOfTurn = try fit.endsOutOfTurn
        if endsOutOfTurn { try keeper.save(trainer, history: fit.course.history) }
    }

    private func afterEpoch(_ record: FitRecord) throws {
        // The best before the checkpoint that says so: a run that is killed between them makes it again.
        if record.isBest { try results.write(trainer, outOfTurn: endsOutOfTurn) }
        let entry = EpochRecord(record, validation: record.figures.flatMap { _ in evaluation?.json })
        try log.append(entry)
        if let events {
            let images = (try examples(trainer)?.images ?? []).enumerated().map {
                ("examples/\($0 + 1)", $1.image)
            }
            try events.append(entry, figures: pipeline.task.kind.monitors.map(\.name), images: images)
        }
        if course.settings.checkpointInterval == nil || fit.course.end != nil, !endsOutOfTurn {
            try keeper.save(trainer, history: fit.course.history)
        }
        progress.afterEpoch(entry, isBest: record.isBest)
    }

    /// Some samples to validate with, or to train with where there are none, beside a model's answers.
    private func examples(_ model: any Model<Element>) throws -> ExamplePictures? {
        try pipeline.examples(
            model, on: isJudged ? course.validation : course.training,
            title: isJudged ? "samples to validate with" : "samples to train with")
    }

    /// What is told of the best model when the training is over.
    private func finish() throws {
        let best = try results.best()
        let judged = isJudged ? course.validation : course.training
        progress.show("evaluation of the best")
        let clock = ContinuousClock()
        let start = clock.now
        let model = try backend.makeModel(best.model, parameters: best.parameters)
        let evaluation = try pipeline.evaluate(model, on: judged, batch: course.settings.batch)
        var said = evaluation.json
        said["seconds"] = .number((clock.now - start) / .seconds(1))
        let report = RunReport(
            evaluation: said, course: fit.course, last: log.records.last, samplesPerSecond: progress.samplesPerSecond,
            monitor: fit.configuration.monitor)
        let curves = TrainingCurves(
            title: results.path, records: log.records, monitor: fit.configuration.monitor,
            bestEpoch: fit.course.best?.epoch)
        try results.end(report, curves: curves, evaluation: evaluation, examples: try examples(model))
        if course.command.json { return try printResult(report.json.serialized()) }
        let figures = evaluation.figures.map { "\($0.name) \(rounded($0.value, 4))" }.joined(separator: ", ")
        try printResult(
            "\(results.model): \(figures) on \(counted(judged.count, "sample"))" + (isJudged ? " to validate with" : "")
        )
    }
}

extension FitProgress {
    /// Rows of a table on stderr and, where that is a terminal, a line that overwrites itself.
    fileprivate convenience init(_ configuration: FitConfiguration, figures: [String], on line: ProgressLine) {
        self.init(
            configuration, figures: figures, live: line.isTerminal ? { line.show($0()) } : nil,
            line: { text in
                line.clear()
                printError(text)
            })
    }
}
