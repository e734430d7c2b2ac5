/// A recurrent layer at work on the CPU.
protocol LayerReference<T> {
    associatedtype T: Scalar

    /// The forward pass over `input`, `[B, E1, .., EN, I]`.
    mutating func forward(input: [T])

    /// The backward pass, after the forward pass over the same input.
    ///
    /// - Parameters:
    ///   - outputGradient: dL/dy, `[B, E1, .., EN, D*H]`.
    ///   - finalState: the gradients by the states that leave the grid; nil for zeros.
    func backward(
        input: [T], outputGradient: [T], finalState: BoundaryState<T>?
    ) -> LayerReferenceGradients<T>

    /// `[sites, directions, H]`.
    var output: [T] { get }

    /// The states that leave the grid.
    var finalState: BoundaryState<T> { get }

    /// Puts what an earlier piece of a sequence left at the boundary of the first axis, of a layer that was made with an
    /// initial state.
    mutating func enter(_ state: CarriedLayer<T>)

    /// What the next piece of a sequence finds.
    var leaving: CarriedLayer<T> { get }

    /// The least and the largest cell state.
    var cellRange: CellRange<T>? { get }
}

/// Gradients by everything that went into a layer.
struct LayerReferenceGradients<T: Scalar> {
    var parameters: ParameterTensors<T>

    /// By the input, `[B, E1, .., EN, I]`.
    var x: [T]

    /// By the states that entered, or would have.
    var initialState: BoundaryState<T>
}

extension LayerConfiguration {
    /// The layer over `grid`, the grid of its input.
    func makeReference<T: Scalar>(
        grid: Grid, parameters: ParameterTensors<T>, initialState: BoundaryState<T>? = nil, noise: NoiseKey? = nil
    ) throws(MDLSTMError) -> any LayerReference<T> {
        try requireReferenceMemory(over: grid, as: T.self)
        let schedule = try schedule(over: grid, boundaryStates: initialState != nil)
        if hasStatesByAxis {
            return GridReference(
                configuration: self, schedule: schedule, parameters: parameters, initialState: initialState)
        }
        return RecurrentReference(
            configuration: self, schedule: schedule, parameters: parameters, initialState: initialState, noise: noise)
    }
}

extension Schedule {
    /// A buffer of states by row, `[R + 1 + Q, width]`: zeros, and the states that enter in the boundary rows.
    func states<T: Scalar>(_ entering: [Tensor<T>]?, width: Int) -> [T] {
        var states = Array(repeating: T(0), count: stateRowCount * width)
        for (k, tensor) in (entering ?? []).enumerated() {
            let first = firstBoundaryRow(axis: k) * width
            for (index, value) in tensor.values.enumerated() { states[first + index] = value }
        }
        return states
    }

    /// The part of `states` that belongs to the boundary rows of axis `k`, `[directions, B, face, width]`; empty
    /// without boundary rows.
    func entering<T: Scalar>(_ states: [T], axis k: Int, width: Int) -> Tensor<T> {
        let shape = faceShape(axis: k, width: width)
        guard hasBoundaryStates else { return Tensor(zeros: shape) }
        let first = firstBoundaryRow(axis: k) * width
        return Tensor(shape: shape, values: Array(states[first..<(first + shape.reduce(1, *))]))
    }

    /// The states that leave the grid along axis `k`, `[directions, B, face, width]`.
    func leaving<T: Scalar>(_ states: [T], axis k: Int, width: Int) -> Tensor<T> {
        let values = finalRows(axis: k).flatMap { states[(Int($0) * width)..<(Int($0) * width + width)] }
        return Tensor(shape: faceShape(axis: k, width: width), values: values)
    }

    /// Adds to `gradients`, `[rows, width]`, those by the states that leave the grid along axis `k`.
    func addLeaving<T: Scalar>(_ tensor: Tensor<T>, axis k: Int, width: Int, to gradients: inout [T]) {
        for (index, row) in finalRows(axis: k).enumerated() where row != zeroRow {
            for j in 0..<width { gradients[Int(row) * width + j] += tensor.values[index * width + j] }
        }
    }

    private func faceShape(axis k: Int, width: Int) -> [Int] {
        [directions.count, grid.batch, grid.faceCount(axis: k), width]
    }

    /// The rows of `states` (`[rows, width]`) by site and direction: `[sites, directions, width]`, zero where there is
    /// none.
    func gatherOutput<T: Scalar>(_ states: [T], width: Int) -> [T] {
        var output = Array(repeating: T(0), count: rowsOfSites.count * width)
        for (index, row) in rowsOfSites.enumerated() where row >= 0 {
            for j in 0..<width { output[index * width + j] = states[Int(row) * width + j] }
        }
        return output
    }
}
