import MDLSTM
import MDLSTMData
import MDLSTMOpenCL
import MDLSTMTasks
import OpenCLRuntime

/// The course of `mdlstm train DATA`.
struct DataTraining<Element: Scalar> {
    let command: TrainDataCommand
    let training: any DataSet<Element>, validation: any DataSet<Element>
    let filled: FilledRun

    /// The weights to begin with: drawn, or those of `--from`.
    let initialParameters: ParameterTensors<Element>
    var pipeline: Pipeline { filled.pipeline }
    var settings: TrainingSettings { filled.configuration.training }

    /// Looks at the data and fills the configuration.
    init(_ command: TrainDataCommand) throws {
        self.command = command
        let given = try command.fit.given()
        var split: (training: any DataSet<Element>, validation: any DataSet<Element>)?
        var run: RunConfiguration?
        func open(_ path: String?, like first: OpenedData?, remark: (OpenedData) throws -> String?) throws -> OpenedData
        {
            try openData(
                path, command.source, kind: first?.shape.kind ?? given.kind,
                ignoredLabels: first?.ignoredLabels ?? given.ignoredLabels,
                classes: first.map { $0.classes.isEmpty ? nil : $0.classes } ?? given.classes,
                channels: first?.channels ?? given.channels, remark: { try? remark($0) })
        }
        let opened = try open(command.data, like: nil) { opened in
            let settings = try Self.configuration(command, given, opened)
            run = settings
            guard command.validation == nil else { return nil }
            let parts: (any DataSet<Element>, any DataSet<Element>) = opened.split(
                validation: settings.training.validationFraction, seed: settings.training.seed)
            split = parts
            return "\(parts.0.count) to train, \(parts.1.count) to validate"
        }
        let settings = try run ?? Self.configuration(command, given, opened)
        if let path = command.validation {
            let other = try open(path, like: opened) { _ in "to validate with" }
            split = (opened.samples(.training), other.samples(other.count(.validation) > 0 ? .validation : .training))
            guard other.shape == opened.shape else {
                throw MDLSTMError(.data, "\(path): the data to validate with are others than those to train with")
            }
        }
        (training, validation) =
            split
            ?? opened.split(validation: settings.training.validationFraction, seed: settings.training.seed)
        filled = try FilledRun(
            settings, shape: opened.shape, classes: opened.classes, training: training,
            name: command.fit.config ?? "the preset")
        try Self.requireSamples(training, validation, filled.pipeline, command)
        initialParameters = try Self.initialParameters(command, filled)
    }

