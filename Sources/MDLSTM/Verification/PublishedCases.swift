extension PublishedCase {
    /// Every published answer, weights all equal; the forget bias of 1 that TensorFlow adds at run time is part of the
    /// bias here.
    package static let all: [PublishedCase] = sequenceCases + gridCases

    /// The LSTM, its layer norm and its coupled form.
    private static var sequenceCases: [PublishedCase] {
        let ones = [[1.0, 1, 1]]
        let entering = [(h: [0.2, 0.3], c: [0, 0.1])]
        return [
            PublishedCase(
                "lstm constant 0.5", "TensorFlow LayerNormBasicLSTMCell(layer_norm=False) test; Deep-Breathe", .lstm,
                axes: 1, weight: 0.5, bias: 0.5, x: ones, entering: entering,
                expected: [
                    ("c_1", [0.88477188, 0.98103917]), ("h_1", [0.64121795, 0.68166804]),
                    ("output", [0.64121795, 0.68166804]),
                ], tolerance: 1e-7),
            // Equal weights make every gate's pre-activations equal: normalised, only the shift of f is left.
            PublishedCase(
                "lstm layer norm, normalised c carried", "TensorFlow LayerNormBasicLSTMCell test", .lstm, axes: 1,
                options: CellOptions {
                    $0.layerNorm = .gatesAndCell
                    $0.normEpsilon = 1e-12
                }, weight: 0.5, bias: 0, x: ones, entering: entering,
                expected: [("c_1", [-1, 1]), ("h_1", [-0.38079708, 0.38079708])], tolerance: 1e-5),
            PublishedCase(
                "lstm coupled gates, i = 1 - f", "TensorFlow CoupledInputForgetGateLSTMCell test", .lstm, axes: 1,
                options: CellOptions { $0.variant = .coupledForget }, weight: 0.5, bias: 0,
                x: [1, 2, 3].map { Array(repeating: $0, count: 4) }, entering: [(h: [0.1, 0.1], c: [0.1, 0.1])],
                expected: [
                    ("c_1", [0.137523, 0.137523, 0.10545, 0.10545, 0.100742, 0.100742]),
                    ("h_1", [0.121753, 0.121753, 0.103349, 0.103349, 0.100178, 0.100178]),
                ], tolerance: 1e-6),
        ]
    }

    /// Grid LSTMs of one site and depth 1, whose depth is TensorFlow's input axis, its h and c both the projected x.
    ///
    /// In every case with other axes the depth has priority: its numbers follow from the new h of the others (without
    /// priority "grid 2, no peepholes" would give h = 0.42150149 there). The only axis of "grid 1" has nothing to wait
    /// for.
    private static var gridCases: [PublishedCase] {
        let peepholes = [false, true].map { peepholes in CellOptions { $0.peepholes = peepholes } }
        func both(_ value: Double) -> [Double] { [value, value] }
        func grid(
            _ name: String, _ test: String, _ options: CellOptions, weight: Double, x: Double = 1,
            others: [(h: [Double], c: [Double])], functions: [AxisFunction] = [], expected: [(String, [Double])]
        ) -> PublishedCase {
            var options = options
            options.grid = GridOptions(
                depth: 1, priorityAxes: others.isEmpty ? [] : [others.count], functions: functions,
                output: .productOfTanh)
            return PublishedCase(
                name, "TensorFlow \(test) test", .grid, axes: others.count + 1, options: options, weight: weight,
                bias: 0, x: [both(x) + [x]], entering: others, expected: expected, tolerance: 1e-7)
        }
        return [
            grid(
                "grid 2, no peepholes", "Grid2BasicLSTMCell", peepholes[0], weight: 0.2,
                others: [(h: [0.7, 0.8], c: [0.5, 0.6])],
                expected: [
                    ("output", both(0.36617181)), ("h_2", both(0.36617181)), ("c_2", both(0.71053141)),
                    ("h_1", [0.39102408, 0.42150158]), ("c_1", [0.72320831, 0.80555487]),
                ]),
            grid(
                "grid 2, no peepholes, second step", "Grid2BasicLSTMCell", peepholes[0], weight: 0.2, x: 2,
                others: [(h: [0.39102408, 0.42150158], c: [0.72320831, 0.80555487])],
                expected: [
                    ("output", both(0.58847463)), ("h_2", both(0.58847463)), ("c_2", both(1.40469193)),
                    ("h_1", [0.4927212, 0.51137757]), ("c_1", [0.97726452, 1.04626071]),
                ]),
            grid(
                "grid 2, peepholes", "Grid2LSTMCell", peepholes[1], weight: 0.5,
                others: [(h: [0.7, 0.8], c: [0.5, 0.6])],
                expected: [
                    ("output", both(0.95686918)), ("h_2", both(0.95686918)), ("c_2", both(2.41515064)),
                    ("h_1", [0.83884692, 0.86036491]), ("c_1", [1.38917875, 1.49043763]),
                ]),
            grid(
                "grid 1, peepholes", "Grid1LSTMCell", peepholes[1], weight: 0.5, others: [],
                expected: [
                    ("output", both(0.91287315)), ("h_1", both(0.91287315)), ("c_1", both(2.26285243)),
                ]),
            grid(
                "grid 3, peepholes", "Grid3LSTMCell", peepholes[1], weight: 0.5,
                others: [(h: [0.7, 0.8], c: [0.5, 0.6]), (h: [-0.3, -0.4], c: [-0.1, -0.2])],
                expected: [
                    ("output", both(0.96892911)), ("h_3", both(0.96892911)), ("c_3", both(2.45227885)),
                    ("h_1", [0.80867189, 0.83247656]), ("c_1", [1.33592629, 1.4373529]),
                    ("h_2", [0.56548983, 0.50446129]), ("c_2", [0.7317788, 0.63205892]),
                ]),
            grid(
                "grid 2 with a relu depth", "Grid2LSTMCell non_recurrent_dims", peepholes[0], weight: 0.2,
                others: [(h: [0.3, 0.4], c: [0.1, 0.2])], functions: [.lstm, .relu],
                expected: [
                    ("output", both(0.31667367)), ("h_2", both(0.31667367)),
                    ("h_1", [0.17044567, 0.21292259]), ("c_1", [0.29530135, 0.37520045]),
                ]),
        ]
    }
}
