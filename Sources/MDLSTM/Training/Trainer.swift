/// The figures of one training step.
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

/// The figures of one ``Trainer/apply(scale:)``, which does not know the loss.
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
/// Plain training only needs ``step(_:)``. Custom losses, gradients over several batches and gradients summed over
/// devices use its parts:
///
///     let y = try trainer.forward(batch)
///     try trainer.backward(outputGradient: dy)     // gradients add up until they are applied
///     try trainer.apply(scale: 1 / mass)
public protocol Trainer<Element>: Model {
    /// Steps taken so far.
    var stepsTaken: Int { get }

    /// What the learning rate of the schedule is multiplied by, 1 unless set: no part of ``state()``.
    var rateFactor: Double { get set }

    /// Prepares buffers and tables for the next steps, over batches of this grid.
    ///
    /// - Throws: ``MDLSTMError`` when the grid is too large for the model; the backend's own error, which says what
    ///   would fit, when the device is out of memory.
    func prepare(for grid: Grid) throws

    /// Makes what a step over a grid needs and the host computes, on any thread, while the trainer is at work; nil where a
    /// trainer gains nothing by it.
    var foresight: (@Sendable (Grid) -> Void)? { get }

    /// One step: forward, the loss of the training's configuration, backward, clipping, optimizer.
    ///
    /// Gradients of earlier calls of ``backward(outputGradient:)`` that were not applied are applied with it.
    ///
    /// - Throws: ``MDLSTMError`` of kind `notFinite` when the loss or a gradient is NaN or infinite, naming the step
    ///   and the first tensor concerned; the parameters, and states that are carried, are then those from before the step.
    func step(_ batch: TrainingBatch<Element>) throws -> StepReport

    /// The model's output in training, with the masks of the next step; its backward pass may follow.
    ///
    /// - Returns: `[B, E1, .., EN, O]`
    func forward(_ batch: TrainingBatch<Element>) throws -> Tensor<Element>

    /// Adds the gradients of all parameters to the sum of the calls since the last update.
    ///
    /// A second call after the same forward pass recomputes that pass.
    ///
    /// - Parameter dy: dL/dy, in the shape of the output that ``forward(_:)`` returned
    /// - Throws: ``MDLSTMError`` when the shape differs, or when there was no forward pass since the parameters
    ///   changed.
    func backward(outputGradient dy: Tensor<Element>) throws

    /// Adds gradients that were computed elsewhere, for example on another device.
    ///
    /// - Throws: ``MDLSTMError`` when the tensors do not fit the model.
    func add(gradients: ParameterTensors<Element>) throws

    /// Multiplies the gradients by `scale`, clips them, and takes a step of the optimizer.
    ///
    /// - Throws: ``MDLSTMError`` of kind `notFinite` when a gradient is NaN or infinite: the gradients are then
    ///   discarded and the parameters unchanged; of kind `option` when there are no gradients since the last update.
    @discardableResult
    func apply(scale: Double) throws -> UpdateReport

    /// What a part of a batch adds to a step over the whole batch; nothing is updated, and nothing stays of it.
    ///
    /// - Parameters:
    ///   - part: whose ``TrainingBatch/firstSample`` is its place in the whole batch
    ///   - mass: of the target of the whole batch, by which the loss and its gradients are divided
    ///   - entering: the states that the part goes on from, where it continues; otherwise empty
    ///   - ready: takes the gradients of each of ``gradientParts``, in their order, once they are final, while those of layers before
    ///     them are being computed; an error that it throws ends the call
    /// - Throws: ``MDLSTMError`` when the part does not fit the model, or gradients wait for their update; of kind `option` of a
    ///   trainer that knows no shards.
    func shard(
        _ part: TrainingBatch<Element>, mass: Double, entering: ParameterTensors<Element>,
        ready: ((Range<Int>, [Element]) throws -> Void)?
    ) throws -> ComputedShard<Element>

    /// The parts of the gradients that become final one after the other, those of the last layers first; together all of them. One,
    /// unless the trainer gains by handing them over early. A trainer with several must hand over each of them: other ranks wait for it.
    var gradientParts: [Range<Int>] { get }

