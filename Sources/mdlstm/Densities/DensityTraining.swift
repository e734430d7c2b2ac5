import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMTasks

/// The course of `mdlstm train DATA` where the data are pictures alone, whose density is learnt.
struct DensityTraining<Element: Scalar>: LearningCourse {
    let command: TrainDataCommand
    let initialParameters: ParameterTensors<Element>
    private let training: [DensityPicture], validation: [DensityPicture]
    private let filled: FilledDensity
    private let whitening: ConditionalWhitening

    var configuration: RunConfiguration { filled.configuration }
    private var density: DensityModel { filled.model }

    /// From pixels: the whitening is its first layer.
    var model: ModelConfiguration { density.model }
    var isJudged: Bool { !validation.isEmpty }
    private var judged: [DensityPicture] { isJudged ? validation : training }
    var judgedBy: String { counted(judged.count, "picture") + (isJudged ? " to validate with" : " to train with") }

    /// Looks at the data and fills the configuration; nil where the data are no pictures alone.
    init?(_ command: TrainDataCommand) throws {
        self.command = command
        let flags = try command.source.request(kind: nil, ignoredLabels: nil, classes: nil, channels: nil)
        let inputs = [command.fit.config, command.checkpoints.file, command.from]
        guard try inputs.allSatisfy({ $0.map(isRegular) ?? true }) || OpenedImages.isImages(command.data, flags) else {
            return nil
        }
        let given = try command.fit.given()
        let request = try command.source.request(
            kind: given.kind, ignoredLabels: nil, classes: nil, channels: nil)
        guard try OpenedImages.isImages(command.data, request) else { return nil }
        let shape = DataShape(kind: .density, axes: 2, features: 1, outputs: 1, isAnswerPerSample: false)
        let run = try Self.configuration(command, given, shape: shape, samples: 1)
        filled = try FilledDensity(run, name: command.fit.config ?? "the preset")
        guard let opened = try OpenedImages(command.data, request, least: filled.model.leastExtents) else { return nil }
        let (training, split) = opened.split(
            validation: command.validation == nil ? run.training.validationFraction : 0, seed: run.training.seed)
        var validation = split
        if let path = command.validation {
            guard let other = try OpenedImages(path, request, least: filled.model.leastExtents) else {
                throw MDLSTMError(.data, "\(path): the data to validate with are no pictures; expected some")
            }
            try other.requireSound(announcing: "to validate with")
            validation = other.pictures(.validation).isEmpty ? other.pictures(.training) : other.pictures(.validation)
        }
        try opened.requireSound(announcing: "\(training.count) to train, \(validation.count) to validate")
        guard !training.isEmpty else {
            throw MDLSTMError(
                .data,
                "\(command.data ?? ""): found \(counted(validation.count, "picture")) to validate with; expected at "
                    + "least one to train with")
        }
        (self.training, self.validation) = (training, validation)
        let earlier = try command.from.map { try DensityFile<Element>(contentsOf: TrainedModel<Element>.file(of: $0)) }
        let (seed, model) = (run.training.seed, filled.model)
        // Weights that go on find the inputs that they were learnt with.
        whitening =
            try earlier.flatMap { $0.model.neighbourhood == model.neighbourhood ? $0.whitening : nil }
            ?? ConditionalWhitening(fitting: training, in: model.neighbourhood, seed: seed)
        initialParameters = try Self.initialParameters(command, model, whitening, from: earlier, seed: seed)
    }

    /// The weights to begin with: drawn, or those of another density where shapes agree.
    private static func initialParameters(
        _ command: TrainDataCommand, _ model: DensityModel, _ whitening: ConditionalWhitening,
        from earlier: DensityFile<Element>?, seed: UInt64
    ) throws -> ParameterTensors<Element> {
        var network: ParameterTensors<Element> = model.network.initialParameters(seed: seed)
        if let earlier, !command.printConfig {
            let source = ModelFile(model: earlier.model.network, parameters: earlier.parameters)
            let weights = TransferredWeights(from: source, to: model.network, seed: seed)
            let drawn = weights.drawn.isEmpty ? "none" : weights.drawn.map(String.init).joined(separator: ", ")
            printError("weights: from \(command.from ?? ""); layers drawn anew: \(drawn)")
            network = weights.parameters
        }
        return model.modelParameters(network, whitening)
    }

    func batches() throws -> CourseBatches<Element> {
        let source = PatchBatches<Element>(
            training, model: density, center: whitening.outputMean.values[0], batch: filled.batch, seed: settings.seed)
        return CourseBatches(source: source) { _, _ in source.batch }
    }

    func trainerConfiguration(_ batches: CourseBatches<Element>) throws -> TrainingConfiguration {
        let steps = try settings.steps ?? settings.epochs.map { $0 * (try batches.source.count(epoch: 1)) }
        return settings.configuration(
            loss: configuration.task.loss, steps: steps, frozen: filled.frozen, classWeights: nil)
    }

    func listing() throws -> DataListing {
        try DataListing([
            ("training", DensitySamples<Element>(training)), ("validation", DensitySamples<Element>(validation)),
        ])
    }

    func identity(_ listing: DataListing) -> JSONValue {
        var members = identityMembers
        members["fingerprint"] = .string(listing.fingerprint)
        return .object(members)
    }

    func judge(_ model: any Model<Element>, isFinal: Bool) throws -> DensityEvaluation {
        var rules = DensityEvaluation.Rules()
        rules.seed = density.options.noiseSeed
        return try DensityEvaluation(of: model, density, whitening, on: judged, by: rules)
    }

    func pictures(_ model: any Model<Element>) throws -> [Image] { [] }

    func show(_ model: any Model<Element>, _ found: DensityEvaluation, in folder: RunFolder<Element>) throws {}

    func write(_ parameters: ParameterTensors<Element>, to path: String) throws {
        let file = DensityFile(
            model: density, whitening: whitening, parameters: density.networkParameters(parameters),
            seed: settings.seed, members: configuration.modelFileMembers)
        try file.write(to: path)
    }

    func best(_ path: String) throws -> (model: ModelConfiguration, parameters: ParameterTensors<Element>) {
        let file = try DensityFile<Element>(contentsOf: path)
        return (file.model.network, file.parameters)
    }
}

extension DensityModel {
    /// The least height and width of a picture with a site that has a density.
    var leastExtents: (height: Int, width: Int) {
        options.border == .pad ? (1, 1) : (neighbourhood.rowsAbove + 1, neighbourhood.size)
    }
}

extension OpenedImages {
    /// Says on stderr in one line what the pictures are, and refuses them with every fault named where there is one.
    func requireSound(announcing remark: String? = nil) throws {
        printError("data: " + summary + (remark.map { "; " + $0 } ?? ""))
        for fault in faults.prefix(mostFaultsShown) { printError("fault: \(fault.message)") }
        if let failure { throw failure }
    }
}
