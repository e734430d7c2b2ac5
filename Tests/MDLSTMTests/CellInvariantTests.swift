import MDLSTM
import Testing
import _TestSupport

/// What holds whatever the weights: bounds of cell states, gradients that stay finite over large grids.
struct CellInvariantTests {
    private func make(
        _ cell: Cell, axes: Int = 2, I: Int = 2, H: Int = 7, _ change: (inout CellOptions) -> Void = { _ in }
    ) throws -> LayerConfiguration {
        try LayerConfiguration(
            cell: cell, inputSize: I, hiddenSize: H, directions: [.forward(axes: axes)], options: CellOptions(change))
    }

    /// Every parameter in ±bound.
    private func parameters<T: Scalar>(_ layer: LayerConfiguration, bound: Double) -> ParameterTensors<T> {
        var parameters = ParameterTensors<T>(zeros: layer.parameterShapes)
        for (index, (name, tensor)) in parameters.entries.enumerated() {
            parameters[name] = .random(tensor.shape, bound: bound, seed: 9, tensor: UInt32(index))
        }
        return parameters
    }

    private func expectFinite<T: Scalar>(
        _ result: LayerResult<T>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.output.firstNonFinite == nil, sourceLocation: sourceLocation)
        #expect(result.gradients?.input.firstNonFinite == nil, sourceLocation: sourceLocation)
        for (name, tensor) in result.gradients!.parameters.entries {
            #expect(tensor.firstNonFinite == nil, "\(name)", sourceLocation: sourceLocation)
        }
    }

    /// One site under large weights: `leaky` stays within the largest of 1 and its predecessors, `stable` and
    /// `spatial` with a mean add at most |i g| < 1 to them, `graves` adds the predecessors up and keeps neither bound.
    @Test(arguments: [1, 2, 3], [1.0, 30]) func boundsOfOneSite(axes: Int, bound: Double) throws {
        let (B, H) = (53, 7)
        let shape = [1, B, 1, H]
        for cell in [Cell.leaky, .stable, .spatial, .graves] {
            let layer = try make(cell, axes: axes) {
                $0.peepholes = cell == .leaky
                $0.forgetSum = cell == .spatial ? .mean : .sum
            }
            let c = (0..<axes).map { Tensor<Double>.random(shape, bound: 5, seed: 2, tensor: UInt32($0)) }
            let h = (0..<axes).map { Tensor<Double>.random(shape, seed: 3, tensor: UInt32($0)) }
            let result = try ReferenceBackend<Double>().run(
                layer, parameters: parameters(layer, bound: bound),
                call: LayerCall(
                    input: .random([B] + Array(repeating: 1, count: axes) + [2]),
                    initialState: BoundaryState(h: h, c: c), wantsFinalState: true))
            var beyond = 0
            for (index, value) in result.finalState!.c[0].values.enumerated() {
                let before = c.map { $0.values[index].magnitude }.max()!
                let limit = cell == .leaky ? max(1, before) : before + 1
                if value.magnitude > limit * (1 + 1e-14) { beyond += 1 }
            }
            #expect(cell == .graves && axes > 1 ? beyond > 0 : beyond == 0, "\(cell), \(axes) axes")
        }
    }

    /// From zero states: |c| of `leaky` never above 1, of `stable` never above the number of steps, while `graves`
    /// grows far beyond both.
    @Test func boundsOfAGrid() throws {
        func largest(_ cell: Cell) throws -> Double {
            let layer = try make(cell, H: 3)
            var large: ParameterTensors<Double> = parameters(layer, bound: 3)
            large["bias"]!.values = large["bias"]!.values.map { $0 + 3 }
            let range = try ReferenceBackend<Double>().run(
                layer, parameters: large, call: LayerCall(input: .random([1, 13, 11, 2]), wantsCellRange: true)
            ).cellRange!
            return max(range.largest, -range.least)
        }
        #expect(try largest(.leaky) <= 1)
        #expect(try (1...23).contains(largest(.stable)))
        #expect(try largest(.graves) > 1000)
    }

    /// Forty thousand sites with weights of scale 1.
    @Test func leakyOverALargeGridStaysFinite() throws {
        let layer = try make(.leaky, I: 1, H: 2) { $0.peepholes = true }
        let input = Tensor<Float>.random([1, 200, 200, 1])
        let result = try ReferenceBackend<Float>().run(
            layer, parameters: parameters(layer, bound: 1),
            call: LayerCall(
                input: input, outputGradient: Tensor(repeating: 1, shape: [1, 200, 200, 2]), wantsCellRange: true))
        expectFinite(result)
        #expect(result.cellRange!.largest <= 1 && result.cellRange!.least >= -1)
        #expect(result.gradients!.parameters["weight_hh"]!.values.contains { $0 != 0 })
    }

    /// Where nothing varies, a layer norm's derivative 1 / sqrt(epsilon) would multiply up to infinity from site to site;
    /// it counts as 0 there. dL/dy differs between units: of equal ones the norm takes the mean off, whatever its factor.
    @Test(arguments: [Cell.graves, .lstm, .spatial, .stable], LayerNorm.allCases.filter { $0 != .none })
    func normOfNothingHasFiniteGradients(cell: Cell, norm: LayerNorm) throws {
        let axes = cell.defaultAxes
        let layer = try make(cell, axes: axes, I: 1, H: 2) { $0.layerNorm = norm }
        let sites = [1] + Array(repeating: 64, count: axes)
        var outputGradient = Tensor<Float>(repeating: 1, shape: sites + [2])
        for odd in stride(from: 1, to: outputGradient.count, by: 2) { outputGradient.values[odd] = -0.5 }
        // An image of zeros, and a constant one whose units all have the same weights.
        let initial: ParameterTensors<Float> = layer.initialParameters(seed: 1)
        var equal = initial
        for name in ["weight_ih", "weight_hh"] { equal[name] = Tensor(repeating: 0.7, shape: initial[name]!.shape) }
        for (parameters, value) in [(initial, Float(0)), (equal, 0.3)] {
            let result = try ReferenceBackend<Float>().run(
                layer, parameters: parameters,
                call: LayerCall(input: Tensor(repeating: value, shape: sites + [1]), outputGradient: outputGradient))
            expectFinite(result)
            #expect(result.gradients!.parameters["norm_bias"]!.values.contains { $0 != 0 })
        }
    }
}