    /// The rest of a step, from the sums over all parts of a batch: clipping, the optimizer, running numbers.
    ///
    /// - Throws: the errors of ``step(_:)``.
    func step(by sums: ShardSums<Element>) throws -> StepReport

    /// The sum of the gradients since the last update, before clipping; right after an update, the gradients it used.
    /// Zeros before the first gradients, and always zeros in frozen layers.
    func gradients() throws -> ParameterTensors<Element>

    /// dL/dx of the last backward pass since the parameters changed, `[B, E1, .., EN, I]`.
    ///
    /// - Throws: ``MDLSTMError`` of kind `option` when there was none, or the training does not say
    ///   ``TrainingConfiguration/wantsInputGradient``.
    func inputGradient() throws -> Tensor<Element>

    /// A copy on the host of everything needed to continue from here.
    func state() throws -> TrainerState<Element>

    /// Continues from `state`: the next step is the one that would have followed it. Gradients not yet applied are
    /// discarded.
    ///
    /// - Throws: ``MDLSTMError`` when the tensors do not fit the model.
    func restore(_ state: TrainerState<Element>) throws
}

extension Trainer {
    /// Refuses, for trainers of your own that have none.
    public func inputGradient() throws -> Tensor<Element> { throw noInputGradient() }

    public var foresight: (@Sendable (Grid) -> Void)? { nil }

    /// Refuses, for trainers of your own that know no shards.
    public func shard(
        _ part: TrainingBatch<Element>, mass: Double, entering: ParameterTensors<Element>,
        ready: ((Range<Int>, [Element]) throws -> Void)?
    ) throws -> ComputedShard<Element> { throw noShards() }

    public var gradientParts: [Range<Int>] { [0..<model.parameterShapes.reduce(0) { $0 + $1.count }] }

    /// Refuses, for trainers of your own that know no shards.
    public func step(by sums: ShardSums<Element>) throws -> StepReport { throw noShards() }

    /// One step with a custom loss, which is computed on the host.
    ///
    /// - Parameters:
    ///   - batch: the input; its target is ignored
    ///   - loss: takes the model's output, `[B, E1, .., EN, O]`, and returns the loss and its derivative with respect
    ///     to the output in the same shape; values of the derivative at the padding of ragged samples are ignored
    /// - Throws: the errors of ``step(_:)``, and the errors of `loss`, after which no step is taken.
    public func step(
        _ batch: TrainingBatch<Element>,
        loss: (Tensor<Element>) throws -> (loss: Double, outputGradient: Tensor<Element>)
    ) throws -> StepReport {
        let y = try forward(batch)
        let (loss, dy) = try loss(y)
        guard loss.isFinite else {
            throw notFiniteError(
                step: stepsTaken + 1, loss: loss,
                tensors: [("the model's output", y.values), ("the output gradient", dy.values)])
        }
        try backward(outputGradient: dy)
        let update = try apply(scale: 1)
        return StepReport(
            step: update.step, loss: loss, gradientNorm: update.gradientNorm, probeError: 0,
            learningRate: update.learningRate)
    }

    /// Clips the gradients and takes a step of the optimizer.
    ///
    /// - Throws: the errors of ``apply(scale:)``.
    @discardableResult
    public func apply() throws -> UpdateReport { try apply(scale: 1) }
}

/// The error for a backward pass without a forward pass before it.
package func noForwardPass() -> MDLSTMError {
    MDLSTMError(
        .option, "a backward pass needs a forward pass before it, with the parameters as they are; call forward")
}

/// The error for an update without gradients.
package func noGradients() -> MDLSTMError {
    MDLSTMError(.option, "there are no gradients since the last update; call backward before apply")
}

/// The error of a trainer that steps over whole batches alone.
private func noShards() -> MDLSTMError {
    MDLSTMError(
        .option, "this trainer computes no parts of batches; give it whole ones, or implement shard and step(by:)")
}

/// The error of asking for the gradient by the input where there is none.
package func noInputGradient() -> MDLSTMError {
    MDLSTMError(
        .option,
        "there is no gradient by the input; set the training's wantsInputGradient, and call forward and backward first")
}
