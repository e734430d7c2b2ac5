/// One recurrent layer over one grid with deterministic data, for gradient checks and parity of backends.
///
/// A new case is one line in `LayerCases+All.swift`, `LayerCases+Cells.swift` or `LayerCases+Grid.swift`; its numbers follow
/// from its name.
package struct LayerCase: Sendable, CustomStringConvertible {
    /// Unique; what differs from the other cases.
    package let name: String
    package let configuration: LayerConfiguration
    package let batch: Int
    package let extents: [Int]

    /// Extents of each sample of a ragged batch, or nil.
    package let samples: [[Int]]?

    /// Whether states enter at the faces of the grid, and there are gradients by those that leave it.
    package let hasStates: Bool

    /// Which gradients of the loss the call gives, those by the states only in a case with states.
    package var gradients = GivenGradients.both

    /// Whether the call has the masks of a training step.
    package var hasNoise = false

    /// Height of the bands whose states are computed again for the gradients; nil where all states are kept.
    package var recomputedHeight: Int?

    /// Whether differences of every element are cheap enough for a debug build.
    package let small: Bool

    /// Whether all parameters are zero, so that all gates of a kind are equal.
    package var hasZeroParameters = false

    /// How its gradients are compared with differences.
    package var differences = DifferenceCheck()

    /// Varies all numbers of the case; 0 for those of the tests.
    package var variation: UInt64 = 0

    package var description: String { name }

    /// The grid of the case.
    package var grid: Grid {
        get throws {
            try samples.map { try Grid(extents: extents, samples: $0) } ?? Grid(batch: batch, extents: extents)
        }
    }

    /// Every parameter is random, biases and peepholes too, in sizes that keep most gates from saturating.
    package func parameters<T: Scalar>(as type: T.Type = T.self) -> ParameterTensors<T> {
        if hasZeroParameters { return ParameterTensors(zeros: configuration.parameterShapes) }
        var parameters = configuration.initialParameters(seed: seed, as: T.self)
        for (index, (name, tensor)) in parameters.entries.enumerated() {
            let isPeephole = name.hasPrefix("weight_ch") && !configuration.options.extended
            guard name.contains("bias") || name == "norm_weight" || isPeephole else { continue }
            var values: Tensor<Double> = random(tensor.shape, bound: 0.5, tensor: UInt32(100 + index))
            // Gains around 1, as they are in practice.
            if name == "norm_weight" { values.values = values.values.map { 1 + $0 } }
            parameters[name] = values.converted(to: T.self)
        }
        return parameters
    }

    /// `[B, E1, .., EN, I]`.
    package func input<T: Scalar>(as type: T.Type = T.self) -> Tensor<T> {
        random([batch] + extents + [configuration.inputSize], tensor: 2)
    }

    /// dL/dy, `[B, E1, .., EN, D*H]`.
    package func outputGradient<T: Scalar>(as type: T.Type = T.self) -> Tensor<T> {
        random([batch] + extents + [configuration.outputSize], tensor: 3)
    }

    /// The states that enter, nil in a case without.
    package func initialState<T: Scalar>(as type: T.Type = T.self) throws -> BoundaryState<T>? {
        hasStates ? try randomState(axes: configuration.inputAxes, tensor: 4) : nil
    }

    /// dL/dh_k and dL/dc_k by the states that leave, nil in a case without.
    package func finalStateGradient<T: Scalar>(as type: T.Type = T.self) throws -> BoundaryState<T>? {
        hasStates && gradients != .output ? try randomState(axes: configuration.axes, tensor: 40) : nil
    }

    private func randomState<T: Scalar>(axes: Int, tensor: Int) throws -> BoundaryState<T> {
        let grid = try grid
        let shapes = (0..<axes).map { BoundaryState<T>.shape(configuration, grid: grid, axis: $0) }
        return BoundaryState(
            h: shapes.enumerated().map { random($1, tensor: UInt32(tensor + 2 * $0)) },
            c: shapes.enumerated().map { random($1, tensor: UInt32(tensor + 1 + 2 * $0)) })
    }

    /// The whole call: forward and backward, the states that leave wanted.
    package func call<T: Scalar>(as type: T.Type = T.self) throws -> LayerCall<T> {
        LayerCall(
            input: input(), samples: samples, initialState: try initialState(), wantsFinalState: true,
            outputGradient: gradients == .states ? nil : outputGradient(),
            finalStateGradient: try finalStateGradient(),
            noise: hasNoise ? NoiseKey(seed: 3, step: 5, layer: 2) : nil,
            memory: recomputedHeight.map { .recomputed(height: $0) } ?? .automatic)
    }

    /// The bytes of the name, mixed (FNV-1a).
    private var seed: UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325 &+ variation) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private func random<T: Scalar>(_ shape: [Int], bound: Double = 1, tensor: UInt32) -> Tensor<T> {
        .random(shape, bound: bound, seed: seed, tensor: tensor)
    }
}

/// The gradients of the loss that a call gives: by the output, by the states that leave the grid, or both.
package enum GivenGradients: Sendable { case both, output, states }
