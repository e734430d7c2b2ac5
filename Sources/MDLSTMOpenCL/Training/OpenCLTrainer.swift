public import MDLSTM
import OpenCLRuntime

/// Trains a model on an OpenCL device, which holds parameters, activations, gradients and moments for the whole run.
public final class OpenCLTrainer<Element: Scalar>: Trainer {
    public let model: ModelConfiguration
    public let training: TrainingConfiguration
    public private(set) var stepsTaken = 0
    public var rateFactor = 1.0

    let library: KernelLibrary
    private let path: ComputePath

    /// Holds the parameters, and predicts with them.
    private let predictor: OpenCLModel<Element>
    var store: ParameterStore<Element> { predictor.store }

    /// The gradients since the last update or, right after an update, the gradients it used; and whether they are not
    /// yet applied.
    let gradientValues: Buffer<Element>
    var isPending = false
    private let optimizer: OptimizerState<Element>
    private let dropped: DroppedWeights<Element>?
    let trainedRanges: [Range<Int>]
    let partsOfGradients: [GradientPart]

    /// `[O]`; nil where all classes count the same.
    private let classWeights: Buffer<Element>?

    /// The sums of squares of parts of the gradients; the loss, gradient norm and probe error of the last step.
    let squares: Buffer<Element>, scalars: Buffer<Element>

    private var steps = RecentGrids<StepBuffers<Element>>()

    /// Tables of grids to come.
    private let foreseen: ForeseenTables

    /// What goes from batch to batch, where states are carried.
    let carried: BatchStates<Element>

    /// The last forward pass; nil if the parameters have changed since then.
    var last: LastPass<Element>?

    package init(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration,
        library: KernelLibrary, path: ComputePath
    ) throws {
        try training.validate(for: model)
        predictor = try OpenCLModel(
            model, parameters: parameters, isConstant: false, library: library, path: path)
        self.model = model
        self.training = training
        self.library = library
        self.path = path
        let (context, count) = (library.context, predictor.store.count)
        gradientValues = try context.makeBuffer(of: Element.self, count: count)
        try gradientValues.fill(with: 0)
        squares = try context.makeBuffer(of: Element.self, count: PartSize(count: count).parts)
        scalars = try context.makeBuffer(of: Element.self, count: 3)
        optimizer = try OptimizerState(training.optimizer, clipping: training.clipping, count: count, context: context)
        dropped = try WeightDropout(of: model, training).map { try DroppedWeights($0, count: count, library: library) }
        trainedRanges = training.trainedRanges(of: model)
        partsOfGradients = GradientPart.parts(of: model, training, least: 1 << 20, Element.self)
        carried = BatchStates(model)
        foreseen = ForeseenTables(
            ModelPlan(model, library: library, precision: Element.precision, path: path, training: training))
        classWeights = try training.classWeights.map { try context.makeBuffer(copying: $0.map { Element($0) }) }
    }

    public func parameters() throws -> ParameterTensors<Element> { try store.read() }

    public func gradients() throws -> ParameterTensors<Element> { try tensors(gradientValues) }

    public func state() throws -> TrainerState<Element> {
        TrainerState(
            parameters: try store.read(), moments: try tensors(optimizer.moments),
            squares: try tensors(optimizer.squares), stepsTaken: stepsTaken, carried: try carried.read())
    }

    private func tensors(_ values: Buffer<Element>) throws -> ParameterTensors<Element> {
        ParameterTensors(shapes: store.layout.shapes, flat: try values.read())
    }

    public func restore(_ state: TrainerState<Element>) throws {
        let state = try state.ordered(as: model.parameterShapes)
        try carried.set(state.carried)
        try store.values.write(state.parameters.flat)
        try optimizer.moments.write(state.moments.flat)
        try optimizer.squares.write(state.squares.flat)
        stepsTaken = state.stepsTaken
        try gradientValues.fill(with: 0)
        (last, isPending) = (nil, false)
    }

    public func predict(_ input: Tensor<Element>, samples: [[Int]]? = nil) throws -> Tensor<Element> {
        try predictor.predict(input, samples: samples)
    }

    public func largestCell() throws -> Element? { try predictor.largestCell() }

    public func makeSequence(batch: Int) throws -> any SequenceModel<Element> {
        try predictor.makeSequence(batch: batch)
    }

    public func prepare(for grid: Grid) throws {
        try model.validateSize(of: grid)
        _ = try buffers(for: grid)
    }

    /// The buffers of steps over `grid`.
    private func buffers(for grid: Grid) throws -> StepBuffers<Element> {
        let tables = foreseen.take(grid)
        defer { foreseen.note(known: steps.grids) }
        return try steps.value(for: grid) {
            try StepBuffers(
                ModelPass(
                    model: model, grid: grid, layout: store.layout, library: library, path: path, training: training,
                    tables: tables),
                context: library.context)
        }
    }

    public var foresight: (@Sendable (Grid) -> Void)? { { [foreseen] in foreseen.foresee($0) } }

