public import MDLSTM

/// A configuration for a density with everything that the pictures decide filled in.
public struct FilledDensity: Sendable {
    /// As it is written: numbers in the place of "auto".
    public let configuration: RunConfiguration
    public let model: DensityModel

    /// Patches of a step.
    public let batch: Int

    /// - Parameters:
    ///   - given: where nothing need be filled in
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the configuration is none for a density.
    public init(_ given: RunConfiguration, name: String) throws(MDLSTMError) {
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
        let layers = try run.model.recurrentLayers(
            inputSize: DensityModel.conditions(run.task.density), axes: 2, name: name)
        do { model = try DensityModel(run.task.density, layers: layers) } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
        run.model = ModelTemplate(inputSize: 1, axes: 2, layers: layers, frozen: run.model.frozen)
        run.data.normalization = .unit
        run.data.channels = 1
        run.training.monitor = try run.task.kind.monitor(named: run.training.monitor).name
        (configuration, self.batch) = (run, batch)
    }

    /// Layers of the whole model that keep their weights: the whitening, and those that the configuration names.
    public var frozen: Set<Int> { Set(configuration.model.frozen.map { $0 + 1 }).union([0]) }
}
