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
    /// - Throws: `OpenCLError` when the device cannot be opened; `MDLSTMError` when it has no float64 and `Element` is
    ///   `Double`.
    public init(
        device: Device, path: ComputePath = .auto, profiling: Bool = false, tuning: DeviceTuning? = nil
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
        let schedule = try DeviceSchedule(
            configuration, grid: grid, boundaryStates: call.initialState != nil, library: library)
        let training = call.wantsGradients
        let store = try ParameterStore<Element>(parameters, context: context)
        let slots = RecurrentSlots(store.layout)
        let recurrent = try Recurrent<Element>(
            configuration, schedule: schedule, library: library, path: path, training: training, slots: slots)
        let x = try context.makeBuffer(copying: call.input.values)
        if let state = call.initialState { try recurrent.setInitialState(state) }
        try recurrent.pack(store.values, backward: training)
        try recurrent.setNoise(call.noise)
        try recurrent.forward(x: x, parameters: store.values)
        let outputShape = Array(call.input.shape.dropLast()) + [configuration.outputSize]
        let output = try recurrent.output()
        var result = LayerResult(
            output: Tensor(shape: outputShape, values: try output.read()),
            finalState: call.wantsFinalState ? try recurrent.finalState() : nil, gradients: nil,
            cellRange: call.wantsCellRange ? try recurrent.cellRange() : nil)
        guard training else { return result }

        if let dy = call.outputGradient { try output.write(dy.values) } else { try output.fill(with: 0) }
        if let gradient = call.finalStateGradient { try recurrent.setFinalStateGradient(gradient) }
        let gradients = try context.makeBuffer(of: Element.self, count: store.count)
        try recurrent.backward(dy: output)
        try recurrent.weightGradients(x: x, into: gradients)
        let dx = try context.makeBuffer(of: Element.self, count: call.input.count)
        try recurrent.inputGradient(parameters: store.values, into: dx)
        result.gradients = LayerGradients(
            parameters: ParameterTensors(shapes: configuration.parameterShapes, flat: try gradients.read()),
            input: Tensor(shape: call.input.shape, values: try dx.read()),
            initialState: call.initialState == nil ? nil : try recurrent.initialStateGradient())
        return result
    }

    public func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws -> any Trainer<Element> {
        try OpenCLTrainer(model: model, parameters: parameters, training: training, library: library, path: path)
    }
}
