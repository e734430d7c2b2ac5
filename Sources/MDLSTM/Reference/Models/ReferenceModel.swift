/// A model that predicts on the CPU by plain loops.
final class ReferenceModel<Element: Scalar>: Model {
    let model: ModelConfiguration
    private let tensors: ParameterTensors<Element>

    /// - Throws: ``MDLSTMError`` when the parameters do not fit the model.
    init(_ model: ModelConfiguration, parameters: ParameterTensors<Element>) throws(MDLSTMError) {
        self.model = model
        tensors = try parameters.ordered(as: model.parameterShapes)
    }

    func parameters() -> ParameterTensors<Element> { tensors }

    func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws(MDLSTMError) -> Tensor<Element> {
        try model.referenceOutput(for: input, samples: samples, parameters: tensors)
    }
}

extension ModelConfiguration {
    /// The output of the reference in inference.
    func referenceOutput<T: Scalar>(
        for input: Tensor<T>, samples: [[Int]]?, parameters: ParameterTensors<T>
    ) throws(MDLSTMError) -> Tensor<T> {
        let grid = try validatedGrid(input: input, samples: samples)
        return try ReferencePass(model: self, parameters: parameters, input: input, grid: grid).output
    }
}

extension ReferenceBackend {
    public func makeModel(
        _ model: ModelConfiguration, parameters: ParameterTensors<Element>
    ) throws(MDLSTMError) -> any Model<Element> {
        try ReferenceModel(model, parameters: parameters)
    }

    public func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws(MDLSTMError) -> any Trainer<Element> {
        try ReferenceTrainer(model: model, parameters: parameters, training: training)
    }
}
