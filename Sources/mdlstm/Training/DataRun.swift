import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// What a training has come to.
struct FinishedRun {
    let report: RunReport

    /// The file of the best model and what it is worth, in words.
    let line: String
}

/// A training on own data with a folder for its results.
final class DataRun<Course: LearningCourse> {
    typealias Element = Course.Element

    private let course: Course
    private let results: RunFolder<Element>
    private let batches: CourseBatches<Element>
    private let backend: any Backend<Element>
    private let trainer: any Trainer<Element>
    private let keeper: TrainingKeeper<Element>
    private let fit: Fit<Element>
    private let log: RunLog
    private let events: TensorBoardWriter?
    private let progress: FitProgress

    /// The last one while the training goes on.
    private var found: Course.Found?

    /// Whether the step at hand is the last, at a place where a longer training would not be judged.
    private var endsOutOfTurn = false

    init(_ course: Course, out: String) throws {
        self.course = course
        let options = course.checkpointOptions
        batches = try course.batches()
        let monitor = try course.kind.monitor(named: course.settings.monitor)
        let configuration = course.settings.fit(monitor: monitor)
        results = try RunFolder(course, path: out, options: options)
        StopRequest.waitForStep()
        let listing = try course.listing()
        let compute = course.command.compute
        try Ranks.requireSame([
            ("configuration", course.configuration.json.serialized()), ("data", course.identity(listing).serialized()),
            ("precision", "\(compute.precision)"), ("path", "\(compute.backend) \(compute.path)"),
        ])
        keeper = TrainingKeeper(
            model: course.model, run: course.identity(listing), mayDiffer: course.mayDiffer, options: options,
            source: options.resume.map { _ in options.file.map { .file($0) } ?? .newest }, out: out)
        backend = try course.command.compute.makeBackend(Element.self)
        trainer = try course.makeTrainer(on: backend, batches)
        try options.removeEarlier(in: out)
        let resumed = try keeper.resume(trainer, steps: .max)
        fit = try Fit(
            trainer, on: batches.source, configuration: configuration,
            course: try resumed.map { course.resumed(from: $0, try FitCourse($0.history)) } ?? FitCourse())
        if Ranks.isShared { fit.agreedSeconds = { try Ranks.exchange.first($0) } }
        if let end = fit.course.end, let resumed, keeper.areOtherData(than: resumed) {
            throw MDLSTMError(
                .option,
                "the training has ended (\(end.rawValue)) and these data are others; give \(end.remedy), or begin with its "
                    + "weights by --from")
        }
        if resumed != nil { try results.goOn(from: options.file, hasBest: fit.course.best != nil) }
        try results.begin(listing)
        let figures = course.kind.monitors.map(\.name)
        log = try RunLog(in: out, figures: figures, continuingAt: resumed.map { [fit] _ in fit.course.epoch })
        // Events of an epoch whose line is cut off the log are told to count no more.
        events =
            try course.command.tensorboard ? TensorBoardWriter(in: out, continuingAfter: log.records.last?.step) : nil
        progress = FitProgress(configuration, figures: course.isJudged ? figures : [], on: ProgressLine())
    }

    func run() throws -> FinishedRun {
        try fit.run(
            evaluate: course.isJudged ? { try self.evaluate() } : nil, afterStep: { try self.afterStep($0) },
            afterEpoch: { try self.afterEpoch($0) })
        StopRequest.endWaiting()
        return try finish()
    }

    private func evaluate() throws -> Figures {
        progress.show("validation")
        let found = try course.judge(trainer, isFinal: false)
        self.found = found
        // What decides the course is the same on all ranks.
        return try found.figures.map { ($0.name, try Ranks.exchange.first($0.value)) }
    }

    private func afterStep(_ report: StepReport) throws {
        let epoch = fit.course.epoch
        progress.afterStep(
            report, epoch: epoch, batch: fit.course.batch, of: try batches.source.count(epoch: epoch),
            samples: batches.samples(epoch, fit.course.batch - 1), seconds: fit.course.seconds)
        try keeper.afterStep(trainer) { fit.course.history }
        // Before the epoch is cut short: a run that is given more steps goes on within it.
        endsOutOfTurn = try fit.endsOutOfTurn
        if endsOutOfTurn { try keeper.save(trainer, history: fit.course.history) }
    }

    private func afterEpoch(_ record: FitRecord) throws {
        // The best before the checkpoint that says so: a run that is killed between them makes it again.
        if record.isBest { try results.write(trainer, outOfTurn: endsOutOfTurn) }
        let entry = EpochRecord(record, validation: record.figures.flatMap { _ in found?.json })
        try log.append(entry)
        if let events {
            let images = try course.pictures(trainer, on: backend).enumerated().map { ("examples/\($0 + 1)", $1) }
            try events.append(entry, figures: course.kind.monitors.map(\.name), images: images)
        }
        if course.settings.checkpointInterval == nil || fit.course.end != nil, !endsOutOfTurn {
            try keeper.save(trainer, history: fit.course.history)
        }
        progress.afterEpoch(entry, isBest: record.isBest)
    }

    /// What is told of the best model when the training is over.
    private func finish() throws -> FinishedRun {
        let best = try course.best(results.model)
        progress.show("evaluation of the best")
        let clock = ContinuousClock()
        let start = clock.now
        let model = try backend.makeModel(best.model, parameters: best.parameters)
        let found = try course.judge(model, isFinal: true)
        var said = found.json
        said["seconds"] = .number((clock.now - start) / .seconds(1))
        let report = RunReport(
            evaluation: said, course: fit.course, last: log.records.last, samplesPerSecond: progress.samplesPerSecond,
            monitor: fit.configuration.monitor)
        let curves = TrainingCurves(
            title: results.path, records: log.records, monitor: fit.configuration.monitor,
            bestEpoch: fit.course.best?.epoch)
        try results.end(report, curves: curves)
        try course.show(model, found, on: backend, in: results)
        let figures = found.figures.map { "\($0.name) \(rounded($0.value, 4))" }.joined(separator: ", ")
        return FinishedRun(report: report, line: "\(results.model): \(figures) on \(course.judgedBy)")
    }
}

extension FitEnd {
    /// What makes a training longer that has ended so.
    fileprivate var remedy: String {
        switch self {
        case .steps: "more --steps"
        case .time: "a longer --max-time"
        // Figures of other data count anew.
        case .epochs, .patience, .goal: "more --epochs"
        }
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
