import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMTasks

/// The course of `mdlstm train DATA` where the data are samples.
struct DataTraining<Element: Scalar>: SampleCourse {
    let command: TrainDataCommand
    let training: any DataSet<Element>, validation: any DataSet<Element>
    let filled: FilledRun

    /// The weights to begin with: drawn, or those of `--from`.
    let initialParameters: ParameterTensors<Element>
    var pipeline: Pipeline { filled.pipeline }
    var configuration: RunConfiguration { filled.configuration }
    var model: ModelConfiguration { pipeline.model }
    var judgedBy: String { counted(judged.count, "sample") + (isJudged ? " to validate with" : "") }

    /// Fills the configuration by the data.
    init(_ command: TrainDataCommand, _ data: SplitData<Element>) throws {
        self.command = command
        (training, validation) = (data.training, data.validation)
        filled = try FilledRun(
            data.settings, shape: data.opened.shape, classes: data.opened.classes, training: training, name: data.name)
        try Self.requireSamples(training, validation, filled.pipeline, command)
        initialParameters = try Self.initialParameters(
            command, filled.pipeline.model, seed: filled.configuration.training.seed)
    }

    /// Refuses data that nothing can be learnt from, or by which no model is better than another.
    private static func requireSamples(
        _ training: any DataSet<Element>, _ validation: any DataSet<Element>, _ pipeline: Pipeline,
        _ command: TrainDataCommand
    ) throws {
        let name = command.data ?? command.source.list ?? ""
        let all = [(training, "train", name), (validation, "validate", command.validation ?? name)]
        for (samples, purpose, name) in all where samples.count > 0 {
            guard try pipeline.hasAnswers(samples) else {
                throw MDLSTMError(
                    .data,
                    "\(name): every label of the samples to \(purpose) with is ignored; give others, or change 'ignoreLabel'"
                )
            }
        }
    }

    /// Batches of the samples to train with, augmented.
    func batches() throws -> CourseBatches<Element> {
        let (pipeline, seed) = (pipeline, settings.seed)
        let source = try DataSetBatches(training, size: settings.batch, seed: seed) { sample, epoch, number in
            pipeline.trainingSample(sample, epoch: epoch, number: number, seed: seed)
        }
        return CourseBatches(source: source) { source.plan(epoch: $0).batches[$1].count }
    }

    func trainerConfiguration(_ batches: CourseBatches<Element>) throws -> TrainingConfiguration {
        let steps = try settings.steps ?? settings.epochs.map { $0 * (try batches.source.count(epoch: 1)) }
        return settings.configuration(
            loss: pipeline.task.loss, steps: steps, frozen: filled.configuration.model.frozen,
            classWeights: pipeline.trainerWeights)
    }

    func judge(_ model: any Model<Element>, isFinal: Bool) throws -> Evaluation {
        try pipeline.evaluate(model, on: judged, batch: settings.batch, over: Ranks.exchange)
    }

    /// Some samples to validate with, or to train with where there are none, beside a model's answers.
    private func examples(_ model: any Model<Element>) throws -> ExamplePictures? {
        try pipeline.examples(
            model, on: judged, title: isJudged ? "samples to validate with" : "samples to train with")
    }

    func pictures(_ model: any Model<Element>, on backend: any Backend<Element>) throws -> [Image] {
        try examples(model)?.images.map(\.image) ?? []
    }

    func show(
        _ model: any Model<Element>, _ found: Evaluation, on backend: any Backend<Element>,
        in folder: RunFolder<Element>
    ) throws {
        if kind != .regress {
            let classes = pipeline.classes
            try folder.draw(found.counts.matrix(title: "", classes: classes).svg(), "confusion.svg")
            try folder.write(found.counts.confusion(classes: classes).serialized() + "\n", to: "confusion.json")
        }
        if let examples = try examples(model) { try folder.draw(examples.drawing, "examples.svg") }
    }
}
