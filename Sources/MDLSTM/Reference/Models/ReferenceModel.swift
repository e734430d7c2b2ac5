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

    /// The largest |c| of the last prediction.
    private var largest: Element?

    func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws(MDLSTMError) -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, samples: samples)
        let pass = try ReferencePass(model: model, parameters: tensors, input: input, grid: grid)
        largest = pass.largestCell
        return pass.output
    }

    func largestCell() -> Element? { largest }

    func makeSequence(batch: Int) throws(MDLSTMError) -> any SequenceModel<Element> {
        try ReferenceSequence(model, batch: batch) { [tensors] in tensors }
    }
}

/// A model over sequences on the CPU by plain loops.
final class ReferenceSequence<Element: Scalar>: SequenceModel {
    let batch: Int
    private let model: ModelConfiguration
    private let parameters: () -> ParameterTensors<Element>
    private var states: ParameterTensors<Element>

    /// - Parameter parameters: asked for at every piece
    init(
        _ model: ModelConfiguration, batch: Int, parameters: @escaping () -> ParameterTensors<Element>
    ) throws(MDLSTMError) {
        try model.requireCarryingStates()
        (self.model, self.batch, self.parameters) = (model, batch, parameters)
        states = ParameterTensors(zeros: model.carriedShapes(batch: batch))
    }

    func next(_ input: Tensor<Element>) throws(MDLSTMError) -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, ofSequences: batch)
        let pass = try ReferencePass(
            model: model, parameters: parameters(), input: input, grid: grid, entering: states)
        states = pass.leaving
        return pass.output
    }

    func reset() { states = ParameterTensors(zeros: model.carriedShapes(batch: batch)) }
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
