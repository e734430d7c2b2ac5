public import MDLSTM
public import OpenCLRuntime

/// Runs layers and trains models on one OpenCL device.
///
/// A backend must not be used from several threads at the same time.
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
    ///   - tuning: the values that were measured for this device; the built-in ones unless given
    /// - Throws: `OpenCLError` when the device cannot be opened; `MDLSTMError` when it cuts long loops short, or when
    ///   `Element` is `Double` and the device has no float64.
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

    /// Opens a device in order to check it, even one that is known to compute wrong results.
    package init(
        checking device: Device, path: ComputePath, profiling: Bool = false, tuning: DeviceTuning? = nil
    ) throws {
        guard Element.precision == .float32 || device.supportsDouble else {
            throw MDLSTMError(.option, "device '\(device.name)' has no float64; use --precision float32")
        }
        self.device = device
        self.path = path
        let context = try Context(
            device: device, profiling: profiling,
            hostLimit: {
                MemoryLimit.tightestOfProcess.map { HostLimit(name: $0.name, bytes: $0.bytes, bytesLeft: $0.left) }
            })
        let tuning = tuning ?? DeviceTuning(device: device)
        if Element.precision == .float32 { try context.setGemmParameters(tuning.gemm, isDouble: false) }
        library = KernelLibrary(context: context, traits: DeviceTraits(device: device, tuning: tuning))
    }

    /// A backend that uses the compiled kernels of `library`.
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
        let layout = ParameterLayout(configuration.parameterShapes)
        var request = LayerRequest(
            configuration, grid: grid, path: path, training: call.wantsGradients, slots: RecurrentSlots(layout))
        request.boundaryStates = call.initialState != nil
        request.tensors = [("the input", configuration.inputSize)]
        if call.wantsGradients { request.tensors.append(("the gradient by the input", configuration.inputSize)) }
        let layer: any RecurrentPass<Element> = try library.makeRecurrentPass(
            request, recomputing: call.memory.recomputes ? WorkSpace(context: context) : nil,
            bandHeight: call.memory.height)
        layer.faces = LayerFaces(call, configuration, grid: grid)
        return try compute(call, configuration, parameters: parameters, by: layer)
    }

    private func compute(
        _ call: LayerCall<Element>, _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>,
        by layer: any RecurrentPass<Element>
    ) throws -> LayerResult<Element> {
        let store = try ParameterStore<Element>(parameters, context: context)
        let x = try context.makeBuffer(copying: call.input.values)
        let output = try layer.output(
            x: x, parameters: store.values, training: call.wantsGradients, noise: call.noise)
        let shape = Array(call.input.shape.dropLast()) + [configuration.outputSize]
        var result = LayerResult(
            output: Tensor(shape: shape, values: try output.read()), finalState: layer.faces.finalState,
            gradients: nil, cellRange: layer.faces.cellRange)
        guard call.wantsGradients else { return result }

        if let dy = call.outputGradient { try output.write(dy.values) } else { try output.fill(with: 0) }
        let gradients = try context.makeBuffer(of: Element.self, count: store.count)
        let dx = try context.makeBuffer(of: Element.self, count: call.input.count)
        try layer.gradients(
            x: x, dy: output, parameters: store.values, into: gradients, adding: false, inputGradient: dx)
        result.gradients = LayerGradients(
            parameters: ParameterTensors(shapes: configuration.parameterShapes, flat: try gradients.read()),
            input: Tensor(shape: call.input.shape, values: try dx.read()),
            initialState: layer.faces.initialStateGradient)
        return result
    }

    public func makeModel(
        _ model: ModelConfiguration, parameters: ParameterTensors<Element>
    ) throws -> any Model<Element> {
        try OpenCLModel(model, parameters: parameters, library: library, path: path)
    }

    public func makeTrainer(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, training: TrainingConfiguration
    ) throws -> any Trainer<Element> {
        try OpenCLTrainer(model: model, parameters: parameters, training: training, library: library, path: path)
    }
}
