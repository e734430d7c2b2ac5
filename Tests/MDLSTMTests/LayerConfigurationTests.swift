import MDLSTM
import Testing
import _TestSupport

struct LayerConfigurationTests {
    private func make(
        _ signs: String..., cell: Cell = .graves, I: Int = 3, H: Int = 5, peepholes: Bool = false,
        forgetBias: Double = 0
    ) throws -> LayerConfiguration {
        try LayerConfiguration(
            cell: cell, inputSize: I, hiddenSize: H, directions: signs.map { Direction($0)! }, peepholes: peepholes,
            forgetBias: forgetBias)
    }

    @Test func sizesFollowTheLetters() throws {
        let layer = try make("++", "-+", "--")
        #expect(layer.axes == 2 && layer.setCount == 3 && layer.gates.count == 5 && layer.outputSize == 15)
        #expect(try make("+", cell: .lstm).gates.count == 4)
    }

    /// `[S, G*H, I]`, `[S, N, G*H, H]`, `[S, G*H]`, `[S, N+2, H]`.
    @Test func parameterShapes() throws {
        #expect(
            try make("++", "-+", "--", peepholes: true).parameterShapes == [
                ParameterShape(name: "weight_ih", shape: [3, 25, 3]),
                ParameterShape(name: "weight_hh", shape: [3, 2, 25, 5]),
                ParameterShape(name: "bias", shape: [3, 25]), ParameterShape(name: "weight_ch", shape: [3, 4, 5]),
            ])
        #expect(
            try make("+", cell: .lstm, I: 2, H: 7).parameterShapes == [
                ParameterShape(name: "weight_ih", shape: [1, 28, 2]),
                ParameterShape(name: "weight_hh", shape: [1, 1, 28, 7]), ParameterShape(name: "bias", shape: [1, 28]),
            ])
    }

    @Test func gateSlotsFollowTheDocumentedOrder() throws {
        for axes in 1...4 {
            func layer(_ cell: Cell, peepholes: Bool = false) throws -> LayerConfiguration {
                try LayerConfiguration(
                    cell: cell, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: axes)], peepholes: peepholes)
            }
            let forget = (0..<axes).map { Gate.forget($0) }
            let shares = (0..<(axes - 1)).map { Gate.share($0) }
            #expect(try layer(.graves).gates == [.input] + forget + [.candidate, .output])
            #expect(try layer(.spatial).gates == [.input] + forget + [.candidate, .output])
            #expect(try layer(.stable).gates == [.input, .forget(0)] + shares + [.candidate, .output])
            #expect(try layer(.leaky).gates == [.leak] + shares + [.candidate, .pastOutput, .newOutput])
            #expect(try layer(.grid).gates == [.input, .forget(0), .candidate, .output])
            let graves = try layer(.graves, peepholes: true)
            #expect(graves.peepholeVectors.map(\.gate) == [.input] + forget + [.output])
            #expect(graves.slot(Gate.output) == axes + 2 && graves.slot(Peephole(.output)) == axes + 1)
            let leaky = try layer(.leaky, peepholes: true)
            #expect(leaky.peepholeVectors.count == (axes - 1) * axes + 2)
        }
    }

    @Test func badSizesAreNamed() {
        for (I, H) in [(0, 5), (-1, 5), (3, 0), (65_537, 5), (3, 65_537)] {
            expectMDLSTMError(.option, ["from 1 to 65536", "found \(I) and \(H)"]) { _ = try make("+", I: I, H: H) }
        }
    }

    @Test func badDirectionsAreNamed() {
        expectMDLSTMError(.option, ["at least one direction"]) { _ = try make() }
        expectMDLSTMError(.option, ["one sign for each axis", "+-", "+"]) { _ = try make("+-", "+") }
        expectMDLSTMError(.option, ["must differ", "++, +-, -+, --", "-+, ++"]) { _ = try make("-+", "++") }
        expectMDLSTMError(.option, ["must differ", "+, -", "-, -"]) { _ = try make("-", "-") }
        expectMDLSTMError(.option, ["from 1 to 8 axes", "found 9"]) { _ = try make("+++++++++") }
        expectMDLSTMError(.option, ["'lstm'", "one axis", "found 2"]) { _ = try make("++", cell: .lstm) }
    }

    @Test func directionWithoutAxesIsNamed() {
        let error = #expect(throws: MDLSTMError.self) {
            try LayerConfiguration(inputSize: 1, hiddenSize: 1, directions: [Direction(reversed: [])])
        }
        #expect(error?.message.contains("found 0") == true)
        #expect(error?.message.contains("use 'graves'") == false)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func forgetBiasMustBeFinite(_ bias: Double) {
        expectMDLSTMError(.option, ["finite", "\(bias)"]) { _ = try make("+", forgetBias: bias) }
    }

    @Test func initialParametersAreReproducibleAndBounded() throws {
        let layer = try make("++", "+-", H: 16, peepholes: true)
        let parameters: ParameterTensors<Double> = layer.initialParameters(seed: 7)
        #expect(parameters.shapes == layer.parameterShapes)
        #expect(parameters == layer.initialParameters(seed: 7))
        #expect(parameters.converted(to: Float.self) == layer.initialParameters(seed: 7, as: Float.self))
        for name in ["weight_ih", "weight_hh", "weight_ch"] {
            let values = try #require(parameters[name]).values
            #expect(values.allSatisfy { (-0.25..<0.25).contains($0) })
            #expect(values.contains { $0 < -0.2 } && values.contains { $0 > 0.2 })
            #expect(Set(values).count == values.count)
        }
    }

    @Test func seedsAndTensorNumbersDrawOtherNumbers() throws {
        let layer = try make("++")
        let base: ParameterTensors<Double> = layer.initialParameters(seed: 7)
        let others: [ParameterTensors<Double>] = [
            layer.initialParameters(seed: 8), layer.initialParameters(seed: 7, firstTensor: 3),
        ]
        for other in others {
            for name in ["weight_ih", "weight_hh"] {
                #expect(zip(base[name]!.values, other[name]!.values).allSatisfy { $0 != $1 })
            }
        }
        #expect(base["weight_ih"]!.values[0] != base["weight_hh"]!.values[0])
    }

    /// Rows of the bias by gate: i, f_1, f_2, g, o, for each direction.
    @Test func forgetBiasIsThatOfTheForgetGatesOnly() throws {
        let layer = try make("++", "--", H: 2, forgetBias: 1.5)
        let parameters: ParameterTensors<Float> = layer.initialParameters(seed: 1)
        let ofSet: [Float] = [0, 0, 1.5, 1.5, 1.5, 1.5, 0, 0, 0, 0]
        #expect(parameters["bias"] == Tensor(shape: [2, 10], values: ofSet + ofSet))
        #expect(try make("++", H: 2).initialParameters(seed: 1)["bias"] == Tensor<Float>(zeros: [1, 10]))
    }
}
