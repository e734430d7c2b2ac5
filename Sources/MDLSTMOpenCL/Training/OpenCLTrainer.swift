public import MDLSTM
import OpenCLRuntime

/// Trains a model on an OpenCL device: parameters, activations, gradients and moments stay there for the whole run.
public final class OpenCLTrainer<Element: Scalar>: Trainer {
    public let model: ModelConfiguration
    public let training: TrainingConfiguration
    public private(set) var stepsTaken = 0

    private let library: KernelLibrary
    private let path: ComputePath
    private let store: ParameterStore<Element>
    private let gradientValues: Buffer<Element>
    private let optimizer: OptimizerState<Element>

    /// Sums of squares of parts of the gradients; loss, gradient norm and probe error of the last step.
    private let squares: Buffer<Element>, scalars: Buffer<Element>

    private var steps = RecentGrids<StepBuffers<Element>>()
    private var predictions = RecentGrids<ModelPass<Element>>()

    package init(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration,
        library: KernelLibrary, path: ComputePath
    ) throws {
        let parameters = try parameters.ordered(as: model.parameterShapes)
        self.model = model
        self.training = training
        self.library = library
        self.path = path
        let context = library.context
        store = try ParameterStore(parameters, context: context)
        gradientValues = try context.makeBuffer(of: Element.self, count: store.count)
        try gradientValues.fill(with: 0)
        squares = try context.makeBuffer(of: Element.self, count: PartSize(count: store.count).parts)
        scalars = try context.makeBuffer(of: Element.self, count: 3)
        optimizer = try OptimizerState(
            training.optimizer, clipping: training.clipping, count: store.count, context: context)
    }

    public func parameters() throws -> ParameterTensors<Element> { try store.read() }

    public func gradients() throws -> ParameterTensors<Element> {
        ParameterTensors(shapes: store.layout.shapes, flat: try gradientValues.read())
    }

    public func state() throws -> TrainerState<Element> {
        func tensors(_ values: Buffer<Element>) throws -> ParameterTensors<Element> {
            ParameterTensors(shapes: store.layout.shapes, flat: try values.read())
        }
        return TrainerState(
            parameters: try store.read(), moments: try tensors(optimizer.moments),
            squares: try tensors(optimizer.squares), stepsTaken: stepsTaken)
    }

    public func restore(_ state: TrainerState<Element>) throws {
        let state = try state.ordered(as: model.parameterShapes)
        try store.values.write(state.parameters.flat)
        try optimizer.moments.write(state.moments.flat)
        try optimizer.squares.write(state.squares.flat)
        stepsTaken = state.stepsTaken
    }

