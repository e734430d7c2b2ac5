import Foundation
import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMTasks

/// A training on own data with a folder for its results.
final class DataRun<Element: Scalar> {
    private let course: DataTraining<Element>
    private let out: String
    private let folder: OutputFolder
    private let batches: DataSetBatches<Element>
    private let figures: [String]

    private var settings: TrainingSettings { course.settings }
    private var pipeline: Pipeline { course.pipeline }
    private var modelFile: String { out + "/model.safetensors" }

    init(_ course: DataTraining<Element>, out: String) throws {
        (self.course, self.out) = (course, out)
        folder = try course.command.checkpoints.openFolder(out)
        batches = try course.batches()
        figures = course.pipeline.task.kind.monitors.map(\.name)
    }

    func run() throws {
        StopRequest.waitForStep()
        let configuration = course.trainerConfiguration(batches)
        let fitConfiguration = settings.fit(monitor: try pipeline.task.kind.monitor(named: settings.monitor))
        let listing = try DataListing([("training", course.training), ("validation", course.validation)])
        let keeper = TrainingKeeper<Element>(
            model: pipeline.model, run: identity(listing), options: course.command.checkpoints,
            source: course.command.checkpoints.resume.map { _ in
                course.command.checkpoints.file.map { .file($0) } ?? .newest
            }, out: out)
        let trainer = try course.command.compute.makeBackend(Element.self).makeTrainer(
            model: pipeline.model, parameters: try course.initialParameters(), training: configuration)
        try course.command.checkpoints.removeEarlier(in: out)
        let resumed = try keeper.resume(trainer, steps: .max)
        let fit = try Fit(
            trainer, on: batches, configuration: fitConfiguration,
            course: try resumed.map { try FitCourse($0.history) } ?? FitCourse())

        try folder.write("config.json") { path throws(MDLSTMError) in
            try writeFile(Array(course.filled.configuration.json.serialized(indented: true).utf8), to: path)
        }
        try folder.write("data.json") { path throws(MDLSTMError) in try listing.write(to: path) }
        let log = try RunLog(in: out, figures: figures, continuingAt: resumed.map { _ in fit.course.epoch })
        // Events of an epoch whose line is cut off the log are told to count no more.
        let events =
            try course.command.tensorboard ? TensorBoardWriter(in: out, continuingAfter: log.records.last?.step) : nil
        let line = ProgressLine()
        let progress = FitProgress(
            fitConfiguration, figures: course.validation.count > 0 ? figures : [],
            live: line.isTerminal ? { line.show($0()) } : nil,
            line: { text in
                line.clear()
                printError(text)
            })

        var evaluation: Evaluation?
        try fit.run(
            evaluate: course.validation.count == 0
                ? nil
                : {
                    progress.show("validation")
                    let found = try self.pipeline.evaluate(
                        trainer, on: self.course.validation, batch: self.settings.batch)
                    evaluation = found
                    return found.figures
                }
        ) { report in
            let (epoch, batch) = (fit.course.epoch, fit.course.batch)
            progress.afterStep(
                report, epoch: epoch, batch: batch, of: self.batches.count(epoch: epoch),
                samples: self.batches.plan(epoch: epoch).batches[batch - 1].count, seconds: fit.course.seconds)
            try keeper.afterStep(trainer) { fit.course.history }
        } afterEpoch: { record in
            if record.isBest { try self.writeModel(trainer) }
            let entry = EpochRecord(record, validation: record.figures.flatMap { _ in evaluation?.json })
            try log.append(entry)
            if let events {
                let examples = try self.examples(trainer)
                let images = (examples?.images ?? []).enumerated().map { ("examples/\($0 + 1)", $1.image) }
                try events.append(entry, figures: self.figures, images: images)
            }
            if self.settings.checkpointInterval == nil || fit.course.end != nil {
                try keeper.save(trainer, history: fit.course.history)
            }
            progress.afterEpoch(entry, isBest: record.isBest)
        }
        try finish(fit, log, progress, samplesOnce: progress.samplesPerSecond)
    }

    /// What a checkpoint must agree with: the configuration but for how long it goes on, and the data.
    private func identity(_ listing: DataListing) -> JSONValue {
        var members = course.filled.configuration.json.objectValue ?? [:]
        var training = members["training"]?.objectValue ?? [:]
        let isOpenEnded = settings.learningRate.decay != .cosine
        for key in ["keep", "checkpointEvery", "patience", "minimumDelta"] + (isOpenEnded ? ["epochs", "steps"] : []) {
            training[key] = nil
        }
        training["maxTime"] = nil
        members["training"] = .object(training)
        members["version"] = nil
        members["model"] = nil
        members["fingerprint"] = .string(listing.fingerprint)
        return .object(members)
    }

    /// Some samples to validate with, or to train with where there are none, beside a model's answers.
    private func examples(_ model: any Model<Element>) throws -> ExamplePictures? {
        let isJudged = course.validation.count > 0
        return try pipeline.examples(
            model, on: isJudged ? course.validation : course.training,
            title: isJudged ? "samples to validate with" : "samples to train with")
    }

    private func writeModel(_ trainer: any Trainer<Element>) throws {
        let file = ModelFile(
            model: pipeline.model, parameters: try trainer.parameters(), seed: settings.seed,
            members: course.filled.configuration.modelFileMembers)
        try file.write(to: modelFile)
    }

    /// What is told of the best model when the training is over.
    private func finish(
        _ fit: Fit<Element>, _ log: RunLog, _ progress: FitProgress, samplesOnce rate: Double?
    ) throws {
        let best = try ModelFile<Element>(contentsOf: modelFile)
        let judged = course.validation.count > 0 ? course.validation : course.training
        progress.show("evaluation of the best")
        let clock = ContinuousClock()
        let start = clock.now
        let model = try course.command.compute.makeQuietBackend(Element.self).makeModel(
            best.model, parameters: best.parameters)
        let evaluation = try pipeline.evaluate(model, on: judged, batch: settings.batch)
        var said = evaluation.json
        said["seconds"] = .number((clock.now - start) / .seconds(1))
        let report = RunReport(
            evaluation: said, course: fit.course, last: log.records.last, samplesPerSecond: rate,
            monitor: fit.configuration.monitor)
        try folder.write("report.json") { path throws(MDLSTMError) in try report.write(to: path) }
        try folder.write("curves.svg") { path throws(MDLSTMError) in
            let curves = TrainingCurves(
                title: out, records: log.records, monitor: fit.configuration.monitor, bestEpoch: fit.course.best?.epoch)
            try curves.drawing.write(to: path)
        }
        if pipeline.task.kind != .regress {
            try folder.write("confusion.svg") { path throws(MDLSTMError) in
                try evaluation.counts.matrix(title: "", classes: pipeline.classes).svg().write(to: path)
            }
            try folder.write("confusion.json") { path throws(MDLSTMError) in
                let counts = evaluation.counts.confusion(classes: pipeline.classes)
                try writeFile(Array((counts.serialized() + "\n").utf8), to: path)
            }
        }
        if let examples = try examples(model) {
            try folder.write("examples.svg") { path throws(MDLSTMError) in try examples.drawing.write(to: path) }
        }
        if course.command.json {
            try printResult(report.json.serialized())
        } else {
            let figures = evaluation.figures.map { "\($0.name) \(rounded($0.value, 4))" }.joined(separator: ", ")
            try printResult(
                "\(modelFile): \(figures) on \(counted(judged.count, "sample"))"
                    + (course.validation.count > 0 ? " to validate with" : ""))
        }
    }
}
