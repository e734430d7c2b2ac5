/// Trains a model on the CPU by plain loops.
public final class ReferenceTrainer<Element: Scalar>: Trainer {
    public let model: ModelConfiguration
    public let training: TrainingConfiguration
    public private(set) var stepsTaken = 0

    private var tensors: ParameterTensors<Element>
    private var lastGradients: ParameterTensors<Element>
    private var optimizer: OptimizerReference<Element>

    /// - Throws: ``MDLSTMError`` when the parameters are not those of the model.
    public init(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws(MDLSTMError) {
        let parameters = try parameters.ordered(as: model.parameterShapes)
        self.model = model
        self.training = training
        tensors = parameters
        lastGradients = ParameterTensors(zeros: model.parameterShapes)
        optimizer = OptimizerReference(training.optimizer, count: parameters.flat.count)
    }

    public func parameters() -> ParameterTensors<Element> { tensors }

    public func gradients() -> ParameterTensors<Element> { lastGradients }

    public func state() -> TrainerState<Element> {
        func named(_ values: [Element]) -> ParameterTensors<Element> {
            ParameterTensors(shapes: model.parameterShapes, flat: values)
        }
        return TrainerState(
            parameters: tensors, moments: named(optimizer.moments), squares: named(optimizer.squares),
            stepsTaken: stepsTaken)
    }

    public func restore(_ state: TrainerState<Element>) throws(MDLSTMError) {
        let state = try state.ordered(as: model.parameterShapes)
        tensors = state.parameters
        optimizer.restore(moments: state.moments.flat, squares: state.squares.flat)
        stepsTaken = state.stepsTaken
    }

    public func prepare(for grid: Grid) throws(MDLSTMError) { try model.validateSize(of: grid) }

    public func predict(_ input: Tensor<Element>, samples: [[Int]]? = nil) throws -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, samples: samples)
        let pass = try ReferencePass(model: model, parameters: tensors, input: input, grid: grid)
        return pass.output
    }

    public func step(_ batch: TrainingBatch<Element>) throws -> StepReport {
        let grid = try model.validatedGrid(of: batch)
        let pass = try ReferencePass(
            model: model, parameters: tensors, input: batch.input, grid: grid,
            noise: training.noise(step: stepsTaken + 1))
        let width = model.outputSize
        let (loss, dy) = LossReference.evaluate(
            training.loss, y: pass.output.values, target: batch.target.values, occupied: pass.outputGrid.occupied,
            width: width)
        let gradients = pass.backward(outputGradient: dy)
        lastGradients = gradients
        let flat = gradients.flat
        let norm = flat.reduce(Element(0)) { $0 + $1 * $1 }.squareRoot()
        let step = stepsTaken + 1
        guard loss.isFinite, norm.isFinite else {
            throw notFiniteError(
                step: step, loss: loss,
                tensors: pass.named() + [("the target", batch.target.values)]
                    + gradients.entries.map {
                        ("the gradient of '\($0.name)'", $0.tensor.values)
                    })
        }
        let rate = training.learningRate.rate(step: step)
        var values = tensors.flat
        optimizer.apply(
            to: &values, gradients: OptimizerReference.clip(flat, norm: norm, by: training.clipping), rate: rate,
            step: step)
        tensors = ParameterTensors(shapes: model.parameterShapes, flat: values)
        stepsTaken = step
        var probe: Element = 0
        for index in batch.probes {
            let difference = pass.output.values[index] - batch.target.values[index]
            probe += difference * difference / Element(batch.probes.count)
        }
        return StepReport(
            step: step, loss: Double(loss), gradientNorm: Double(norm), probeError: Double(probe),
            learningRate: rate)
    }
}

extension ReferenceBackend {
    public func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws(MDLSTMError) -> any Trainer<Element> {
        try ReferenceTrainer(model: model, parameters: parameters, training: training)
    }
}

/// The error of a step whose loss or gradients left the finite range, naming the first tensor concerned.
///
/// - Parameter tensors: names and values in the order they were computed.
package func notFiniteError<T: Scalar>(
    step: Int, loss: T, tensors: [(name: String, values: [T])]
) -> MDLSTMError {
    let first = tensors.first { $0.values.contains { !$0.isFinite } }
    let origin = first.map { "first in \($0.name)" } ?? "the gradients are too large to square"
    return MDLSTMError(
        .notFinite,
        "step \(step): loss \(loss.isNaN ? "NaN" : "\(loss)"), NaN or infinite values (\(origin)); training stopped, the parameters "
            + "are those of step \(step - 1); try a lower learning rate or gradient clipping")
}
