public import MDLSTM

/// A configuration for a density with everything that the pictures decide filled in.
public struct FilledDensity: Sendable {
    /// As it is written: numbers in the place of "auto".
    public let configuration: RunConfiguration

    /// One of gray pictures, luma's and chroma's of coloured ones.
    public let models: [DensityModel]

    /// Patches of a step.
    public let batch: Int

    /// - Parameters:
    ///   - given: where nothing need be filled in
    ///   - range: of the pixels; nil before they are known
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the configuration is none for a density.
    public init(_ given: RunConfiguration, range: ClosedRange<Double>? = nil, name: String) throws(MDLSTMError) {
        var run = given
        guard run.task.kind == .density else {
            throw MDLSTMError(
                .data, "\(name): the task is \(run.task.kind.rawValue), the data are for \(TaskKind.density.rawValue)")
        }
        guard case .samples(let batch) = run.training.batch else {
            throw MDLSTMError(
                .data, "\(name): 'batchSites' is for samples of many sizes; a density needs 'batch', patches a step")
        }
        guard run.data.augmentation == Augmentation() else {
            throw MDLSTMError(
                .data,
                "\(name): 'augment' is for samples with answers; patches of a density are mirrored always: leave it out"
            )
        }
        run.task.density.range = range ?? run.task.density.range
        let options = run.task.density
        var models: [DensityModel] = []
        for plane in options.color.planes {
            let layers = try run.model.recurrentLayers(
                inputSize: DensityModel.conditions(options, of: plane), axes: 2, name: name)
            do { models.append(try DensityModel(options, of: plane, layers: layers)) } catch {
                throw MDLSTMError(.data, "\(name): \(error.message)")
            }
        }
        self.models = models
        run.model = ModelTemplate(densityOf: options.color, layers: models[0].layers, frozen: run.model.frozen)
        run.data.normalization = .unit
        run.data.channels = options.color.channels
        run.training.monitor = try run.task.kind.monitor(named: run.training.monitor).name
        (configuration, self.batch) = (run, batch)
    }

    /// Layers of the whole model that keep their weights: the whitening, and those that the configuration names.
    public var frozen: Set<Int> { Set(configuration.model.frozen.map { $0 + 1 }).union([0]) }
}