    public func step(_ batch: TrainingBatch<Element>) throws -> StepReport {
        let grid = try model.validatedGrid(of: batch)
        let output = try model.grids(from: grid).last!
        try model.validateTarget(of: batch, over: output, for: training.loss)
        let buffers = try begin(batch, over: grid)
        let mass = training.loss.mass(of: batch.target, grid: output, classWeights: training.classWeights)
        let (losses, probed) = try computeGradients(batch, buffers, mass: mass)
        let report = try update(
            losses: losses, probed: probed,
            others: batch.target.values.map { [("the target", $0.values)] } ?? [])
        carried.keep()
        return report
    }

    /// Gradients of the last forward pass, divided by a mass.
    ///
    /// - Parameter done: told of each layer whose gradients are final, the last first
    /// - Returns: the parts of the loss; output, target and the elements to compare, if there are any
    func computeGradients(
        _ batch: TrainingBatch<Element>, _ buffers: StepBuffers<Element>, mass: Double,
        done: (_ layer: Int) throws -> Void = { _ in }
    ) throws -> (losses: Buffer<Element>, probed: Probed<Element>?) {
        let target = try buffers.write(target: batch.target, for: training.loss)
        let probes = try buffers.write(probes: batch.probes)
        let losses = try library.loss(
            training.loss, target: target, scale: training.loss.scale(mass: mass, features: model.outputSize),
            classWeights: classWeights, buffers: buffers)
        try computeBackward(buffers.outputGradient, done: done)
        guard case .values(let values) = target else { return (losses, nil) }
        return (losses, (y: buffers.pass.output, target: values, probes: probes, count: batch.probes.count))
    }

    /// The forward pass over a batch, whose backward pass may follow; the states that leave it wait to be kept.
    ///
    /// - Parameter isShard: whether it is a shard of a batch, which has states of its own
    func begin(
        _ batch: TrainingBatch<Element>, over grid: Grid, isShard: Bool = false
    ) throws -> StepBuffers<Element> {
        // The buffers of the pass before are free for others, and what it kept is no longer of use.
        last = nil
        try training.requireCarrying(batch, isShard: isShard)
        let buffers = try buffers(for: grid)
        try buffers.pass.write(input: batch.input.values)
        if training.carriesStates { try carried.enter(batch, buffers.pass) }
        let noise = training.noise(step: stepsTaken + 1, firstSample: batch.firstSample)
        try computeForward(LastPass(buffers: buffers, noise: noise))
        if training.carriesStates { try carried.leave(buffers.pass) }
        return buffers
    }

    func computeForward(_ pass: LastPass<Element>) throws {
        last = nil
        let parameters = try dropped?.parameters(from: store.values, pass.noise) ?? store.values
        try pass.buffers.pass.forward(parameters: parameters, training: true, noise: pass.noise)
        last = LastPass(buffers: pass.buffers, noise: pass.noise)
    }

    func computeBackward(
        _ dy: Buffer<Element>, done: (_ layer: Int) throws -> Void = { _ in }
    ) throws {
        last!.isSpent = true
        let (pass, noise, adding) = (last!.buffers.pass, last!.noise, isPending)
        // Sums that a failure leaves half done are forgotten.
        isPending = false
        if let dropped {
            try dropped.backward(pass, dy: dy, into: gradientValues, adding: adding, noise, done: done)
        } else {
            try pass.backward(dy: dy, parameters: store.values, into: gradientValues, adding: adding, done: done)
        }
        isPending = true
    }

    /// Clips the gradients, tests for NaN and takes a step of the optimizer; reads three numbers back.
    ///
    /// - Parameters:
    ///   - losses: the parts of the loss; nil if it is unknown, which counts as 0
    ///   - probed: output, target and the elements to compare; nil for no probes
    ///   - others: further tensors that an error about NaN may name, apart from the pass and the gradients
    func update(
        losses: Buffer<Element>? = nil, probed: Probed<Element>? = nil,
        others: [(name: String, values: [Element])]
    ) throws -> StepReport {
        let pass = last?.buffers.pass
        (last, isPending) = (nil, false)
        let step = stepsTaken + 1
        let rate = rateFactor * training.learningRate.rate(step: step)
        try library.finishStep(
            losses: losses, gradients: gradientValues, squares: squares, probed: probed, into: scalars)
        try optimizer.apply(
            to: store.values, gradients: gradientValues, scalars: scalars, rate: rate, step: step, in: trainedRanges,
            library: library)
        let numbers = try scalars.read().map { Double($0) }
        guard numbers[0].isFinite, numbers[1].isFinite else {
            let gradients = try gradients().map { ("the gradient of '\($0.name)'", $0.tensor.values) }
            throw notFiniteError(
                step: step, loss: numbers[0], tensors: (try pass?.named() ?? []) + others + gradients)
        }
        try pass?.keepRunning(in: store.values)
        stepsTaken = step
        return StepReport(
            step: step, loss: numbers[0], gradientNorm: numbers[1], probeError: numbers[2], learningRate: rate)
    }
}

/// A forward pass that a backward pass may follow.
struct LastPass<Element: Scalar> {
    let buffers: StepBuffers<Element>
    let noise: NoiseKey

    /// Whether a backward pass has overwritten the results of the forward pass.
    var isSpent = false
}
