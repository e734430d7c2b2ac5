import MDLSTM
import Testing
import _TestSupport

/// Calls that do not fit their layer: the message names what was found and what the layer expects.
struct LayerCallTests {
    private let layer: LayerConfiguration
    private let good: LayerCall<Double>

    init() throws {
        layer = try LayerConfiguration(
            inputSize: 3, hiddenSize: 5, directions: ["++", "-+"], peepholes: true)
        var call = LayerCall<Double>(input: .random([2, 7, 11, 3]), outputGradient: .random([2, 7, 11, 10]))
        call.initialState = BoundaryState(zeros: layer, grid: try Grid(batch: 2, extents: [7, 11]))
        good = call
    }

    private func expectRefused(
        _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
        change: (inout LayerCall<Double>, inout ParameterTensors<Double>) throws -> Void
    ) {
        expectMDLSTMError(.data, parts, sourceLocation: sourceLocation) {
            var call = good
            var parameters: ParameterTensors<Double> = layer.initialParameters(seed: 1)
            try change(&call, &parameters)
            _ = try ReferenceBackend<Double>().run(layer, parameters: parameters, call: call)
        }
    }

    @Test func goodCallRuns() throws {
        let result = try ReferenceBackend<Double>().run(
            layer, parameters: layer.initialParameters(seed: 1), call: good)
        #expect(result.output.shape == [2, 7, 11, 10])
    }

