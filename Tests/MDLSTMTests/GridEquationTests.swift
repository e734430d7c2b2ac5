import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The Grid LSTM: its equations written out for one hidden unit, and what it reduces to.
struct GridEquationTests {
    private let backend = ReferenceBackend<Double>()

    private func sigma(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }

    private func make(
        _ signs: String, I: Int = 1, H: Int = 1, _ change: (inout CellOptions) -> Void
    ) throws -> LayerConfiguration {
        try LayerConfiguration(
            cell: .grid, inputSize: I, hiddenSize: H, directions: [Direction(signs)!], options: CellOptions(change))
    }

    // weight_in and bias_in: h, then c. By axis: rows i, f, g, o of [h_1, h_2], their biases, peepholes i, f, o.
    private let input = (W: [0.7, -0.4], b: [0.1, 0.3])
    private let U = [
        [[0.3, -0.5], [-0.2, 0.4], [1.1, 0.8], [-0.6, 0.2]], [[0.5, -0.7], [0.4, 0.1], [-0.3, 0.6], [0.9, -0.8]],
    ]
    private let b = [[0.05, 1.0, -0.15, 0.25], [0.5, -0.3, 0.2, -0.1]]
    private let P = [[0.35, -0.45, 0.65], [-0.85, 0.15, 0.55]]

    private func output(_ o: Double, _ cell: Double, _ form: GridOutput) -> Double {
        form == .tanhOfProduct ? .tanh(o * cell) : o * .tanh(cell)
    }

    private func lstm(_ k: Int, _ h: [Double], _ c: Double, _ form: GridOutput) -> (h: Double, c: Double) {
        func a(_ y: Int) -> Double { U[k][y][0] * h[0] + U[k][y][1] * h[1] + b[k][y] }
        let i = sigma(a(0) + P[k][0] * c)
        let f = sigma(a(1) + P[k][1] * c)
        let cell = i * .tanh(a(2)) + f * c
        return (output(sigma(a(3) + P[k][2] * cell), cell, form), cell)
    }

    /// One site of one axis and the depth: both axes see both hidden states, each only its own memory; a priority axis
    /// sees the new hidden state of the other.
    @Test(arguments: [[], [0], [1]] as [Set<Int>], GridOutput.allCases)
    func oneSite(priority: Set<Int>, form: GridOutput) throws {
        let (x, h1, c1) = (0.9, 0.2, -0.5)
        let (h2, c2) = (input.W[0] * x + input.b[0], input.W[1] * x + input.b[1])
        var first = lstm(0, [h1, h2], c1, form)
        var second = lstm(1, [h1, h2], c2, form)
        if priority == [0] { first = lstm(0, [h1, second.h], c1, form) }
        if priority == [1] { second = lstm(1, [first.h, h2], c2, form) }

        let layer = try make("++") {
            $0.peepholes = true
            ($0.grid.priorityAxes, $0.grid.output) = (priority, form)
        }
        let flat = input.W + input.b + U.flatMap { $0.flatMap { $0 } } + b.flatMap { $0 } + P.flatMap { $0 }
        func state(_ value: Double) -> Tensor<Double> { Tensor(repeating: value, shape: [1, 1, 1, 1]) }
        let result = try backend.run(
            layer, parameters: ParameterTensors(shapes: layer.parameterShapes, flat: flat),
            call: LayerCall(
                input: Tensor(shape: [1, 1, 1], values: [x]),
                initialState: BoundaryState(h: [state(h1)], c: [state(c1)]), wantsFinalState: true))
        let final = try #require(result.finalState)
        for (k, expected) in [first, second].enumerated() {
            expectClose(final.h[k], state(expected.h), absolute: 1e-15, relative: 0, "h_\(k + 1)")
            expectClose(final.c[k], state(expected.c), absolute: 1e-15, relative: 0, "c_\(k + 1)")
        }
        expectClose(result.output, Tensor(shape: [1, 1, 1], values: [second.h]), absolute: 1e-15, relative: 0)
    }

