import MDLSTM
import MDLSTMOpenCL

extension Workload {
    /// The named workloads as a table.
    static var listText: String {
        let head = ["workload", "cell", "extents", "batch", "input size", "hidden size", "directions"]
        return table([head] + named.map(\.columns))
    }

    private var columns: [String] {
        let extents = grid.extents.map(String.init).joined(separator: "x")
        return [
            name, layer.cell.rawValue, grid.isRagged ? "up to \(extents)" : extents, String(grid.batch),
            String(layer.inputSize), String(layer.hiddenSize),
            layer.directions.map(\.description).joined(separator: ","),
        ]
    }

    /// The named workloads, for programs that time the same with other libraries.
    static var listJSON: JSONValue { ["workloads": .array(named.map(\.json))] }

    /// The definition; `lengths` are the extents of each sample, `[B, N]`.
    private var json: JSONValue {
        func list(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }
        return [
            "name": .string(name), "cell": .string(layer.cell.rawValue), "extents": list(grid.extents),
            "batch": .integer(grid.batch), "lengths": .array(grid.samples.map(list)), "isRagged": .bool(grid.isRagged),
            "inputSize": .integer(layer.inputSize), "hiddenSize": .integer(layer.hiddenSize),
            "directions": .array(layer.directions.map { .string($0.description) }),
            "peepholes": .bool(layer.options.peepholes), "forgetBias": .number(layer.forgetBias),
            "floatingPointOperations": .object(
                BenchmarkPass.allCases.reduce(into: JSONObject()) {
                    $0[$1.rawValue] = .integer(floatingPointOperations($1))
                }),
        ]
    }
}
