import MDLSTM
import Testing
import _TestSupport

/// The reference's gradients in Double against differences of its forward pass, loss = sum of what a case has gradients by,
/// the output and the states that leave, each * random weights.
struct GradientTests {
    /// Element by element in every tensor, in large ones 16 to 32 elements evenly spread: relative 1e-6, above a floor of
    /// 1e-9 of the tensor's largest gradient, where the rounding of the differences would be larger than 1e-6 of a
    /// gradient near zero; see ``DifferenceCheck``.
    @Test(arguments: LayerCase.chosen.filter(\.small)) func elementsAgreeWithDifferences(_ layer: LayerCase) throws {
        let problem = try GradientProblem(layer)
        let hasSites = try layer.grid.occupiedSiteCount > 0
        for (name, gradient) in problem.gradients.entries {
            // A cell that has an option in its card and no code for it would leave the parameters alone.
            let isParameter = layer.configuration.parameterShapes.contains { $0.name == name }
            #expect(
                !(isParameter && hasSites) || gradient.largestMagnitude > 0, "\(layer.name): nothing depends on \(name)"
            )
            let floor = max(
                layer.differences.relativeFloor * gradient.largestMagnitude, layer.differences.absoluteFloor)
            let spread = Array(stride(from: 0, to: gradient.count, by: max(1, gradient.count / 16)))
            let (elements, differences) = try steadyDifferences(
                at: problem.variables[name]!, step: layer.differences.step, elements: spread,
                hasJumps: layer.differences.hasJumps, absolute: floor, relative: 1e-6
            ) { moved in
                var variables = problem.variables
                variables[name] = moved
                return try problem.loss(variables)
            }
            #expect(2 * elements.count > spread.count, "\(layer.name), gradient by \(name): too many jumps")
            var chosen = Tensor<Double>(zeros: gradient.shape)
            for index in elements { chosen.values[index] = gradient.values[index] }
            expectClose(
                chosen, differences, absolute: floor, relative: 1e-6, "\(layer.name), gradient by \(name)")
        }
    }

    /// One random direction through everything that goes in, shorter in tensors of large gradients: the slope
    /// is the projected gradient, which no wrong element leaves as it is. Relative to the sizes of gradient and
    /// direction, since the sum may cancel. In a case with jumps the first of eight directions without one.
    @Test(arguments: LayerCase.chosen) func projectionAgreesWithDifferences(_ layer: LayerCase) throws {
        let problem = try GradientProblem(layer)
        let gradient = Tensor(shape: [problem.gradients.flat.count], values: problem.gradients.flat)
        for seed in 5..<(layer.differences.hasJumps ? 13 : 6) {
            let direction = problem.direction(seed: UInt64(seed))
            func slope(_ step: Double) throws -> Double {
                try directionalDifference(
                    at: Tensor(shape: gradient.shape, values: problem.variables.flat), along: direction, step: step
                ) { try problem.loss(ParameterTensors(shapes: problem.variables.shapes, flat: $0.values)) }
            }
            let found = try slope(layer.differences.step / 10)
            let allowed = 1e-6 * (dot(gradient, gradient) * dot(direction, direction)).squareRoot()
            if layer.differences.hasJumps, try (slope(layer.differences.step / 20) - found).magnitude > allowed {
                continue
            }
            let projected = dot(gradient, direction)
            #expect((found - projected).magnitude <= allowed, "\(layer.name): \(found), expected \(projected)")
            return
        }
        Issue.record("\(layer.name): every direction meets a jump")
    }
}

/// A case as a function of everything that goes into it, under one set of names: parameters, `input`, `h_k` and `c_k`.
private struct GradientProblem {
    private let layer: LayerCase
    private let call: LayerCall<Double>
    private let outputGradient: Tensor<Double>?
    private let finalStateGradient: BoundaryState<Double>?

    let variables: ParameterTensors<Double>

    /// By each of ``variables``.
    let gradients: ParameterTensors<Double>

    init(_ layer: LayerCase) throws {
        self.layer = layer
        let parameters = layer.parameters(as: Double.self)
        let whole = try layer.call(as: Double.self)
        let d = try #require(
            try ReferenceBackend().run(layer.configuration, parameters: parameters, call: whole).gradients)
        #expect((d.initialState == nil) == (whole.initialState == nil))
        variables = Self.joined(parameters, whole.input, whole.initialState)
        gradients = Self.joined(d.parameters, d.input, d.initialState)
        try #require(gradients.shapes == variables.shapes)
        var forward = whole
        forward.outputGradient = nil
        forward.finalStateGradient = nil
        forward.wantsFinalState = whole.finalStateGradient != nil
        outputGradient = whole.outputGradient
        finalStateGradient = whole.finalStateGradient
        call = forward
    }

    /// A random direction through everything, shorter in tensors of large gradients.
    func direction(seed: UInt64) -> Tensor<Double> {
        let along = gradients.entries.enumerated().flatMap { index, entry in
            let scale = 1 / max(1, entry.tensor.largestMagnitude)
            return Tensor<Double>.random(entry.tensor.shape, bound: scale, seed: seed, tensor: UInt32(index)).values
        }
        return Tensor(shape: [along.count], values: along)
    }

    private static func joined(
        _ parameters: ParameterTensors<Double>, _ input: Tensor<Double>, _ state: BoundaryState<Double>?
    ) -> ParameterTensors<Double> {
        var all = parameters
        all["input"] = input
        for (name, tensor) in state?.named.entries ?? [] { all[name] = tensor }
        return all
    }

    func loss(_ variables: ParameterTensors<Double>) throws -> Double {
        var parameters = ParameterTensors<Double>()
        for shape in layer.configuration.parameterShapes { parameters[shape.name] = variables[shape.name] }
        var call = call
        call.input = variables["input"]!
        for k in call.initialState?.h.indices ?? 0..<0 {
            call.initialState!.h[k] = variables["h_\(k + 1)"]!
            call.initialState!.c[k] = variables["c_\(k + 1)"]!
        }
        let result = try ReferenceBackend().run(layer.configuration, parameters: parameters, call: call)
        var loss = outputGradient.map { dot(result.output, $0) } ?? 0
        for (name, gradient) in finalStateGradient?.named.entries ?? [] {
            loss += dot(result.finalState!.named[name]!, gradient)
        }
        return loss
    }
}