    /// Two depths with weights of their own: the state of the depth goes up, that of the axis does not.
    @Test(arguments: GridOutput.allCases) func everyDepthHasItsOwnWeights(form: GridOutput) throws {
        let layer = try make("++") {
            $0.grid = GridOptions(depth: 2, tied: false, functions: [.lstm, .tanh], output: form)
        }
        // U and b are those of the LSTM axis, by depth.
        let V = [[0.6, -0.9], [-0.35, 0.45]], v = [0.15, -0.05]
        let (x, h1, c1) = (0.9, [0.2, -0.3], [-0.5, 0.7])
        var h2 = input.W[0] * x + input.b[0]
        var expected: [(h: Double, c: Double)] = []
        for depth in 0..<2 {
            func a(_ y: Int) -> Double { U[depth][y][0] * h1[depth] + U[depth][y][1] * h2 + b[depth][y] }
            let cell = sigma(a(0)) * .tanh(a(2)) + sigma(a(1)) * c1[depth]
            expected.append((output(sigma(a(3)), cell, form), cell))
            h2 = .tanh(V[depth][0] * h1[depth] + V[depth][1] * h2 + v[depth])
        }
        let flat = [[input.W[0], input.b[0]], U.flatMap { $0.flatMap { $0 } }, b.flatMap { $0 }, V.flatMap { $0 }, v]
        func face(_ values: [Double]) -> Tensor<Double> { Tensor(shape: [1, 1, 2, 1], values: values) }
        let result = try backend.run(
            layer, parameters: ParameterTensors(shapes: layer.parameterShapes, flat: flat.flatMap { $0 }),
            call: LayerCall(
                input: Tensor(shape: [1, 1, 1], values: [x]),
                initialState: BoundaryState(h: [face(h1)], c: [face(c1)]), wantsFinalState: true))
        expectClose(result.output, Tensor(shape: [1, 1, 1], values: [h2]), absolute: 1e-15, relative: 0)
        expectClose(result.finalState!.h[0], face(expected.map(\.h)), absolute: 1e-15, relative: 0)
        expectClose(result.finalState!.c[0], face(expected.map(\.c)), absolute: 1e-15, relative: 0)
    }

    /// Untied weights that are equal are tied ones; their gradients add up.
    @Test(arguments: ["++ -+", "+++ -++", "+"]) func equalUntiedWeightsAreTied(signs: String) throws {
        let directions = signs.split(separator: " ").map { Direction(String($0))! }
        let (L, D) = (3, directions.count)
        func layer(tied: Bool) throws -> LayerConfiguration {
            try LayerConfiguration(
                cell: .grid, inputSize: 2, hiddenSize: 3, directions: directions,
                options: CellOptions {
                    $0.peepholes = true
                    $0.grid = GridOptions(depth: L, tied: tied)
                })
        }
        let (tied, untied) = (try layer(tied: true), try layer(tied: false))
        let parameters: ParameterTensors<Double> = tied.initialParameters(seed: 5)
        var own = parameters
        for name in ["weight_hh", "bias", "weight_ch"] {
            own[name] = .joined(Array(repeating: parameters[name]!, count: L), axis: 0)
        }
        let extents = Array([5, 2].prefix(tied.inputAxes))
        let call = LayerCall<Double>(
            input: .random([2] + extents + [2]), wantsFinalState: true,
            outputGradient: .random([2] + extents + [3 * D], seed: 2))
        let a = try backend.run(tied, parameters: parameters, call: call)
        let b = try backend.run(untied, parameters: own, call: call)
        expectSame(b.output, a.output)
        #expect(b.finalState == a.finalState)
        for (name, gradient) in a.gradients!.parameters.entries {
            let parts = b.gradients!.parameters[name]!
            var sum = Tensor<Double>(zeros: gradient.shape)
            for (index, value) in parts.values.enumerated() { sum.values[index % sum.count] += value }
            expectClose(sum, gradient, absolute: 1e-14 * gradient.largestMagnitude, relative: 0, name)
        }
    }

    /// Depths that share the weights of their own axis are untied ones with equal weights there; their gradients add up.
    @Test(arguments: [[], [.lstm, .relu], [.tanh, .lstm]] as [[AxisFunction]])
    func equalWeightsOfTheDepthAreShared(functions: [AxisFunction]) throws {
        let (L, D) = (3, 2)
        func layer(_ sharing: GridSharing) throws -> LayerConfiguration {
            try LayerConfiguration(
                cell: .grid, inputSize: 2, hiddenSize: 3, directions: [Direction("++"), Direction("-+")],
                options: CellOptions {
                    $0.peepholes = true
                    $0.grid = GridOptions(depth: L, sharing: sharing, priorityAxes: [1], functions: functions)
                })
        }
        let (shared, untied) = (try layer(.depth), try layer(.none))
        let parameters: ParameterTensors<Double> = shared.initialParameters(seed: 5)
        var own = ParameterTensors<Double>()
        for shape in untied.parameterShapes {
            let parts = [parameters[shape.name], parameters[shape.name + "_depth"]]
            guard let depth = parts[1] else {
                own[shape.name] = parts[0]
                continue
            }
            let repeated = Tensor.joined(Array(repeating: depth, count: L), axis: 0)
            own[shape.name] = .joined([parts[0], repeated].compactMap(\.self), axis: 1)
        }
        let call = LayerCall<Double>(
            input: .random([2, 5, 2]), wantsFinalState: true, outputGradient: .random([2, 5, 3 * D], seed: 2))
        let a = try backend.run(shared, parameters: parameters, call: call)
        let b = try backend.run(untied, parameters: own, call: call)
        expectSame(b.output, a.output)
        #expect(b.finalState == a.finalState)
        for (name, gradient) in a.gradients!.parameters.entries where name.hasSuffix("_depth") {
            let all = b.gradients!.parameters[String(name.dropLast("_depth".count))]!
            var sum = Tensor<Double>(zeros: gradient.shape)
            let (ofSet, count) = (all.count / (L * D), gradient.count / D)
            // The depth is the last axis of each set.
            for s in 0..<(L * D) {
                for e in 0..<count { sum.values[s % D * count + e] += all.values[(s + 1) * ofSet - count + e] }
            }
            expectClose(sum, gradient, absolute: 1e-14 * gradient.largestMagnitude, relative: 0, name)
        }
    }

