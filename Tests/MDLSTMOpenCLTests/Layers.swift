import MDLSTM
import Testing
import _TestSupport

/// A layer of the directions `signs`, written with spaces between.
func makeLayer(
    _ signs: String, I: Int, H: Int, cell: Cell = .graves, peepholes: Bool = true
) throws -> LayerConfiguration {
    let directions = try signs.split(separator: " ").map { try #require(Direction(String($0))) }
    return try LayerConfiguration(
        cell: cell, inputSize: I, hiddenSize: H, directions: directions, peepholes: peepholes)
}

extension LayerConfiguration {
    /// Every parameter random, biases and peepholes too.
    func randomParameters<T: Scalar>(as type: T.Type = T.self) -> ParameterTensors<T> {
        var parameters: ParameterTensors<T> = initialParameters(seed: 3)
        parameters["bias"] = .random(parameters["bias"]!.shape, bound: 0.5, seed: 3)
        if let shape = parameters["weight_ch"]?.shape {
            parameters["weight_ch"] = .random(shape, bound: 0.5, seed: 4)
        }
        return parameters
    }

    /// A forward and a backward pass over random numbers, the states that leave wanted.
    func randomCall<T: Scalar>(
        batch: Int, _ extents: [Int], samples: [[Int]]? = nil, states: Bool = false, as type: T.Type = T.self
    ) throws -> LayerCall<T> {
        var call = LayerCall<T>(
            input: .random([batch] + extents + [inputSize], seed: 5), samples: samples, wantsFinalState: true,
            outputGradient: .random([batch] + extents + [outputSize], seed: 6))
        if states {
            let grid = try Grid(batch: batch, extents: extents)
            let shapes = extents.indices.map { BoundaryState<T>.shape(self, grid: grid, axis: $0) }
            call.initialState = BoundaryState(
                h: shapes.map { .random($0, seed: 7) }, c: shapes.map { .random($0, seed: 8) })
        }
        return call
    }
}

extension LayerResult {
    /// What a forward pass gives, by name.
    var forwardTensors: [(name: String, tensor: Tensor<Element>)] {
        [("the output", output)] + (finalState?.named.entries ?? [])
    }

    /// What a backward pass gives, by name.
    var backwardTensors: [(name: String, tensor: Tensor<Element>)] {
        guard let gradients else { return [] }
        let tensors =
            [("input", gradients.input)] + gradients.parameters.entries
            + (gradients.initialState?.named.entries ?? [])
        return tensors.map { ("the gradient of \($0.0)", $0.1) }
    }
}

/// Expects two results with the same bits in every tensor.
func expectSameBits<T: Scalar>(
    _ actual: LayerResult<T>, _ expected: LayerResult<T>, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let pairs = zip(
        actual.forwardTensors + actual.backwardTensors, expected.forwardTensors + expected.backwardTensors)
    #expect(actual.backwardTensors.count == expected.backwardTensors.count, sourceLocation: sourceLocation)
    for (a, b) in pairs { expectSame(a.tensor, b.tensor, "\(what)\(a.name)", sourceLocation: sourceLocation) }
}

/// Expects a result within the tolerance for whole layers.
func expectParity<T: Scalar>(
    _ actual: LayerResult<T>, _ expected: LayerResult<Double>, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let tolerance = ParityTolerance(T.precision)
    for (pairs, bound) in [
        (zip(actual.forwardTensors, expected.forwardTensors), tolerance.forward),
        (zip(actual.backwardTensors, expected.backwardTensors), tolerance.backward),
    ] {
        for (a, b) in pairs {
            let error = normalizedError(a.tensor.values, b.tensor.values)
            #expect(error <= bound, "\(what), \(a.name)", sourceLocation: sourceLocation)
        }
    }
    #expect(actual.backwardTensors.count == expected.backwardTensors.count, sourceLocation: sourceLocation)
}
