import MDLSTM
import Testing
import _TestSupport

/// Whole layers of the reference: tiles, axes that do not count, precision, extreme inputs.
struct GravesReferenceTests {
    private let backend = ReferenceBackend<Double>()

    private func makeLayer(_ signs: String, I: Int = 2, H: Int = 3, peepholes: Bool = true) throws -> LayerConfiguration
    {
        try LayerConfiguration(
            inputSize: I, hiddenSize: H, directions: [Direction(signs)!], peepholes: peepholes)
    }

    /// Two halves of a grid, the states that leave the first entering the second, are the whole grid.
    @Test(arguments: Direction.all(axes: 2), [0, 1])
    func tilesAreTheWhole(direction: Direction, axis: Int) throws {
        let layer = try makeLayer(direction.description)
        let parameters: ParameterTensors<Double> = layer.initialParameters(seed: 3)
        let input = Tensor<Double>.random([2, 7, 5, 2])
        let entering = randomState(layer, grid: try Grid(batch: 2, extents: [7, 5]))
        let whole = try backend.run(
            layer, parameters: parameters,
            call: LayerCall(input: input, initialState: entering, wantsFinalState: true))

        var state = entering
        var outputs: [Tensor<Double>] = []
        var acrossH: [Tensor<Double>] = []
        var acrossC: [Tensor<Double>] = []
        let split = axis == 0 ? [0..<3, 3..<7] : [0..<4, 4..<5]
        for range in direction.reversed[axis] ? split.reversed() : split {
            // Along the axis enters what left the tile before; across it, this tile's part of the outer states.
            let across = 1 - axis
            state.h[across] = entering.h[across].slice(0..<1, 0..<2, range)
            state.c[across] = entering.c[across].slice(0..<1, 0..<2, range)
            let box = axis == 0 ? [0..<2, range] : [0..<2, 0..<7, range]
            let tile = try backend.run(
                layer, parameters: parameters,
                call: LayerCall(input: input.slice(box), initialState: state, wantsFinalState: true))
            outputs.append(tile.output)
            let leaving = try #require(tile.finalState)
            acrossH.append(leaving.h[across])
            acrossC.append(leaving.c[across])
            state = leaving
        }
        if direction.reversed[axis] {
            outputs.reverse()
            acrossH.reverse()
            acrossC.reverse()
        }
        expectSame(.joined(outputs, axis: axis + 1), whole.output)
        expectSame(state.h[axis], whole.finalState!.h[axis], "h along the axis")
        expectSame(state.c[axis], whole.finalState!.c[axis], "c along the axis")
        expectSame(.joined(acrossH, axis: 2), whole.finalState!.h[1 - axis], "h across the axis")
        expectSame(.joined(acrossC, axis: 2), whole.finalState!.c[1 - axis], "c across the axis")
    }

    private func randomState(_ layer: LayerConfiguration, grid: Grid) -> BoundaryState<Double> {
        func states(_ first: UInt32) -> [Tensor<Double>] {
            (0..<grid.axes).map { k in
                .random(BoundaryState<Double>.shape(layer, grid: grid, axis: k), tensor: first + UInt32(k))
            }
        }
        return BoundaryState(h: states(10), c: states(20))
    }

    /// An axis of one site adds a forget gate that has nothing to forget.
    @Test(arguments: [0, 1], ["+", "-"]) func axisOfOneSiteChangesNothing(dropped: Int, sign: String) throws {
        let (I, H) = (2, 3)
        let flat = try makeLayer("\(sign)\(sign)", I: I, H: H)
        let line = try makeLayer(sign, I: I, H: H)
        let parameters: ParameterTensors<Double> = flat.initialParameters(seed: 4)
        func withoutGate(_ tensor: Tensor<Double>, axis: Int, rows: Int) -> Tensor<Double> {
            let leading = tensor.shape[..<axis].map { 0..<$0 }
            let gate = 1 + dropped
            return .joined(
                [
                    tensor.slice(leading + [0..<(gate * rows)]),
                    tensor.slice(leading + [((gate + 1) * rows)..<tensor.shape[axis]]),
                ], axis: axis)
        }
        var own = ParameterTensors<Double>()
        own["weight_ih"] = withoutGate(parameters["weight_ih"]!, axis: 1, rows: H)
        let kept = 1 - dropped
        own["weight_hh"] = withoutGate(parameters["weight_hh"]!.slice(0..<1, kept..<(kept + 1)), axis: 2, rows: H)
        own["bias"] = withoutGate(parameters["bias"]!, axis: 1, rows: H)
        own["weight_ch"] = withoutGate(parameters["weight_ch"]!, axis: 1, rows: 1)

        let input = Tensor<Double>.random([2, 5, I])
        let grid = dropped == 0 ? [2, 1, 5, I] : [2, 5, 1, I]
        let wide = try backend.run(flat, parameters: parameters, call: LayerCall(input: input.reshaped(grid)))
        let narrow = try backend.run(line, parameters: own, call: LayerCall(input: input))
        expectSame(wide.output.reshaped([2, 5, H]), narrow.output)
    }

