public import MDLSTM
public import OpenCLRuntime

/// Runs layers and trains models on one OpenCL device.
///
/// Not for use from several threads at a time.
public final class OpenCLBackend<Element: Scalar>: Backend {
    public let device: Device

    /// The way through the wavefronts that was asked for.
    public let path: ComputePath

    package let library: KernelLibrary

    /// Opens `device`.
    ///
    /// - Parameters:
    ///   - device: the device to open
    ///   - path: the way through the wavefronts
    ///   - profiling: whether the context records the time of every kernel until `takeProfile()` takes them
    ///   - tuning: what was chosen for the device by measurement; the built-in values unless given
    /// - Throws: `OpenCLError` when the device cannot be opened; `MDLSTMError` when it ends long loops, or has no float64 and
    ///   `Element` is `Double`.
    public convenience init(
        device: Device, path: ComputePath = .auto, profiling: Bool = false, tuning: DeviceTuning? = nil
    ) throws {
        guard !device.endsLongLoops else {
            throw MDLSTMError(
                .option,
                "device '\(device.name)' ends the loops of a work-item after 65535 iterations and says nothing, so that "
                    + "larger layers come out wrong; use another device")
        }
        try self.init(checking: device, path: path, profiling: profiling, tuning: tuning)
    }

    /// Opens a device to find out what it computes, even one that is known to go wrong.
    package init(
        checking device: Device, path: ComputePath, profiling: Bool = false, tuning: DeviceTuning? = nil
    ) throws {
        guard Element.precision == .float32 || device.supportsDouble else {
            throw MDLSTMError(.option, "device '\(device.name)' has no float64; use --precision float32")
        }
        self.device = device
        self.path = path
        let context = try Context(device: device, profiling: profiling)
        let tuning = tuning ?? DeviceTuning(device: device)
        if Element.precision == .float32 { try context.setGemmParameters(tuning.gemm, isDouble: false) }
        library = KernelLibrary(context: context, traits: DeviceTraits(device: device, tuning: tuning))
    }

    /// A backend over kernels that are compiled as `library` says.
    package init(library: KernelLibrary, path: ComputePath) {
        device = library.context.device
        self.path = path
        self.library = library
    }

    /// Opens the device that `selector` names, the best one if nil: see `Device.select(_:)`.
    public convenience init(_ selector: String? = nil, path: ComputePath = .auto) throws {
        try self.init(device: try Device.select(selector), path: path)
    }

    /// The context of the device: memory in use, profile.
    public var context: Context { library.context }

    public func run(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, call: LayerCall<Element>
    ) throws -> LayerResult<Element> {
        let grid = try call.validatedGrid(for: configuration)
        let parameters = try parameters.ordered(as: configuration.parameterShapes)
        if let height = bandHeight(of: call, configuration, grid: grid) {
            return try runBands(
                ofHeight: height, configuration, parameters: parameters, call: call, grid: grid)
        }
        if call.wantsGradients, call.recompute,
            let height = recomputedHeight(configuration, grid: grid, given: call.bandHeight)
        {
            return try runRecomputed(
                ofHeight: height, configuration, parameters: parameters, call: call, grid: grid)
        }
        try configuration.validateSize(of: grid)
        let gradients = call.wantsGradients ? [("the gradient by the input", configuration.inputSize)] : []
        try LayerMemory(
            configuration, library: library, precision: Element.precision, training: call.wantsGradients,
            boundaryStates: call.initialState != nil, tensors: [("the input", configuration.inputSize)] + gradients
        ).require(grid)
        let schedule = try DeviceSchedule(
            configuration, grid: grid, boundaryStates: call.initialState != nil, library: library)
        let store = try ParameterStore<Element>(parameters, context: context)
        let layer = try Recurrent<Element>(
            configuration, schedule: schedule, library: library, path: path, training: call.wantsGradients,
            slots: RecurrentSlots(store.layout))
        if let state = call.initialState { try layer.setInitialState(state) }
        if let gradient = call.finalStateGradient { try layer.setFinalStateGradient(gradient) }
        var result = try compute(call, configuration, parameters: store, by: layer)
        if call.wantsFinalState { result.finalState = try layer.finalState() }
        if call.wantsCellRange { result.cellRange = try layer.cellRange() }
        if call.initialState != nil, call.wantsGradients {
            result.gradients!.initialState = try layer.initialStateGradient()
        }
        return result
    }

    /// Output and gradients of a call, without what is at the faces of its grid.
    func compute(
        _ call: LayerCall<Element>, _ configuration: LayerConfiguration, parameters: ParameterStore<Element>,
        by layer: some RecurrentPass<Element>
    ) throws -> LayerResult<Element> {
        let x = try context.makeBuffer(copying: call.input.values)
        let output = try layer.output(
            x: x, parameters: parameters.values, training: call.wantsGradients, noise: call.noise)
        let shape = Array(call.input.shape.dropLast()) + [configuration.outputSize]
        var result = LayerResult(
            output: Tensor(shape: shape, values: try output.read()), finalState: nil, gradients: nil)
        guard call.wantsGradients else { return result }

        if let dy = call.outputGradient { try output.write(dy.values) } else { try output.fill(with: 0) }
        let gradients = try context.makeBuffer(of: Element.self, count: parameters.count)
        let dx = try context.makeBuffer(of: Element.self, count: call.input.count)
        try layer.gradients(x: x, dy: output, parameters: parameters.values, into: gradients, inputGradient: dx)
        result.gradients = LayerGradients(
            parameters: ParameterTensors(shapes: configuration.parameterShapes, flat: try gradients.read()),
            input: Tensor(shape: call.input.shape, values: try dx.read()), initialState: nil)
        return result
    }

    public func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws -> any Trainer<Element> {
        try OpenCLTrainer(model: model, parameters: parameters, training: training, library: library, path: path)
    }
}
