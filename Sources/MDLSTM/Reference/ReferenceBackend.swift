/// Runs recurrent layers on the CPU by plain loops: the oracle of every test.
public struct ReferenceBackend<Element: Scalar>: Backend {
    public init() {}

    public func run(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, call: LayerCall<Element>
    ) throws(MDLSTMError) -> LayerResult<Element> {
        let grid = try call.validatedGrid(for: configuration)
        try configuration.validateSize(of: grid)
        try parameters.validate(against: configuration.parameterShapes)
        if call.wantsGradients {
            // As many again, of everything.
            try configuration.requireReferenceMemory(over: grid, as: Element.self, times: 2)
        }
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
    /// Refuses a grid over which the reference has no memory for gates, states, output and schedule of all rows.
    ///
    /// Throws `.outOfMemory`.
    func requireReferenceMemory<T: Scalar>(
        over grid: Grid, as type: T.Type, times: Int = 1
    ) throws(MDLSTMError) {
        let limit = MemoryLimit.tightest
        let needed = referenceBytes(over: grid, as: type) * Double(times)
        guard needed > Double(limit.left) else { return }
        let sites = Double(grid.siteCount) * Double(limit.left) / needed
        throw limit.isExceeded(
            by: "the states of the layer would take \(Int(min(needed, 0x1p62))) bytes",
            fits: counted(Int(sites), "site"),
            advice: "take a smaller input, or fewer hidden units")
    }

    private func referenceBytes<T: Scalar>(over grid: Grid, as type: T.Type) -> Double {
        let rows = Double(grid.siteCount) * Double(directions.count) * Double(depth)
        let norms = [LayerNorm.none: 0, .inputRecurrentCell: 2][options.layerNorm] ?? 1
        // Of every cell of a site: gates, their values before layer norm, two states, the new one; then the output twice.
        let values = Double((gates.count * (1 + norms) + 3) * cellsPerSite + 2) * Double(hiddenSize)
        // Predecessors and successors by axis; sites and rows in four orders, and while these are made, once more.
        let tables = Double(4 * 2 * (2 * axes + 4))
        return rows * (values * Double(MemoryLayout<T>.stride) + tables)
    }
}