    public func predict(_ input: Tensor<Element>, samples: [[Int]]? = nil) throws -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, samples: samples)
        let pass = try predictions.value(for: grid) {
            try ModelPass(
                model: model, grid: grid, layout: store.layout, library: library, path: path, training: false)
        }
        try pass.write(input: input.values)
        try pass.forward(parameters: store.values, training: false)
        return Tensor(
            shape: [pass.outputGrid.batch] + pass.outputGrid.extents + [model.outputSize],
            values: try pass.output.read())
    }

    public func prepare(for grid: Grid) throws {
        try model.validateSize(of: grid)
        _ = try buffers(for: grid)
    }

    /// What steps over `grid` keep on the device.
    private func buffers(for grid: Grid) throws -> StepBuffers<Element> {
        try steps.value(for: grid) {
            try StepBuffers(
                ModelPass(
                    model: model, grid: grid, layout: store.layout, library: library, path: path, training: true,
                    recompute: training.recompute),
                context: library.context)
        }
    }

    public func step(_ batch: TrainingBatch<Element>) throws -> StepReport {
        let buffers = try buffers(for: try model.validatedGrid(of: batch))
        let pass = buffers.pass
        try pass.write(input: batch.input.values)
        try buffers.target.write(batch.target.values)
        let probes = try buffers.write(probes: batch.probes, context: library.context)

        try pass.forward(
            parameters: store.values, training: true, noise: training.noise(step: stepsTaken + 1))
        try library.loss(
            training.loss, y: pass.output, target: buffers.target.buffer, weights: buffers.weights,
            sites: pass.outputGrid.siteCount, width: model.outputSize,
            countedSites: pass.outputGrid.occupiedSiteCount, dy: buffers.outputGradient, partial: buffers.losses)
        try pass.backward(dy: buffers.outputGradient, parameters: store.values, into: gradientValues)
        try library.finishStep(
            losses: buffers.losses, lossParts: buffers.losses.count, gradients: gradientValues, squares: squares,
            y: pass.output, target: buffers.target.buffer, probes: probes, probeCount: batch.probes.count, into: scalars
        )
        let step = stepsTaken + 1
        let rate = training.learningRate.rate(step: step)
        try optimizer.apply(
            to: store.values, gradients: gradientValues, scalars: scalars, rate: rate, step: step, library: library)

        let numbers = try scalars.read()
        guard numbers[0].isFinite, numbers[1].isFinite else {
            throw notFiniteError(
                step: step, loss: numbers[0],
                tensors: try pass.named() + [("the target", batch.target.values)] + namedGradients())
        }
        stepsTaken = step
        return StepReport(
            step: step, loss: Double(numbers[0]), gradientNorm: Double(numbers[1]), probeError: Double(numbers[2]),
            learningRate: rate)
    }

    private func namedGradients() throws -> [(name: String, values: [Element])] {
        try gradients().entries.map { ("the gradient of '\($0.name)'", $0.tensor.values) }
    }
}

/// What a training step over one grid needs on the device.
private final class StepBuffers<Element: Scalar> {
    let pass: ModelPass<Element>

    /// `[sites, O]`
    let target: StagedBuffer<Element>, outputGradient: Buffer<Element>

    /// 1 for each site of a sample and 0 for the others; nil when no sample is ragged.
    let weights: Buffer<Element>?

    /// The loss of each part of the sites.
    let losses: Buffer<Element>

    private var probes: StagedBuffer<Int32>

    init(_ pass: ModelPass<Element>, context: Context) throws {
        self.pass = pass
        let sites = pass.outputGrid.siteCount
        target = try context.makeStagedBuffer(of: Element.self, count: sites * pass.model.outputSize)
        outputGradient = try context.makeBuffer(of: Element.self, count: target.buffer.count)
        losses = try context.makeBuffer(of: Element.self, count: PartSize(count: sites).parts)
        probes = try context.makeStagedBuffer(of: Int32.self, count: 1)
        weights =
            pass.outputGrid.isRagged
            ? try context.makeBuffer(copying: pass.outputGrid.occupied.map { $0 ? 1 : 0 }) : nil
    }

    /// The batch's probes on the device.
    func write(probes elements: [Int], context: Context) throws -> Buffer<Int32> {
        guard !elements.isEmpty else { return probes.buffer }
        if probes.buffer.count < elements.count {
            probes = try context.makeStagedBuffer(of: Int32.self, count: elements.count)
        }
        try probes.write(elements.map { Int32($0) })
        return probes.buffer
    }
}

/// Values made for the grids used last: batches of one shape find theirs again, ever new shapes do not pile up.
private struct RecentGrids<Value> {
    private static var limit: Int { 4 }
    private var entries: [(grid: Grid, value: Value)] = []

    mutating func value(for grid: Grid, make: () throws -> Value) throws -> Value {
        if let index = entries.firstIndex(where: { $0.grid == grid }) {
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.value
        }
        if entries.count == Self.limit { entries.removeFirst() }
        let value: Value
        do { value = try make() } catch let error as OpenCLError where error.isOutOfMemory && !entries.isEmpty {
            entries = []
            value = try make()
        }
        entries.append((grid, value))
        return value
    }
}