    @Test func cellLSTMIsGravesOverOneAxis() throws {
        for layer in LayerCase.all
        where layer.configuration.cell == .lstm && layer.configuration.options.variant == .standard {
            var other = layer.configuration
            other.cell = .graves
            let call: LayerCall<Double> = try layer.call()
            let a = try backend.run(layer.configuration, parameters: layer.parameters(), call: call)
            let b = try backend.run(other, parameters: layer.parameters(), call: call)
            expectSame(a.output, b.output)
            #expect(a.gradients!.parameters == b.gradients!.parameters)
        }
    }

    @Test func finalStateAndGradientsAreGivenOnlyWhenAskedFor() throws {
        let layer = try makeLayer("++")
        let input = Tensor<Double>.random([1, 2, 3, 2])
        let result = try backend.run(
            layer, parameters: layer.initialParameters(seed: 1), call: LayerCall(input: input))
        #expect(result.finalState == nil && result.gradients == nil)
    }

    /// Zeros in give zeros out where the biases are zero, and finite gradients: nothing is divided.
    @Test(arguments: [false, true]) func zerosStayFinite(zeroParameters: Bool) throws {
        let layer = try makeLayer("+-")
        let parameters: ParameterTensors<Double> =
            zeroParameters
            ? ParameterTensors(zeros: layer.parameterShapes) : layer.initialParameters(seed: 1)
        let result = try backend.run(
            layer, parameters: parameters,
            call: LayerCall(
                input: Tensor(zeros: [1, 3, 5, 2]), outputGradient: Tensor(repeating: 1, shape: [1, 3, 5, 3])))
        expectSame(result.output, Tensor(zeros: [1, 3, 5, 3]))
        let gradients = try #require(result.gradients)
        #expect(gradients.input.firstNonFinite == nil)
        for (_, tensor) in gradients.parameters.entries { #expect(tensor.firstNonFinite == nil) }
        #expect(gradients.parameters["bias"]!.largestMagnitude > 0)
    }

    /// Pre-activations far beyond where exp overflows saturate the gates and nothing more.
    @Test(arguments: [1e4, -1e4, 1e30, -1e30]) func largeInputsSaturate(magnitude: Double) throws {
        let layer = try makeLayer("++")
        let parameters: ParameterTensors<Float> = layer.initialParameters(seed: 1)
        let result = try ReferenceBackend<Float>().run(
            layer, parameters: parameters,
            call: LayerCall(
                input: Tensor(repeating: Float(magnitude), shape: [1, 3, 3, 2]),
                outputGradient: Tensor(repeating: 1, shape: [1, 3, 3, 3])))
        #expect(result.output.firstNonFinite == nil)
        #expect(result.output.values.allSatisfy { $0.magnitude <= 1 })
        let gradients = try #require(result.gradients)
        #expect(gradients.input.firstNonFinite == nil)
        for (name, tensor) in gradients.parameters.entries { #expect(tensor.firstNonFinite == nil, "\(name)") }
    }

    /// Float against Double: NMSE 1e-9 forward and 1e-7 backward over a layer, and one cell element by element.
    @Test(arguments: LayerCase.chosen) func floatIsCloseToDouble(_ layer: LayerCase) throws {
        let single = try ReferenceBackend<Float>().run(
            layer.configuration, parameters: layer.parameters(), call: layer.call())
        let double = try backend.run(
            layer.configuration, parameters: layer.parameters(), call: layer.call())
        expectNMSE(actual: single.output, expected: double.output, below: 1e-9)
        expectNMSE(actual: single.gradients!.input, expected: double.gradients!.input, below: 1e-7)
        for (name, tensor) in double.gradients!.parameters.entries {
            expectNMSE(actual: single.gradients!.parameters[name]!, expected: tensor, below: 1e-7, name)
        }
        // The depth of a grid, among them.
        for k in double.finalState!.h.indices {
            expectNMSE(actual: single.finalState!.h[k], expected: double.finalState!.h[k], below: 1e-9)
            expectNMSE(actual: single.finalState!.c[k], expected: double.finalState!.c[k], below: 1e-9)
        }
        guard try layer.grid.siteCount == layer.batch else { return }
        expectClose(single.output, double.output, absolute: 1e-6, relative: 1e-5)
        expectClose(single.finalState!.c[0], double.finalState!.c[0], absolute: 1e-6, relative: 1e-5)
        expectClose(single.gradients!.input, double.gradients!.input, absolute: 1e-6, relative: 1e-5)
    }
}
