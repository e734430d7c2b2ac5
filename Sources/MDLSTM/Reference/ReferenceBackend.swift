/// Runs recurrent layers on the CPU by plain loops: the oracle of every test.
public struct ReferenceBackend<Element: Scalar>: Backend {
    public init() {}

    public func run(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, call: LayerCall<Element>
    ) throws(MDLSTMError) -> LayerResult<Element> {
        let grid = try call.validatedGrid(for: configuration)
        try configuration.validateSize(of: grid)
        try parameters.validate(against: configuration.parameterShapes)
        try requireMemory(for: configuration.referenceValues(over: grid), of: Element.self, "the states of the layer")
        var layer = try configuration.makeReference(
            grid: grid, parameters: parameters, initialState: call.initialState, noise: call.noise)
        layer.forward(input: call.input.values)
        let outputShape = Array(call.input.shape.dropLast()) + [configuration.outputSize]
        let output = Tensor(shape: outputShape, values: layer.output)
        return LayerResult(
            output: output, finalState: call.wantsFinalState ? layer.finalState : nil,
            gradients: call.wantsGradients ? gradients(of: layer, call, outputShape: outputShape) : nil,
            cellRange: call.wantsCellRange ? layer.cellRange : nil)
    }

    private func gradients(
        of layer: any LayerReference<Element>, _ call: LayerCall<Element>, outputShape: [Int]
    ) -> LayerGradients<Element> {
        let dy = call.outputGradient ?? Tensor(zeros: outputShape)
        let d = layer.backward(
            input: call.input.values, outputGradient: dy.values, finalState: call.finalStateGradient)
        return LayerGradients(
            parameters: d.parameters, input: Tensor(shape: call.input.shape, values: d.x),
            initialState: call.initialState.map { _ in d.initialState })
    }
}

extension LayerConfiguration {
    /// Gates, states and output of all rows; no more than fit an Int.
    fileprivate func referenceValues(over grid: Grid) -> Int {
        let rows = Double(grid.siteCount) * Double(directions.count) * Double(depth * cellsPerSite)
        return Int(min(rows * Double(gates.count + 3) * Double(hiddenSize), 0x1p62))
    }
}
