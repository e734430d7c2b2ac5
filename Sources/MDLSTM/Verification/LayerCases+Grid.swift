extension LayerCase {
    /// Grid LSTMs of 1, 2 and 3 axes: tied, untied and tied along the depth alone, priority and non-LSTM axes, peepholes,
    /// both outputs, once with each of these.
    static var gridCases: [LayerCase] {
        func grid(
            _ signs: String, _ extents: [Int], ragged: [[Int]]? = nil, H: Int = 3, depth: Int,
            sharing: GridSharing = .all, priority: Set<Int> = [], functions: [AxisFunction] = [],
            peepholes: Bool = false, clip: Double? = nil,
            output: GridOutput = .tanhOfProduct, states: Bool = false, small: Bool = true
        ) -> LayerCase {
            var name = "L\(depth)" + (sharing == .depth ? " tied depth" : sharing == .none ? " untied" : "")
            if !priority.isEmpty { name += " priority " + priority.sorted().map { "\($0 + 1)" }.joined(separator: ",") }
            if !functions.isEmpty { name += " " + functions.map(\.rawValue).joined(separator: ",") }
            if peepholes { name += " peepholes" }
            if clip != nil { name += " clip" }
            if output != .tanhOfProduct { name += " \(output.rawValue)" }
            return layer(
                signs, extents, ragged: ragged, cell: .grid, batch: 2, I: 2, H: H,
                options: CellOptions {
                    $0.peepholes = peepholes
                    $0.cellClip = clip
                    $0.grid = GridOptions(
                        depth: depth, sharing: sharing, priorityAxes: priority,
                        functions: functions, output: output)
                }, named: name, states: states, small: small)
        }
        return [
            grid("+", [], depth: 4, peepholes: true),
            grid("+", [], depth: 4, peepholes: true, output: .productOfTanh),
            grid("+", [], depth: 3, sharing: .none),
            grid("+", [], depth: 3, functions: [.tanh]),
            grid("++", [4], ragged: [[4], [2]], depth: 2, states: true),
            grid("++ -+", [3], depth: 3, sharing: .none, peepholes: true, states: true),
            grid("++ -+", [3], depth: 3, sharing: .none, peepholes: true, output: .productOfTanh, states: true),
            grid("++", [3], ragged: [[1], [3]], depth: 2, sharing: .none, priority: [1]),
            grid("-+", [3], depth: 2, priority: [0], peepholes: true, states: true),
            grid("++", [3], depth: 2, functions: [.lstm, .relu]),
            grid("++", [3], depth: 2, functions: [.lstm, .identity], states: true),
            grid("++ -+", [3], depth: 2, functions: [.relu, .lstm]),
            grid("++", [3], depth: 2, priority: [1], peepholes: true, clip: 0.25, states: true),
            grid("++", [3], depth: 2, priority: [1], peepholes: true, clip: 0.25, output: .productOfTanh, states: true),
            grid(
                "++", [3], depth: 2, sharing: .none, priority: [1], functions: [.lstm, .relu], output: .productOfTanh,
                states: true),
            grid("++", [3], depth: 2, priority: [0], functions: [.identity, .lstm], peepholes: true),
            grid(
                "+++ -++", [2, 2], ragged: [[2, 2], [1, 2]], depth: 2, priority: [2], peepholes: true, states: true),
            grid("+-+", [2, 2], depth: 2, sharing: .none, priority: [0, 2], functions: [.lstm, .tanh, .lstm]),
            grid("+++", [2, 3], depth: 2, states: true),
            grid(
                "++ -+", [5], H: 19, depth: 3, sharing: .none, priority: [1], peepholes: true, states: true,
                small: false),
            grid("+++ +-+", [3, 5], H: 19, depth: 2, small: false),
            grid("++", [4], ragged: [[4], [2]], depth: 3, sharing: .depth, states: true),
            grid("++ -+", [3], depth: 3, sharing: .depth, priority: [1], peepholes: true, states: true),
            grid("-+", [3], depth: 1, sharing: .depth, peepholes: true),
            grid("++", [3], depth: 2, sharing: .depth, functions: [.tanh, .lstm], peepholes: true),
            grid(
                "+++", [2, 3], ragged: [[2, 1], [1, 3]], depth: 2, sharing: .depth, priority: [0, 2], peepholes: true,
                clip: 0.25, output: .productOfTanh, states: true),
        ]
    }
}
