/// An engine that runs layers and trains models: the reference on the CPU, or OpenCL.
public protocol Backend<Element> {
    associatedtype Element: Scalar

    /// Runs one recurrent layer forward and, if the call computes gradients, backward.
    ///
    /// - Throws: ``MDLSTMError`` when the call does not fit the layer; the backend's own error when its device fails.
    func run(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, call: LayerCall<Element>
    ) throws -> LayerResult<Element>

    /// A model for prediction, without gradients and without the state of an optimizer.
    ///
    /// - Throws: ``MDLSTMError`` when the parameters do not fit the model; the backend's own error when its device
    ///   fails.
    func makeModel(
        _ model: ModelConfiguration, parameters: ParameterTensors<Element>
    ) throws -> any Model<Element>

    /// A trainer of `model`, starting from `parameters`.
    ///
    /// - Throws: the errors of ``makeModel(_:parameters:)``.
    func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws -> any Trainer<Element>

    /// What draws windows of pictures from a density.
    ///
    /// - Throws: ``MDLSTMError`` when the parameters do not fit the density; the backend's own error when its device fails.
    func makePainter(_ pictures: PaintedPictures<Element>) throws -> any PicturePainter<Element>
}

extension Backend {
    /// Refuses, for backends of your own that draw none.
    public func makePainter(_ pictures: PaintedPictures<Element>) throws -> any PicturePainter<Element> {
        throw MDLSTMError(.option, "this backend draws no pictures; use the reference or OpenCL")
    }
}
