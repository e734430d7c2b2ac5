import MDLSTM
import Testing
import _TestSupport

/// Inputs of ONNX's operator LSTM, against its equations: gates i, o, f, c; `Po` sees the new cell state.
struct ExchangeONNXTests {
    private let H = 3

    private func shapes(directions: Int, bias: Bool, peepholes: Bool) -> [(String, [Int])] {
        [("W", [directions, 4 * H, 5]), ("R", [directions, 4 * H, H])]
            + (bias ? [("B", [directions, 8 * H])] : []) + (peepholes ? [("P", [directions, 3 * H])] : [])
    }

    private func expected(_ file: TensorFile, direction d: Int, reversed: Bool) throws -> Tensor<Double> {
        let W: Tensor<Double> = try file.tensor("W")
        let R: Tensor<Double> = try file.tensor("R")
        let B = try file["B"].map { _ in try file.tensor("B", as: Double.self) }
        let P = try file["P"].map { _ in try file.tensor("P", as: Double.self) }
        let slots: [Character: Int] = ["i": 0, "o": 1, "f": 2, "c": 3]
        var peepholes: [Character: [Double]] = [:]
        for (index, gate) in "iof".enumerated() {
            guard let P else { continue }
            peepholes[gate] = (0..<H).map { P.values[d * 3 * H + index * H + $0] }
        }
        return lstmOutput(H: H, reversed: reversed, peepholes: peepholes) { gate, unit, x, h in
            let row = slots[gate]! * H + unit
            let bias = B.map { $0.values[d * 8 * H + row] + $0.values[d * 8 * H + 4 * H + row] } ?? 0
            return product(W, row: d * 4 * H + row, x) + product(R, row: d * 4 * H + row, h) + bias
        }
    }

    @Test(arguments: [false, true], [false, true])
    func oneDirection(reversed: Bool, peepholes: Bool) throws {
        let file = tensorFile(shapes(directions: 1, bias: true, peepholes: peepholes))
        expectEqualNumbers(
            try output(of: WeightFile(file, from: .onnx(reversed: reversed))),
            try expected(file, direction: 0, reversed: reversed))
    }

    @Test(arguments: [false, true], [false, true])
    func bothDirections(bias: Bool, peepholes: Bool) throws {
        let file = tensorFile(shapes(directions: 2, bias: bias, peepholes: peepholes))
        let parts = [
            try expected(file, direction: 0, reversed: false), try expected(file, direction: 1, reversed: true),
        ]
        expectEqualNumbers(try output(of: WeightFile(file, from: .onnx())), .joined(parts, axis: 2))
    }

    @Test func misshapenTensorsAreNamed() {
        func expectRefused(
            _ parts: [String], reversed: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
            _ shapes: [(String, [Int])]
        ) {
            expectMDLSTMError(.data, ["source: "] + parts, sourceLocation: sourceLocation) {
                _ = try WeightFile<Float>(tensorFile(shapes), from: .onnx(reversed: reversed))
            }
        }
        let good = shapes(directions: 2, bias: false, peepholes: false)
        expectRefused(["reverse", "both"], reversed: true, good)
        expectRefused(["'W'", "missing", "4H, I"], [good[1]])
        expectRefused(["'R'", "[3, 12, 3]"], [("W", [3, 12, 5]), ("R", [3, 12, 3])])
        expectRefused(["'R'", "[12, 3]"], [("W", [2, 12, 5]), ("R", [12, 3])])
        expectRefused(["'W'", "[1, 12, 5]", "[2, 12, 5]"], [("W", [1, 12, 5]), good[1]])
        expectRefused(["'B'", "[2, 12]", "[2, 24]"], good + [("B", [2, 12])])
        expectRefused(["'P'", "[2, 12]", "[2, 9]"], good + [("P", [2, 12])])
        expectRefused(["unexpected tensor 'initial_h'", "W, R, B, P"], good + [("initial_h", [2, 1, 3])])
        expectRefused(["2 prefixes", "'a/'", "'b/'"], [("a/W", [1, 12, 5]), ("b/R", [1, 12, 3])])
        expectRefused(["no tensors"], [])
        expectRefused(["'R'", "[1, 0, 0]"], [("W", [1, 0, 5]), ("R", [1, 0, 0])])
    }

    /// NaN, whole numbers, and precisions that are read.
    @Test func typesAndValues() throws {
        var file = TensorFile(name: "source")
        file.append("W", Tensor<Float>(repeating: .nan, shape: [1, 12, 5]))
        file.append("R", Tensor<Float>(zeros: [1, 12, 3]))
        #expect(file.precision == .float32)
        expectMDLSTMError(.data, ["'W'", "nan"]) { _ = try WeightFile<Float>(file, from: .onnx()) }
        let whole = #"{"W":{"dtype":"I32","shape":[1,4,1],"data_offsets":[0,16]}}"#
        let bytes = [UInt8(whole.utf8.count)] + Array(repeating: 0, count: 7) + Array(whole.utf8)
        let integers = try TensorFile(parsing: bytes + Array(repeating: 0, count: 16), name: "source")
        expectMDLSTMError(.data, ["'W'", "I32"]) { _ = try WeightFile<Float>(integers, from: .onnx()) }
        file.append("B", Tensor<Double>(zeros: [1, 24]))
        #expect(file.precision == .float64)
    }
}
