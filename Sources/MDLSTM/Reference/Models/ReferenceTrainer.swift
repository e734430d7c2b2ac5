/// Trains a model on the CPU by plain loops.
public final class ReferenceTrainer<Element: Scalar>: Trainer {
    public let model: ModelConfiguration
    public let training: TrainingConfiguration
    public private(set) var stepsTaken = 0
    public var rateFactor = 1.0

    private let weightDropout: WeightDropout?
    private var tensors: ParameterTensors<Element>
    private var optimizer: OptimizerReference<Element>

    /// The last forward pass with the parameters as they are.
    private var pass: ReferencePass<Element>?

    /// What the last batch left, where states are carried.
    private var carried = ParameterTensors<Element>()

    /// Gradients since the last update, or those it was made with; whether they are still to be applied.
    private var sums: ParameterTensors<Element>
    private var isPending = false

    /// - Throws: ``MDLSTMError`` when the parameters do not fit the model, or a layer to freeze does not exist.
    public init(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws(MDLSTMError) {
        let parameters = try parameters.ordered(as: model.parameterShapes)
        try training.validate(for: model)
        self.model = model
        self.training = training
        tensors = parameters
        weightDropout = WeightDropout(of: model, training)
        sums = ParameterTensors(zeros: model.parameterShapes)
        optimizer = OptimizerReference(training.optimizer, count: parameters.flat.count)
    }

    public func parameters() -> ParameterTensors<Element> { tensors }

    public func gradients() -> ParameterTensors<Element> { sums }

    public func state() -> TrainerState<Element> {
        func named(_ values: [Element]) -> ParameterTensors<Element> {
            ParameterTensors(shapes: model.parameterShapes, flat: values)
        }
        return TrainerState(
            parameters: tensors, moments: named(optimizer.moments), squares: named(optimizer.squares),
            stepsTaken: stepsTaken, carried: carried)
    }

    public func restore(_ state: TrainerState<Element>) throws(MDLSTMError) {
        let state = try state.ordered(as: model.parameterShapes)
        tensors = state.parameters
        optimizer.restore(moments: state.moments.flat, squares: state.squares.flat)
        stepsTaken = state.stepsTaken
        carried = state.carried
        sums = ParameterTensors(zeros: model.parameterShapes)
        (pass, isPending) = (nil, false)
    }

    public func prepare(for grid: Grid) throws(MDLSTMError) { try model.validateSize(of: grid) }

    public func predict(_ input: Tensor<Element>, samples: [[Int]]? = nil) throws(MDLSTMError) -> Tensor<Element> {
        try model.referenceOutput(for: input, samples: samples, parameters: tensors)
    }

    public func step(_ batch: TrainingBatch<Element>) throws -> StepReport {
        let output = try model.grids(from: try model.validatedGrid(of: batch)).last!
        try model.validateTarget(of: batch, over: output, for: training.loss)
        let before = carried
        let y = try forward(batch)
        let mass = training.loss.mass(of: batch.target, grid: output, classWeights: training.classWeights)
        let (loss, gradients) = computeGradients(batch, y, mass: mass)
        add(gradients)
        let target = batch.target.values.map { [("the target", $0.values)] } ?? []
        let update: UpdateReport
        do { update = try self.update(loss: Double(loss), others: target) } catch {
            carried = before
            throw error
        }
        return StepReport(
            step: update.step, loss: Double(loss), gradientNorm: update.gradientNorm,
            probeError: Double(probeError(of: batch, y)), learningRate: update.learningRate)
    }

    public func shard(
        _ part: TrainingBatch<Element>, mass: Double, entering: ParameterTensors<Element>,
        ready: ((Range<Int>, [Element]) throws -> Void)?
    ) throws -> ComputedShard<Element> {
        guard !isPending else { throw gradientsAreWaiting() }
        let grid = try model.validatedGrid(of: part)
        try model.validateTarget(of: part, over: try model.grids(from: grid).last!, for: training.loss)
        carried = entering
        let y = try forward(part, isShard: true)
        let (loss, gradients) = computeGradients(part, y, mass: mass)
        var after = tensors
        for (name, tensor) in pass!.running { after[name] = tensor }
        let flat = after.flat
        let sums = try ShardSums(
            gradients: gradients.flat, running: training.runningLayers(of: model).flatMap { flat[$0.numbers] },
            loss: loss, probeError: probeError(of: part, y), over: grid, model, training)
        defer { (pass, carried) = (nil, ParameterTensors()) }
        for part in gradientParts { try ready?(part, Array(sums.gradients[part])) }
        return ComputedShard(sums, leaving: carried)
    }

    public func step(by sums: ShardSums<Element>) throws -> StepReport {
        guard !isPending else { throw gradientsAreWaiting() }
        pass = nil
        add(ParameterTensors(shapes: model.parameterShapes, flat: sums.gradients))
        let update = try update(loss: Double(sums.loss), others: [])
        var values = tensors.flat
        for (place, means) in sums.means(of: model, training) { values.replaceSubrange(place, with: means) }
        tensors = ParameterTensors(shapes: model.parameterShapes, flat: values)
        return StepReport(
            step: update.step, loss: Double(sums.loss), gradientNorm: update.gradientNorm,
            probeError: Double(sums.probeError), learningRate: update.learningRate)
    }

    /// Loss and gradients of the last forward pass, divided by a mass.
    private func computeGradients(
        _ batch: TrainingBatch<Element>, _ y: Tensor<Element>, mass: Double
    ) -> (loss: Element, gradients: ParameterTensors<Element>) {
        let (loss, dy) = LossReference.evaluate(
            training.loss, y: y.values, target: batch.target, grid: pass!.outputGrid, width: model.outputSize,
            scale: Element(training.loss.scale(mass: mass, features: model.outputSize)),
            classWeights: training.classWeights)
        return (loss, gradients(outputGradient: dy))
    }

    /// Gradients of the last forward pass, those of weights that were left out zero.
    private func gradients(outputGradient dy: [Element]) -> ParameterTensors<Element> {
        let found = pass!.backward(outputGradient: dy, training: training)
        return weightDropout?.applied(to: found, step: noise.step) ?? found
    }

    /// What the masks of the step to come are drawn from, for a batch that begins with the first sample.
    private var noise: NoiseKey { training.noise(step: stepsTaken + 1, firstSample: 0) }

    private func probeError(of batch: TrainingBatch<Element>, _ y: Tensor<Element>) -> Element {
        var error: Element = 0
        for index in batch.probes {
            let difference = y.values[index] - batch.target.values!.values[index]
            error += difference * difference / Element(batch.probes.count)
        }
        return error
    }

    public func forward(_ batch: TrainingBatch<Element>) throws(MDLSTMError) -> Tensor<Element> {
        try forward(batch, isShard: false)
    }

    private func forward(_ batch: TrainingBatch<Element>, isShard: Bool) throws(MDLSTMError) -> Tensor<Element> {
        pass = nil
        let grid = try model.validatedGrid(of: batch)
        let pass = try ReferencePass(
            model: model, parameters: weightDropout?.applied(to: tensors, step: noise.step) ?? tensors,
            input: batch.input, grid: grid,
            noise: training.noise(step: stepsTaken + 1, firstSample: batch.firstSample), frozen: training.frozen,
            entering: try training.entering(batch, of: model, carried: carried, isShard: isShard))
        if training.carriesStates { carried = pass.leaving }
        self.pass = pass
        return pass.output
    }

    public func makeSequence(batch: Int) throws(MDLSTMError) -> any SequenceModel<Element> {
        try ReferenceSequence(model, batch: batch) { [unowned self] in tensors }
    }

    public func backward(outputGradient dy: Tensor<Element>) throws(MDLSTMError) {
        guard let grid = pass?.outputGrid else { throw noForwardPass() }
        let values = try model.validated(outputGradient: dy, over: grid)
        add(gradients(outputGradient: values))
    }

    public func add(gradients: ParameterTensors<Element>) throws(MDLSTMError) {
        add(try gradients.ordered(as: model.parameterShapes).zeroed(outside: model, training))
    }

    public func inputGradient() throws(MDLSTMError) -> Tensor<Element> {
        guard let gradient = pass?.inputGradient else { throw noInputGradient() }
        return gradient
    }

    private func add(_ gradients: ParameterTensors<Element>) {
        sums =
            isPending ? ParameterTensors(shapes: sums.shapes, flat: zip(sums.flat, gradients.flat).map(+)) : gradients
        isPending = true
    }

    public func apply(scale: Double) throws(MDLSTMError) -> UpdateReport {
        guard isPending else { throw noGradients() }
        if scale != 1 {
            sums = ParameterTensors(shapes: sums.shapes, flat: sums.flat.map { $0 * Element(scale) })
        }
        return try update(loss: 0, others: [])
    }

    /// Clipping, the test for NaN, and a step of the optimizer.
    ///
    /// - Parameter others: what the message about NaN may name besides the pass and the gradients
    private func update(
        loss: Double, others: [(name: String, values: [Element])]
    ) throws(MDLSTMError) -> UpdateReport {
        let flat = sums.flat
        let norm = flat.reduce(Element(0)) { $0 + $1 * $1 }.squareRoot()
        let step = stepsTaken + 1
        let last = pass
        (pass, isPending) = (nil, false)
        guard loss.isFinite, norm.isFinite else {
            let gradients = sums.map { ("the gradient of '\($0.name)'", $0.tensor.values) }
            throw notFiniteError(step: step, loss: loss, tensors: (last?.named() ?? []) + others + gradients)
        }
        let rate = rateFactor * training.learningRate.rate(step: step)
        var values = tensors.flat
        optimizer.apply(
            to: &values, gradients: OptimizerReference.clip(flat, norm: norm, by: training.clipping), rate: rate,
            step: step, in: training.trainedRanges(of: model))
        tensors = ParameterTensors(shapes: model.parameterShapes, flat: values)
        for (name, tensor) in last?.running ?? ParameterTensors() { tensors[name] = tensor }
        stepsTaken = step
        return UpdateReport(step: step, gradientNorm: Double(norm), learningRate: rate)
    }
}

extension ParameterTensors {
    /// The same with zeros in layers that do not learn.
    fileprivate func zeroed(outside model: ModelConfiguration, _ training: TrainingConfiguration) -> ParameterTensors {
        var flat = flat
        var next = 0
        for range in training.trainedRanges(of: model) {
            for index in next..<range.lowerBound { flat[index] = 0 }
            next = range.upperBound
        }
        for index in next..<flat.count { flat[index] = 0 }
        return ParameterTensors(shapes: shapes, flat: flat)
    }
}

/// The error of a step whose loss or gradients left the finite range, naming the first tensor concerned.
///
/// - Parameter tensors: names and values in the order they were computed.
package func notFiniteError<T: Scalar>(
    step: Int, loss: Double, tensors: [(name: String, values: [T])]
) -> MDLSTMError {
    let first = tensors.first { $0.values.contains { !$0.isFinite } }
    let origin = first.map { "first in \($0.name)" } ?? "the gradients are too large to square"
    return MDLSTMError(
        .notFinite,
        "step \(step): loss \(loss.isNaN ? "NaN" : "\(loss)"), NaN or infinite values (\(origin)); training stopped, the parameters "
            + "are those of step \(step - 1); try a lower learning rate or gradient clipping")
}
