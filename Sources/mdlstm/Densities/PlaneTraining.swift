import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// The course of a training of one network of a density.
struct PlaneTraining<Element: Scalar>: LearningCourse {
    var command: TrainDataCommand
    let configuration: RunConfiguration
    let initialParameters: ParameterTensors<Element>
    let density: DensityModel
    private let training: [DensityPicture], validation: [DensityPicture]
    private let whitening: ConditionalWhitening
    private let batch: Int, frozen: Set<Int>

    /// From pixels: the whitening is its first layer.
    var model: ModelConfiguration { density.model }
    var isJudged: Bool { !validation.isEmpty }

    /// The pictures that tell the best.
    var judged: [DensityPicture] { isJudged ? validation : training }
    var judgedBy: String { counted(judged.count, "picture") + (isJudged ? " to validate with" : " to train with") }

    /// How they are judged.
    var rules: DensityEvaluation.Rules {
        var rules = DensityEvaluation.Rules()
        rules.seed = density.options.noiseSeed
        return rules
    }

    /// - Parameters:
    ///   - filled: the configuration, whose networks share its time
    ///   - network: the number of the network
    ///   - earlier: the density of `--from`
    init(
        _ command: TrainDataCommand, _ filled: FilledDensity, network: Int, _ training: [DensityPicture],
        _ validation: [DensityPicture], from earlier: DensityFile<Element>?
    ) throws {
        (self.command, self.training, self.validation) = (command, training, validation)
        (density, batch, frozen) = (filled.models[network], filled.batch, filled.frozen)
        var run = filled.configuration
        run.training.maxTime = run.training.maxTime.map { $0 / Double(filled.models.count) }
        configuration = run
        let (seed, model) = (run.training.seed, density)
        let source = earlier?.planes.first { model.goesOn(from: $0.model) }
        // Weights that go on find the inputs that they were learnt with.
        whitening =
            try source.flatMap { $0.model.hasInputs(of: model) ? $0.whitening : nil }
            ?? ConditionalWhitening(fitting: training, in: model.neighbourhood, seed: seed)
        var network: ParameterTensors<Element> = model.network.initialParameters(seed: seed)
        let part = model.plane == .gray ? "" : " of \(model.plane)"
        if let source, !command.printConfig {
            let weights = TransferredWeights(
                from: ModelFile(model: source.model.network, parameters: source.parameters), to: model.network,
                seed: seed)
            printError("weights\(part): from \(command.from ?? ""); \(weights.summary)")
            network = weights.parameters
        } else if earlier != nil, !command.printConfig {
            printError("weights\(part): drawn; \(command.from ?? "") has none")
        }
        initialParameters = model.modelParameters(network, whitening)
    }

    func batches() throws -> CourseBatches<Element> {
        let source = PatchBatches<Element>(
            training, model: density, centers: density.centers(whitening), batch: batch, seed: settings.seed)
        return CourseBatches(source: source) { _, _ in source.batch }
    }

    func trainerConfiguration(_ batches: CourseBatches<Element>) throws -> TrainingConfiguration {
        let steps = try settings.steps ?? settings.epochs.map { $0 * (try batches.source.count(epoch: 1)) }
        return settings.configuration(loss: configuration.task.loss, steps: steps, frozen: frozen, classWeights: nil)
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
        let likelihood = PictureLikelihood([.init(model, density, whitening)])
        return try DensityEvaluation(of: likelihood, on: judged, by: rules, over: Ranks.exchange)
    }

    func pictures(_ model: any Model<Element>, on backend: any Backend<Element>) throws -> [Image] {
        try gallery(of: model, on: backend)?.images ?? []
    }

    func show(
        _ model: any Model<Element>, _ found: DensityEvaluation, on backend: any Backend<Element>,
        in folder: RunFolder<Element>
    ) throws {
        if let gallery = try gallery(of: model, on: backend) { try folder.draw(gallery.drawing, "examples.svg") }
    }

    /// Nil of luma or chroma alone, which cannot be drawn.
    private func gallery(of model: any Model<Element>, on backend: any Backend<Element>) throws -> DensityGallery? {
        guard density.plane == .gray else { return nil }
        let parameters = try model.parameters()
        let own = model.model == density.model ? density.networkParameters(parameters) : parameters
        return try gallery(of: [PlaneDensity(density, whitening, parameters: own)], on: backend)
    }

    /// Some of the pictures that tell the best, and ones drawn; nil, and said, where states grow without bound.
    func gallery(
        of planes: [PlaneDensity<Element>], on backend: any Backend<Element>
    ) throws -> DensityGallery? {
        do {
            return try DensityGallery(
                of: planes, judged, on: backend, seed: settings.seed,
                title: isJudged ? "pictures to validate with" : "pictures to train with")
        } catch let error as MDLSTMError where error.kind == .notFinite {
            printError("examples: left out: \(error.message)")
            return nil
        }
    }

    func write(_ parameters: ParameterTensors<Element>, to path: String) throws {
        let plane = PlaneDensity(density, whitening, parameters: density.networkParameters(parameters))
        try DensityFile([plane], seed: settings.seed, members: configuration.modelFileMembers).write(to: path)
    }

    func best(_ path: String) throws -> (model: ModelConfiguration, parameters: ParameterTensors<Element>) {
        let file = try DensityFile<Element>(contentsOf: path)
        return (file.model.network, file.parameters)
    }
}

extension DensityModel {
    /// Whether weights of another may be what a training of this one begins with: gray ones may be those of luma.
    fileprivate func goesOn(from other: DensityModel) -> Bool { (plane == .chroma) == (other.plane == .chroma) }

    /// Whether its network reads the same of a picture.
    fileprivate func hasInputs(of other: DensityModel) -> Bool {
        neighbourhood.inputs == other.neighbourhood.inputs && neighbourhood.outputs == other.neighbourhood.outputs
    }
}
