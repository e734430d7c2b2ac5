public import MDLSTM

extension OpenCLBackend {
    /// Runs one recurrent layer forward over an input that is read, and whose output is written, in bands.
    ///
    /// The device holds one band of input, states and output; with files, the host holds a few megabytes. The output
    /// equals the one of ``run(_:parameters:call:)``. Directions that scan axis 1 backwards take a second pass over the
    /// input.
    ///
    /// - Parameters:
    ///   - configuration: the layer
    ///   - parameters: its parameters
    ///   - input: `[B, E1, .., EN, I]`: a tensor or a `NumpyInput`
    ///   - output: `[B, E1, .., EN, D*H]`, D the directions: a `NumpyOutput`
    ///   - call: what else goes in
    /// - Throws: `MDLSTMError` when the call does not fit the layer or the layer has no axis to cut; `OpenCLError` when
    ///   the device fails; what `input` and `output` throw.
    public func stream(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, from input: any BandInput<Element>,
        to output: any BandOutput<Element>, call: StreamCall<Element> = StreamCall()
    ) throws -> StreamResult<Element> {
        let grid = try call.validatedGrid(ofInput: input.shape, for: configuration)
        let layer = try StreamedLayer(
            configuration, parameters: try parameters.ordered(as: configuration.parameterShapes), grid: grid,
            height: call.bandHeight ?? bandMemory(configuration, grid: grid).height, library: library, path: path)
        return try layer.run(from: input, to: output, call: call)
    }

    /// The height of the bands of a call; nil where it is computed at once.
    func bandHeight(
        of call: LayerCall<Element>, _ configuration: LayerConfiguration, grid: Grid
    ) -> Int? {
        guard !call.wantsGradients, call.noise == nil, configuration.inputAxes > 0 else { return nil }
        let memory = bandMemory(configuration, grid: grid)
        let height = call.memory.height ?? (memory.isSmall ? grid.extents[0] : memory.height)
        return height < grid.extents[0] ? height : nil
    }

    /// A call computed in bands, its input and output whole in memory.
    func runBands(
        ofHeight height: Int, _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>,
        call: LayerCall<Element>, grid: Grid
    ) throws -> LayerResult<Element> {
        let layer = try StreamedLayer(
            configuration, parameters: parameters, grid: grid, height: height, library: library, path: path)
        let shape = Array(call.input.shape.dropLast()) + [configuration.outputSize]
        let count = shape.reduce(1, *)
        try requireMemory(
            for: count, of: Element.self, "the output \(shape)",
            advice: "take a smaller input, or 'mdlstm run --stream'")
        var result: StreamResult<Element>?
        let values = try [Element](unsafeUninitializedCapacity: count) { memory, initializedCount in
            if grid.isRagged { memory.initialize(repeating: 0) }
            result = try layer.run(
                from: call.input, to: MemoryOutput(shape: shape, memory: memory), call: StreamCall(call))
            initializedCount = count
        }
        return LayerResult(
            output: Tensor(shape: shape, values: values), finalState: result?.finalState, gradients: nil,
            cellRange: result?.cellRange)
    }

    func bandMemory(_ configuration: LayerConfiguration, grid: Grid) -> BandMemory {
        BandMemory(configuration, grid: grid, traits: library.traits, precision: Element.precision)
    }
}

extension StreamCall {
    /// What goes in and is wanted at the faces of the grid of `call`.
    init(_ call: LayerCall<Element>) {
        self.init(
            samples: call.samples, initialState: call.initialState, wantsFinalState: call.wantsFinalState,
            wantsCellRange: call.wantsCellRange)
    }
}
