/// What executes layers and trains models: the reference on the CPU, or OpenCL.
public protocol Backend<Element> {
    associatedtype Element: Scalar

    /// Runs one recurrent layer forward and, if the call has an output gradient, backward.
    ///
    /// - Throws: ``MDLSTMError`` when the call does not fit the layer; the backend's own error when its device fails.
    func run(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, call: LayerCall<Element>
    ) throws -> LayerResult<Element>

    /// A model that predicts: it keeps no gradients and no state of an optimizer.
    ///
    /// - Throws: ``MDLSTMError`` when the parameters are not those of the model; the backend's own error when its
    ///   device fails.
    func makeModel(
        _ model: ModelConfiguration, parameters: ParameterTensors<Element>
    ) throws -> any Model<Element>

    /// A trainer of `model`, starting from `parameters`.
    ///
    /// - Throws: as ``makeModel(_:parameters:)``.
    func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws -> any Trainer<Element>
}