    /// Refuses data that nothing can be learnt from, or by which no model is better than another.
    private static func requireSamples(
        _ training: any DataSet<Element>, _ validation: any DataSet<Element>, _ pipeline: Pipeline,
        _ command: TrainDataCommand
    ) throws {
        let name = command.data ?? command.source.list ?? ""
        guard training.count > 0 else {
            throw MDLSTMError(
                .data,
                "\(name): found \(counted(validation.count, "sample")) to validate with; expected at least one to train with"
            )
        }
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

    /// Flag over config over preset.
    private static func configuration(
        _ command: TrainDataCommand, _ given: GivenConfiguration, _ opened: OpenedData
    ) throws -> RunConfiguration {
        let preset = try Preset(named: command.fit.preset, for: opened.shape.kind)
        if command.fit.config == nil { printError("preset: \(preset.name)") }
        var run = try given.over(preset.configuration(for: opened.shape, samples: opened.count(.training)))
        if given.ignoredLabels == nil { run.task.ignoredLabels = opened.ignoredLabels }
        try command.fit.apply(to: &run, seed: command.compute.givenSeed)
        run.training.checkpointInterval = command.checkpoints.checkpointEvery ?? run.training.checkpointInterval
        run.training.keep = command.checkpoints.keep ?? run.training.keep
        if let frozen = command.fit.freeze { run.model = try run.model.freezing(Set(frozen.elements)) }
        return run
    }

    /// Batches of the samples to train with, augmented.
    func batches() throws -> DataSetBatches<Element> {
        let (pipeline, seed) = (pipeline, settings.seed)
        return try DataSetBatches(training, size: settings.batch, seed: seed) { sample, epoch, number in
            pipeline.trainingSample(sample, epoch: epoch, number: number, seed: seed)
        }
    }

    /// How the trainer learns over these batches.
    func trainerConfiguration(_ batches: DataSetBatches<Element>) -> TrainingConfiguration {
        let steps = settings.steps ?? settings.epochs.map { $0 * batches.count(epoch: 1) }
        return settings.configuration(
            loss: pipeline.task.loss, steps: steps, frozen: filled.configuration.model.frozen,
            classWeights: pipeline.trainerWeights)
    }

    private static func initialParameters(
        _ command: TrainDataCommand, _ filled: FilledRun
    ) throws -> ParameterTensors<Element> {
        let (model, seed) = (filled.pipeline.model, filled.configuration.training.seed)
        guard let path = command.from, !command.printConfig else { return model.initialParameters(seed: seed) }
        let source = try ModelFile<Element>(contentsOf: TrainedModel<Element>.file(of: path))
        let weights = TransferredWeights(from: source, to: model, seed: seed)
        let drawn = weights.drawn.isEmpty ? "none" : weights.drawn.map(String.init).joined(separator: ", ")
        printError("weights: from \(path); layers drawn anew: \(drawn)")
        return weights.parameters
    }

    /// The flags of checkpoints over the configuration.
    var checkpointOptions: CheckpointOptions {
        var options = command.checkpoints
        (options.checkpointEvery, options.keep) = (settings.checkpointInterval, settings.keep)
        return options
    }

    /// What a checkpoint must agree with: the configuration but for how long it goes on, and the data.
    func identity(_ listing: DataListing) -> JSONValue {
        var members: JSONObject = ["fingerprint": .string(listing.fingerprint)]
        let json = filled.configuration.json
        for part in ["task", "data", "training"] {
            for (key, value) in json[part]?.objectValue ?? [:] { members["\(part).\(key)"] = value }
        }
        let isOpenEnded = settings.learningRate.decay != .cosine
        for key in ["maxTime", "keep", "checkpointEvery", "patience", "minimumDelta"]
            + (isOpenEnded ? ["epochs", "steps"] : [])
        {
            members["training.\(key)"] = nil
        }
        return .object(members)
    }

    func run() throws {
        if command.printConfig {
            let text = filled.configuration.json.serialized(indented: true)
            return try printResult(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        printError("seed: \(settings.seed)")
        guard let out = command.out, !command.dryRun else { return try dryRun() }
        try DataRun(self, out: out).run()
    }

    /// One batch forward and backward, and what it takes.
    private func dryRun() throws {
        let batches = try batches()
        let backend = try command.compute.makeBackend(Element.self)
        let trainer = try backend.makeTrainer(
            model: pipeline.model, parameters: initialParameters, training: trainerConfiguration(batches))
        let batch = try batches.batch(epoch: 1, index: 0)
        let report = try trainer.step(batch)
        let count = pipeline.model.parameterShapes.reduce(0) { $0 + $1.count }
        try printResult(
            "batch \(batch.input.shape), \(counted(batches.count(epoch: 1), "batch", plural: "batches")) an epoch")
        let grids = try pipeline.model.grids(
            from: try Grid(batch: batch.input.shape[0], extents: Array(batch.input.shape.dropFirst().dropLast())))
        for (index, layer) in pipeline.model.layers.enumerated() {
            let shape = [grids[index].batch] + grids[index].extents + [pipeline.model.featureSizes[index]]
            try printResult("layer \(index), \(layer.typeName): \(shape)")
        }
        try printResult("\(counted(count, "parameter")), loss \(rounded(report.loss, 4))")
        if let opencl = backend as? OpenCLBackend<Element> {
            try printResult("memory of the device: \(rounded(Double(opencl.context.peakAllocatedBytes) / 1e6, 1)) MB")
        }
    }
}
