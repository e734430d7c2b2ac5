import Foundation
import MDLSTM
import Testing
import _TestSupport

/// The cell of tensorflow-multi-dimensional-lstm, against its equations on the source tensors.
struct ExchangeTensorFlowMDTests {
    private let H = 3, I = 5
    private let norms = ["i", "j", "f1", "f2", "o", "new_h"]

    private func shapes(_ prefix: String = "", kernel: String = "kernel", scope: String = "/") -> [(String, [Int])] {
        [(prefix + kernel, [I + 2 * H, 5 * H])]
            + norms.flatMap { norm in ["scale", "shift"].map { (prefix + norm + scope + $0, [H]) } }
    }

    /// The cell over `x [B, E1, E2, I]` as md_lstm.py has it, state 1 the row above and state 2 the column before, or,
    /// `transposed`, the other way round.
    private func expected(
        _ file: TensorFile, _ x: Tensor<Double>, forgetBias: Double, transposed: Bool, flipped: [Bool] = [false, false]
    ) throws -> Tensor<Double> {
        let kernel: Tensor<Double> = try file.tensor("kernel")
        let (B, E1, E2) = (x.shape[0], x.shape[1], x.shape[2])
        let zeros = Array(repeating: 0.0, count: H)
        var output = Tensor<Double>(zeros: [B, E1, E2, H])
        func ln(_ values: [Double], _ name: String) throws -> [Double] {
            let mean = values.reduce(0, +) / Double(H)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(H)
            let scale: Tensor<Double> = try file.tensor("\(name)/scale")
            let shift: Tensor<Double> = try file.tensor("\(name)/shift")
            return values.indices.map {
                (values[$0] - mean) / (variance + 1e-5).squareRoot() * scale.values[$0] + shift.values[$0]
            }
        }
        for b in 0..<B {
            var h: [[Int]: [Double]] = [:], c: [[Int]: [Double]] = [:]
            for row in 0..<E1 {
                for column in 0..<E2 {
                    let (above, left) = ([row - 1, column], [row, column - 1])
                    let (first, second) = transposed ? (left, above) : (above, left)
                    let place = [flipped[0] ? E1 - 1 - row : row, flipped[1] ? E2 - 1 - column : column]
                    let site = (b * E1 + place[0]) * E2 + place[1]
                    let joined =
                        Array(x.values[(site * I)..<(site * I + I)]) + (h[first] ?? zeros) + (h[second] ?? zeros)
                    let concat = (0..<(5 * H)).map { product(joined, kernel, column: $0) }
                    let gates = try norms.dropLast().enumerated().map { index, name in
                        try ln(Array(concat[(index * H)..<((index + 1) * H)]), name)
                    }
                    let newC = (0..<H).map { j in
                        (c[first] ?? zeros)[j] * logistic(gates[2][j] + forgetBias)
                            + (c[second] ?? zeros)[j] * logistic(gates[3][j] + forgetBias)
                            + logistic(gates[0][j]) * tanh(gates[1][j])
                    }
                    let shown = try ln(newC, "new_h")
                    let newH = (0..<H).map { tanh(shown[$0]) * logistic(gates[4][$0]) }
                    (h[[row, column]], c[[row, column]]) = (newH, newC)
                    for j in 0..<H { output.values[site * H + j] = newH[j] }
                }
            }
        }
        return output
    }

    @Test(arguments: [0, 0.75], [false, true])
    func theCellsEquations(forgetBias: Double, transposed: Bool) throws {
        let file = tensorFile(shapes())
        let x = Tensor<Double>.random([2, 4, 7, I], seed: 5)
        for direction in Direction.all(axes: 2) {
            let source = WeightSource.tensorflowMD(
                direction: direction, forgetBias: forgetBias, transposed: transposed)
            let layer = try layer(of: WeightFile<Double>(file, from: source))
            #expect(layer.configuration.cell == .graves && layer.configuration.directions == [direction])
            #expect(layer.configuration.options.layerNorm == .gates && layer.configuration.options.normEpsilon == 1e-5)
            let y = try ReferenceBackend<Double>().run(
                layer.configuration, parameters: layer.parameters, call: LayerCall(input: x)
            ).output
            let expected = try expected(
                file, x, forgetBias: forgetBias, transposed: transposed, flipped: direction.reversed)
            expectClose(y, expected, absolute: 1e-12, relative: 1e-12, "\(direction)")
        }
    }

    /// The names of TensorFlow's scopes and of its version before 1.2.
    @Test(arguments: ["kernel", "weights"])
    func namesOfScopes(kernel: String) throws {
        let plain = try layer(of: WeightFile<Float>(tensorFile(shapes()), from: .tensorflowMD()))
        let prefix = "MultiDimensionalLSTMCell-layer1/MultiDimensionalLSTMCell/"
        var scoped = TensorFile()
        for (name, shape) in shapes(prefix, kernel: kernel, scope: "/layer_norm/") {
            let short = name.dropFirst(prefix.count).replacing("layer_norm/", with: "").replacing(
                "weights", with: "kernel")
            let tensor: Tensor<Float> = try tensorFile(shapes()).tensor(String(short))
            #expect(tensor.shape == shape)
            scoped.append(name + ":0", tensor)
        }
        #expect(try layer(of: WeightFile<Float>(scoped, from: .tensorflowMD())).parameters == plain.parameters)
    }

    @Test func whatIsNotThisCellIsRefused() {
        func expectRefused(
            _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ shapes: [(String, [Int])]
        ) {
            expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile<Float>(tensorFile(shapes), from: .tensorflowMD())
            }
        }
        expectRefused(["'o/shift'", "missing", "[3]"], shapes().filter { $0.0 != "o/shift" })
        expectRefused(["'kernel'", "missing", "[I+2H, 5H]"], Array(shapes().dropFirst()))
        expectRefused(["'kernel'", "[6, 15]", "[I+2H, 5H]"], [("kernel", [6, 15])] + shapes().dropFirst())
        expectRefused(["'kernel'", "[11, 16]"], [("kernel", [11, 16])] + shapes().dropFirst())
        expectRefused(["'i/scale'", "[4]", "[3]"], [shapes()[0], ("i/scale", [4])] + shapes().dropFirst(2))
        expectRefused(["unexpected tensor 'bias'"], shapes() + [("bias", [15])])
        expectRefused(["2 prefixes"], shapes("a/") + shapes("b/"))
        expectMDLSTMError(.data, ["direction +", "2"]) {
            _ = try WeightFile<Float>(tensorFile(shapes()), from: .tensorflowMD(direction: "+"))
        }
    }
}