    /// A grid whose only axis is its depth is an LSTM without input, started from the projected x.
    @Test func depthAloneIsAnLSTMWithoutInput() throws {
        let layer = try make("+", I: 2, H: 3) {
            $0.peepholes = true
            $0.grid = GridOptions(depth: 5, output: .productOfTanh)
        }
        var parameters: ParameterTensors<Double> = layer.initialParameters(seed: 1)
        parameters["bias"] = .random([1, 1, 12], seed: 2)
        let x = Tensor<Double>.random([1, 2], seed: 3)
        let result = try backend.run(layer, parameters: parameters, call: LayerCall(input: x, wantsFinalState: true))

        let projected = parameters["weight_in"]!.values
        let entering = (0..<6).map { projected[2 * $0] * x.values[0] + projected[2 * $0 + 1] * x.values[1] }
        let lstm = try LayerConfiguration(
            cell: .lstm, inputSize: 1, hiddenSize: 3, directions: [.forward(axes: 1)], peepholes: true)
        let flat = Array(repeating: 0.0, count: 12) + parameters["weight_hh"]!.values
        let own = ParameterTensors(
            shapes: lstm.parameterShapes, flat: flat + parameters["bias"]!.values + parameters["weight_ch"]!.values)
        func state(_ values: ArraySlice<Double>) -> Tensor<Double> {
            Tensor(shape: [1, 1, 1, 3], values: Array(values))
        }
        let expected = try backend.run(
            lstm, parameters: own,
            call: LayerCall(
                input: Tensor(zeros: [1, 5, 1]),
                initialState: BoundaryState(h: [state(entering[..<3])], c: [state(entering[3...])]),
                wantsFinalState: true))
        expectClose(result.finalState!.h[0], expected.finalState!.h[0], absolute: 1e-15, relative: 0)
        expectClose(result.finalState!.c[0], expected.finalState!.c[0], absolute: 1e-15, relative: 0)
        expectSame(result.output.reshaped([1, 1, 1, 3]), result.finalState!.h[0])
    }

    /// One LSTM axis under a depth that hands its new h on is the LSTM over the projected x.
    @Test(arguments: ["++", "-+"]) func oneAxisAndDepthAreAnLSTM(signs: String) throws {
        let (I, H) = (2, 3)
        let layer = try make(signs, I: I, H: H) {
            $0.grid = GridOptions(depth: 1, priorityAxes: [1], functions: [.lstm, .identity], output: .productOfTanh)
        }
        var parameters: ParameterTensors<Double> = layer.initialParameters(seed: 1)
        parameters["weight_in"] = Tensor(shape: [1, 3, 2], values: [1, 0, 0, 1, 0, 0])
        parameters["bias"] = .random([1, 1, 12], seed: 2)
        var V = Tensor<Double>(zeros: [1, 1, 3, 6])
        for j in 0..<H { V.values[j * 6 + j] = 1 }
        parameters["weight_vh"] = V
        let U = parameters["weight_hh"]!.reshaped([1, 12, 6])

        let lstm = try LayerConfiguration(
            cell: .lstm, inputSize: I, hiddenSize: H, directions: [Direction(String(signs.prefix(1)))!])
        var own = ParameterTensors<Double>()
        own["weight_ih"] = U.slice(0..<1, 0..<12, 3..<5)
        own["weight_hh"] = U.slice(0..<1, 0..<12, 0..<3).reshaped([1, 1, 12, 3])
        own["bias"] = parameters["bias"]!.reshaped([1, 12])
        let x = Tensor<Double>.random([2, 7, I], seed: 3)
        let result = try backend.run(layer, parameters: parameters, call: LayerCall(input: x))
        let expected = try backend.run(lstm, parameters: own, call: LayerCall(input: x))
        expectClose(result.output, expected.output, absolute: 1e-15, relative: 0)
    }
}
