import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// What a model is worth, as a training notes it.
protocol Verdict {
    var figures: Figures { get }

    /// The object of `mdlstm evaluate --json`, without the time.
    var json: JSONObject { get }
}

extension Evaluation: Verdict {}
extension TextEvaluation: Verdict {}
extension DensityEvaluation: Verdict {}
extension LineEvaluation: Verdict {}

/// The batches of a training, and how many samples each has.
struct CourseBatches<Element: Scalar> {
    let source: any BatchSource<Element>
    let samples: (_ epoch: Int, _ index: Int) -> Int
}

/// What a training on own data learns: the configuration filled by the data, batches of them, how a model is judged, and what
/// is shown of it. ``DataRun`` does all that trainings have in common.
protocol LearningCourse<Element> {
    associatedtype Element: Scalar
    associatedtype Found: Verdict

    var command: TrainDataCommand { get }

    /// With everything that the data decide.
    var configuration: RunConfiguration { get }
    var model: ModelConfiguration { get }

    /// The weights to begin with: drawn, or those of `--from`.
    var initialParameters: ParameterTensors<Element> { get }

    /// Whether there are data to validate with.
    var isJudged: Bool { get }

    /// In words: `81 samples to validate with`.
    var judgedBy: String { get }

    func batches() throws -> CourseBatches<Element>
    func trainerConfiguration(_ batches: CourseBatches<Element>) throws -> TrainingConfiguration
    func listing() throws -> DataListing

    /// What a checkpoint must agree with beside the configuration.
    func identity(_ listing: DataListing) -> JSONValue

    /// Members of the identity in which a checkpoint may differ.
    var mayDiffer: Set<String> { get }

    /// Judges a model by the data to validate with, or those to train with where there are none.
    ///
    /// - Parameter isFinal: whether it is the best at the end, for whom no time is too long
    func judge(_ model: any Model<Element>, isFinal: Bool) throws -> Found

    /// Writes a model with these weights, whole or not at all.
    func write(_ parameters: ParameterTensors<Element>, to path: String) throws

    /// What judges in the end: the model of a file that ``write(_:to:)`` has written.
    func best(_ path: String) throws -> (model: ModelConfiguration, parameters: ParameterTensors<Element>)

    /// What stands in the model's file beside weights and configuration.
    var counts: ContextCounts? { get }

    /// Pictures of some answers, for TensorBoard; none unless a course has its own.
    func pictures(_ model: any Model<Element>, on backend: any Backend<Element>) throws -> [Image]

    /// Writes what shows the best model's answers.
    func show(
        _ model: any Model<Element>, _ found: Found, on backend: any Backend<Element>, in folder: RunFolder<Element>
    ) throws

    /// Told when a training goes on from a checkpoint; returns the place in its course to go on from.
    func resumed(from checkpoint: Checkpoint<Element>, _ course: FitCourse) -> FitCourse
}

/// A course whose data are samples by number.
protocol SampleCourse<Element>: LearningCourse {
    var training: any DataSet<Element> { get }
    var validation: any DataSet<Element> { get }
}

extension SampleCourse {
    var isJudged: Bool { validation.count > 0 }

    /// The samples to validate with; where there are none, those to train with.
    var judged: any DataSet<Element> { isJudged ? validation : training }

    func listing() throws -> DataListing {
        try DataListing([("training", training), ("validation", validation)])
    }

    func identity(_ listing: DataListing) -> JSONValue {
        var members = identityMembers
        members["fingerprint"] = .string(listing.fingerprint)
        return .object(members)
    }
}

extension LearningCourse {
    var settings: TrainingSettings { configuration.training }
    var kind: TaskKind { configuration.task.kind }
    var counts: ContextCounts? { nil }

    func write(_ parameters: ParameterTensors<Element>, to path: String) throws {
        let file = ModelFile(
            model: model, parameters: parameters, seed: settings.seed, members: configuration.modelFileMembers,
            counts: counts)
        try file.write(to: path)
    }

    func best(_ path: String) throws -> (model: ModelConfiguration, parameters: ParameterTensors<Element>) {
        let file = try ModelFile<Element>(contentsOf: path)
        return (file.model, file.parameters)
    }

    var mayDiffer: Set<String> { [] }
    func pictures(_ model: any Model<Element>, on backend: any Backend<Element>) throws -> [Image] { [] }
    func resumed(from checkpoint: Checkpoint<Element>, _ course: FitCourse) -> FitCourse { course }

    /// The flags of checkpoints over the configuration.
    var checkpointOptions: CheckpointOptions {
        var options = command.checkpoints
        (options.checkpointEvery, options.keep) = (settings.checkpointInterval, settings.keep)
        return options
    }

    /// What learns, from the initial weights.
    func makeTrainer(
        on backend: any Backend<Element>, _ batches: CourseBatches<Element>
    ) throws -> any Trainer<Element> {
        let training = try trainerConfiguration(batches)
        return try backend.makeTrainer(model: model, parameters: initialParameters, training: training)
            .inShards(settings.shards, training: training, exchange: Ranks.exchange)
    }

    /// The configuration but for how long it goes on.
    var identityMembers: JSONObject {
        var members: JSONObject = [:]
        let json = configuration.json
        for part in ["task", "data", "training"] {
            for (key, value) in json[part]?.objectValue ?? [:] { members["\(part).\(key)"] = value }
        }
        let isOpenEnded = settings.learningRate.decay != .cosine
        for key in ["maxTime", "keep", "checkpointEvery", "patience", "minimumDelta"]
            + (isOpenEnded ? ["epochs", "steps"] : [])
        {
            members["training.\(key)"] = nil
        }
        // How lines are read changes nothing of how they are learnt.
        members["task.decoder"] = nil
        return members
    }

    func run() throws {
        if command.printConfig {
            let text = configuration.json.serialized(indented: true)
            return try printResult(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        printError("seed: \(settings.seed)")
        guard let out = command.out, !command.dryRun else { return try DryRun(self).run() }
        let finished = try DataRun(self, out: out).run()
        try printResult(command.json ? finished.report.json.serialized() : finished.line)
    }

    /// The weights to begin with, drawn or taken from another model.
    static func initialParameters(
        _ command: TrainDataCommand, _ model: ModelConfiguration, seed: UInt64
    ) throws -> ParameterTensors<Element> {
        guard let path = command.from, !command.printConfig else { return model.initialParameters(seed: seed) }
        let source = try ModelFile<Element>(contentsOf: TrainedModel<Element>.file(of: path))
        let weights = TransferredWeights(from: source, to: model, seed: seed)
        printError("weights: from \(path); \(weights.summary)")
        return weights.parameters
    }
}

extension TrainDataCommand {
    /// Flag over config over preset.
    func configuration(
        _ given: GivenConfiguration, shape: DataShape, samples: Int
    ) throws -> RunConfiguration {
        let preset = try Preset(named: fit.preset, for: shape.kind)
        if fit.config == nil { printError("preset: \(preset.name)") }
        var run = try given.over(preset.configuration(for: shape, samples: samples))
        try fit.apply(to: &run, seed: compute.givenSeed)
        run.training.shards = try fit.parts.count(
            configured: run.training.shards, checkpoints,
            in: out.map { out in [out] + Self.networks.map { "\(out)/\($0)" } } ?? [])
        run.training.checkpointInterval = checkpoints.checkpointEvery ?? run.training.checkpointInterval
        run.training.keep = checkpoints.keep ?? run.training.keep
        if let frozen = fit.freeze { run.model = try run.model.freezing(Set(frozen.elements)) }
        return run
    }
}
