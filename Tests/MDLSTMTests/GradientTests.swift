import MDLSTM
import Testing
import _TestSupport

/// The reference's gradients in Double against differences of its forward pass, loss = sum of output * random weights.
struct GradientTests {
    private let backend = ReferenceBackend<Double>()

    /// Element by element in every tensor, in large ones 20 to 40 elements evenly spread: relative 1e-6, above a floor of
    /// 1e-9 of the tensor's largest gradient, where the rounding of the differences would be larger than 1e-6 of a
    /// gradient near zero.
    @Test(arguments: LayerCase.small)
    func elementsAgreeWithDifferences(_ layer: LayerCase) throws {
        for (name, gradient, tensor, loss) in try checks(of: layer) {
            let elements = Array(stride(from: 0, to: tensor.count, by: max(1, tensor.count / 20)))
            let differences = try centralDifferences(
                at: tensor, step: layer.differenceStep, elements: elements, of: loss)
            var chosen = Tensor<Double>(zeros: tensor.shape)
            for index in elements { chosen.values[index] = gradient.values[index] }
            expectClose(
                chosen, differences, absolute: 1e-9 * gradient.largestMagnitude, relative: 1e-6,
                "\(layer.name), gradient by \(name)")
        }
    }

    /// One random direction through each whole tensor: the slope is the projected gradient, which no wrong element
    /// leaves as it is. Relative to the sizes of gradient and direction, since the sum may cancel.
    @Test(arguments: LayerCase.all)
    func projectionsAgreeWithDifferences(_ layer: LayerCase) throws {
        for (name, gradient, tensor, loss) in try checks(of: layer) {
            let along = Tensor<Double>.random(tensor.shape, seed: 5)
            let slope = try directionalDifference(
                at: tensor, along: along, step: layer.differenceStep / 10, of: loss)
            let allowed = 1e-6 * (dot(gradient, gradient) * dot(along, along)).squareRoot()
            let difference = (slope - dot(gradient, along)).magnitude
            #expect(difference <= allowed, "\(layer.name), slope by \(name): \(slope), allowed \(allowed)")
        }
    }

    private typealias Check = (
        name: String, gradient: Tensor<Double>, at: Tensor<Double>, loss: (Tensor<Double>) throws -> Double
    )

    /// For everything that goes into the layer: its gradient, its value, and the loss as a function of it.
    private func checks(of layer: LayerCase) throws -> [Check] {
        let parameters = layer.parameters(as: Double.self)
        let call = try layer.call(as: Double.self)
        let gradients = try #require(
            try backend.run(layer.configuration, parameters: parameters, call: call).gradients)
        var forward = call
        forward.outputGradient = nil
        forward.wantsFinalState = false
        let backend = backend
        let weights = layer.outputGradient(as: Double.self)
        func loss(_ parameters: ParameterTensors<Double>, _ call: LayerCall<Double>) throws -> Double {
            let output = try backend.run(layer.configuration, parameters: parameters, call: call).output
            return dot(output, weights)
        }

        var checks: [Check] = []
        for (name, tensor) in parameters.entries {
            let gradient = try #require(gradients.parameters[name])
            checks.append(
                (
                    name, gradient, tensor,
                    { moved in
                        var own = parameters
                        own[name] = moved
                        return try loss(own, forward)
                    }
                ))
        }
        checks.append(
            (
                "input", gradients.input, call.input,
                { moved in
                    var own = forward
                    own.input = moved
                    return try loss(parameters, own)
                }
            ))
        guard let state = call.initialState else {
            #expect(gradients.initialState == nil)
            return checks
        }
        let d = try #require(gradients.initialState)
        for k in state.h.indices {
            for (letter, path) in [("h", \BoundaryState<Double>.h), ("c", \.c)] {
                checks.append(
                    (
                        "\(letter)_\(k + 1)", d[keyPath: path][k], state[keyPath: path][k],
                        { moved in
                            var own = forward
                            own.initialState![keyPath: path][k] = moved
                            return try loss(parameters, own)
                        }
                    ))
            }
        }
        return checks
    }
}

extension LayerCase {
    /// Step of the differences: shorter where a layer norm makes the loss bend more, shorter still where a clip would
    /// bring its corners within reach.
    fileprivate var differenceStep: Double {
        if configuration.options.cellClip != nil { return 1e-5 }
        return configuration.options.layerNorm == .none ? 1e-3 : 2e-5
    }
}
