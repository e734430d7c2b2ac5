/// Runs recurrent layers on the CPU by plain loops: the oracle of every test.
public struct ReferenceBackend<Element: Scalar>: Backend {
    public init() {}

    public func run(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, call: LayerCall<Element>
    ) throws(MDLSTMError) -> LayerResult<Element> {
        let grid = try call.validatedGrid(for: configuration)
        try parameters.validate(against: configuration.parameterShapes)
        let schedule = Schedule(
            grid: grid, directions: configuration.directions, boundaryStates: call.initialState != nil)
        var cell = GravesReference(
            configuration: configuration, schedule: schedule, parameters: parameters,
            initialState: call.initialState)
        cell.forward(input: call.input.values)
        let outputShape = Array(call.input.shape.dropLast()) + [configuration.outputSize]
        return LayerResult(
            output: Tensor(shape: outputShape, values: schedule.gatherOutput(cell.h, width: cell.H)),
            finalState: call.wantsFinalState ? cell.finalState : nil,
            gradients: call.outputGradient.map { gradients(of: cell, call: call, outputGradient: $0) })
    }

    private func gradients(
        of cell: GravesReference<Element>, call: LayerCall<Element>, outputGradient: Tensor<Element>
    ) -> LayerGradients<Element> {
        let d = cell.backward(input: call.input.values, outputGradient: outputGradient.values)
        let configuration = cell.configuration
        return LayerGradients(
            parameters: ParameterTensors(shapes: configuration.parameterShapes, flat: d.W + d.U + d.b + d.P),
            input: Tensor(shape: call.input.shape, values: d.x),
            initialState: call.initialState.map { _ in
                BoundaryState(
                    h: cell.boundary(of: d.h), c: cell.boundary(of: d.c))
            })
    }
}

extension GravesReference {
    /// The part of a state buffer that belongs to the boundary rows, by axis.
    func boundary(of states: [T]) -> [Tensor<T>] {
        (0..<N).map { k in
            let shape = BoundaryState<T>.shape(configuration, grid: schedule.grid, axis: k)
            let first = schedule.firstBoundaryRow(axis: k) * H
            return Tensor(shape: shape, values: Array(states[first..<(first + shape.reduce(1, *))]))
        }
    }

    /// The states that leave the grid.
    var finalState: BoundaryState<T> {
        func leaving(_ states: [T]) -> [Tensor<T>] {
            (0..<N).map { k in
                let values = schedule.finalRows(axis: k).flatMap { row in
                    states[(Int(row) * H)..<(Int(row) * H + H)]
                }
                return Tensor(
                    shape: BoundaryState<T>.shape(configuration, grid: schedule.grid, axis: k), values: values)
            }
        }
        return BoundaryState(h: leaving(h), c: leaving(c))
    }
}

extension Schedule {
    /// The rows of `states` (`[rows, width]`) by site and direction: `[sites, S, width]`, zero where there is none.
    func gatherOutput<T: Scalar>(_ states: [T], width: Int) -> [T] {
        var output = Array(repeating: T(0), count: rowsOfSites.count * width)
        for (index, row) in rowsOfSites.enumerated() where row >= 0 {
            for j in 0..<width { output[index * width + j] = states[Int(row) * width + j] }
        }
        return output
    }
}