    /// A sample without sites has zeros in output and final states, also where states enter it; the others do not notice.
    @Test func samplesWithoutSitesGiveZeros() throws {
        let backend = ReferenceBackend<Double>(), parameters = layer.initialParameters(seed: 1, as: Double.self)
        var call = good
        (call.outputGradient, call.wantsFinalState) = (nil, true)
        for k in 0..<2 { call.initialState!.h[k].values = call.initialState!.h[k].values.map { _ in 0.5 } }
        call.samples = [[0, 11], [7, 3]]
        let result = try backend.run(layer, parameters: parameters, call: call)
        call.samples = [[2, 1], [7, 3]]
        let other = try backend.run(layer, parameters: parameters, call: call)
        let half = result.output.count / 2
        #expect(result.output.values[..<half].allSatisfy { $0 == 0 })
        #expect(result.output.values[half...] == other.output.values[half...])
        for (state, compared) in zip(
            result.finalState!.h + result.finalState!.c, other.finalState!.h + other.finalState!.c)
        {
            let face = state.shape[2] * state.shape[3]
            for direction in 0..<2 {
                let first = 2 * direction * face
                #expect(state.values[first..<(first + face)].allSatisfy { $0 == 0 })
                #expect(
                    state.values[(first + face)..<(first + 2 * face)]
                        == compared.values[(first + face)..<(first + 2 * face)])
            }
        }
    }

    @Test func inputOfWrongShape() {
        expectRefused("[2, 77, 3]", "rank 3", "rank 4", "[B, E1, E2, I]") { call, _ in
            call.input = .random([2, 77, 3])
        }
        expectRefused("4 channels", "[2, 7, 11, 4]", "expects 3") { call, _ in call.input = .random([2, 7, 11, 4]) }
        expectRefused("at least one sample", "a batch of 0") { call, _ in call.input = .random([0, 7, 11, 3]) }
        expectRefused("at least one site", "[7, 0]") { call, _ in call.input = .random([2, 7, 0, 3]) }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func valuesThatAreNotFinite(_ value: Double) {
        expectRefused("the input", "\(value)", "[1, 3, 2, 1]") { call, _ in
            call.input.values[((1 * 7 + 3) * 11 + 2) * 3 + 1] = value
        }
        expectRefused("the output gradient", "\(value)", "[0, 0, 0, 4]") { call, _ in
            call.outputGradient!.values[4] = value
        }
        expectRefused("'h_2'", "\(value)", "[0, 0, 1, 2]") { call, _ in call.initialState!.h[1].values[7] = value }
    }

    @Test func outputGradientOfWrongShape() {
        expectRefused("[2, 7, 11, 5]", "expected [2, 7, 11, 10]") { call, _ in
            call.outputGradient = .random([2, 7, 11, 5])
        }
    }

    @Test func samplesThatDoNotFit() {
        expectRefused("1 sample are", "has 2") { call, _ in call.samples = [[7, 11]] }
        expectRefused("sample 1", "[8, 11]", "from 0 to 7 and 11") { call, _ in call.samples = [[7, 11], [8, 11]] }
    }

    @Test func initialStateThatDoesNotFit() {
        expectRefused("2 axes", "found 1 and 2") { call, _ in call.initialState!.h.removeLast() }
        expectRefused("'h_1'", "[2, 2, 7, 5]", "expected [2, 2, 11, 5]") { call, _ in
            call.initialState!.h[0] = .random([2, 2, 7, 5])
        }
        expectRefused("'c_2'", "[2, 2, 35]", "expected [2, 2, 7, 5]") { call, _ in
            call.initialState!.c[1] = .random([2, 2, 35])
        }
    }

    @Test func finalStateGradientThatDoesNotFit() throws {
        let states = good.initialState!
        expectRefused("final state gradient", "2 axes", "found 1 and 2") { call, _ in
            call.finalStateGradient = states
            call.finalStateGradient!.h.removeLast()
        }
        expectRefused("final state gradient 'c_2'", "inf", "[0, 0, 1, 2]") { call, _ in
            call.finalStateGradient = states
            call.finalStateGradient!.c[1].values[7] = .infinity
        }
    }

    /// The states of a grid's depth leave it, but do not enter.
    @Test func finalStateGradientOfAGridHasItsDepth() throws {
        let grid = try LayerConfiguration(
            cell: .grid, inputSize: 3, hiddenSize: 2, directions: [.forward(axes: 2)])
        let states = try BoundaryState<Double>(zeros: grid, grid: Grid(batch: 1, extents: [4]))
        expectMDLSTMError(.data, ["2 axes, the depth of a grid included", "found 1 and 1"]) {
            _ = try LayerCall(input: .random([1, 4, 3]), finalStateGradient: states).validatedGrid(for: grid)
        }
    }

    /// Gradients by either are enough; without those by the output they are those of zeros.
    @Test func finalStateGradientAloneGivesGradients() throws {
        var call = good
        call.finalStateGradient = call.initialState.map { state in
            BoundaryState(h: state.h.map { .random($0.shape, seed: 2) }, c: state.c.map { .random($0.shape, seed: 3) })
        }
        call.outputGradient = Tensor(zeros: good.outputGradient!.shape)
        let parameters: ParameterTensors<Double> = layer.initialParameters(seed: 1)
        let backend = ReferenceBackend<Double>()
        let expected = try backend.run(layer, parameters: parameters, call: call).gradients!
        call.outputGradient = nil
        let alone = try #require(try backend.run(layer, parameters: parameters, call: call).gradients)
        #expect(alone.input == expected.input && alone.input.largestMagnitude > 0)
    }

    @Test func parametersThatDoNotFit() {
        expectRefused("'weight_ch' is missing", "[2, 4, 5]") { _, parameters in parameters["weight_ch"] = nil }
        expectRefused("'bias'", "[50]", "expected [2, 25]") { _, parameters in
            parameters["bias"] = parameters["bias"]!.reshaped([50])
        }
        expectRefused("unexpected tensor 'weight_io' of shape [1]", "weight_ih, weight_hh, bias, weight_ch") {
            _, parameters in
            parameters["weight_io"] = .random([1])
        }
    }

    @Test func tensorsAreNamedByAxis() throws {
        #expect(good.initialState!.named.names == ["h_1", "c_1", "h_2", "c_2"])
        #expect(good.initialState!.named["c_1"] == good.initialState!.c[0])
    }
}
