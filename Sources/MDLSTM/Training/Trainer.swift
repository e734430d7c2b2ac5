/// What is known after a training step.
public struct StepReport: Sendable, Equatable {
    /// Number of the step, from 1.
    public let step: Int
    public let loss: Double
    /// Norm of all gradients together, before clipping.
    public let gradientNorm: Double
    /// Mean squared error at the batch's probes; 0 without any.
    public let probeError: Double
    public let learningRate: Double

    public init(step: Int, loss: Double, gradientNorm: Double, probeError: Double, learningRate: Double) {
        self.step = step
        self.loss = loss
        self.gradientNorm = gradientNorm
        self.probeError = probeError
        self.learningRate = learningRate
    }
}

/// What is known after ``Trainer/apply(scale:)``, which sees no loss.
public struct UpdateReport: Sendable, Equatable {
    /// Number of the step, from 1.
    public let step: Int
    /// Norm of all gradients together, scaled, before clipping.
    public let gradientNorm: Double
    public let learningRate: Double

    public init(step: Int, gradientNorm: Double, learningRate: Double) {
        self.step = step
        self.gradientNorm = gradientNorm
        self.learningRate = learningRate
    }
}

/// A model in training: its parameters and the optimizer's state, on the host or on a device.
///
/// ``step(_:)`` is all that a plain training needs. The same in pieces, for losses of one's own, gradients over several
/// batches, and gradients summed over devices:
///
///     let y = try trainer.forward(batch)
///     try trainer.backward(outputGradient: dy)     // gradients add up until they are applied
///     try trainer.apply(scale: 1 / mass)
public protocol Trainer<Element>: Model {
    /// Steps taken so far.
    var stepsTaken: Int { get }

    /// Makes what steps over batches of this grid need, before there is one.
    ///
    /// - Throws: ``MDLSTMError`` when the grid is too large for the model; the backend's own error, with what would fit,
    ///   when its device has no memory for it.
    func prepare(for grid: Grid) throws

    /// One step: forward, the loss of the training's configuration, backward, clipping, optimizer.
    ///
    /// - Throws: ``MDLSTMError`` of kind `notFinite` when the loss or a gradient is NaN or infinite, naming the step
    ///   and the first tensor concerned; the parameters are then those before the step.
    func step(_ batch: TrainingBatch<Element>) throws -> StepReport

    /// One step with a loss of the caller's own, computed on the host.
    ///
    /// - Parameters:
    ///   - batch: the input; its target is not looked at
    ///   - loss: from the model's output, `[B, E1, .., EN, O]`, the loss and its derivative by the output, of the same
    ///     shape; the derivative at padding of ragged samples does not count
    /// - Throws: as ``step(_:)``, and what `loss` throws: then no step is taken.
    func step(
        _ batch: TrainingBatch<Element>,
        loss: (Tensor<Element>) throws -> (loss: Double, outputGradient: Tensor<Element>)
    ) throws -> StepReport

    /// The model's output in training, with the masks of the next step; its backward pass may follow.
    ///
    /// - Returns: `[B, E1, .., EN, O]`
    func forward(_ batch: TrainingBatch<Element>) throws -> Tensor<Element>

    /// Adds the gradients by all parameters to those of the calls since the last update.
    ///
    /// A second call after one forward pass computes that pass again.
    ///
    /// - Parameter dy: dL/dy, of the shape of the output that ``forward(_:)`` gave
    /// - Throws: ``MDLSTMError`` when the shape is another, or there was no forward pass since the parameters changed.
    func backward(outputGradient dy: Tensor<Element>) throws

    /// Adds gradients that were computed elsewhere, on another device say.
    ///
    /// - Throws: ``MDLSTMError`` when the tensors are not those of the model.
    func add(gradients: ParameterTensors<Element>) throws

    /// Multiplies the gradients by `scale`, clips them, and takes a step of the optimizer.
    ///
    /// - Throws: ``MDLSTMError`` of kind `notFinite` when a gradient is NaN or infinite: the gradients are then forgotten
    ///   and the parameters as they were; of kind `option` when there are no gradients since the last update.
    @discardableResult
    func apply(scale: Double) throws -> UpdateReport

    /// The gradients since the last update, or after it those that it was made with, before clipping; zeros at first and in
    /// frozen layers.
    func gradients() throws -> ParameterTensors<Element>

    /// All that it takes to go on from here, copied to the host.
    func state() throws -> TrainerState<Element>

    /// Goes on from there: the next step is the one that would have followed. Gradients not yet applied are forgotten.
    ///
    /// - Throws: ``MDLSTMError`` when the tensors are not those of the model.
    func restore(_ state: TrainerState<Element>) throws
}

extension Trainer {
    /// Clips the gradients and takes a step of the optimizer.
    ///
    /// - Throws: as ``apply(scale:)``.
    @discardableResult
    public func apply() throws -> UpdateReport { try apply(scale: 1) }
}

/// What is said of a backward pass that follows no forward pass.
package func noForwardPass() -> MDLSTMError {
    MDLSTMError(
        .option, "a backward pass needs a forward pass before it, with the parameters as they are; call forward")
}

/// What is said of an update without gradients.
package func noGradients() -> MDLSTMError {
    MDLSTMError(.option, "there are no gradients since the last update; call backward before apply")
}
