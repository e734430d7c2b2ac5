/// The names of variables in TensorFlow 1: scopes, `/`, and the role.
enum TensorFlowName {
    /// Scope and role; `weights` and `biases` were the names before TensorFlow 1.2.
    static func split(_ name: String) -> (prefix: String, role: String)? {
        let roles = ["kernel", "bias", "weights", "biases", "w_i_diag", "w_f_diag", "w_o_diag"]
        guard let (prefix, role) = name.split(before: roles) else { return nil }
        return (prefix, role == "weights" ? "kernel" : role == "biases" ? "bias" : role)
    }

    /// Whether a variable is one of the training and not of the model: its step, or what an optimizer or an average keeps
    /// beside a variable, such as `kernel/Adam_1`.
    static func isOfTraining(_ name: String) -> Bool {
        let parts = (name.hasSuffix(":0") ? String(name.dropLast(2)) : name).split(separator: "/").map(String.init)
        guard let last = parts.last else { return false }
        if last == "global_step" || last.wholeMatch(of: /beta[12]_power(_[0-9]+)?/) != nil { return true }
        return parts.count > 1 && split(parts.dropLast().joined(separator: "/")) != nil
            && last.wholeMatch(
                of: /(Adam|Momentum|RMSProp|Adagrad|Adadelta|Ftrl|ExponentialMovingAverage)(_[0-9]+)?/) != nil
    }

    /// Refuses by name cells whose variables are laid out otherwise, and projections.
    static func refuseOtherCells(_ names: [String]) throws(MDLSTMError) {
        for name in names {
            let scopes = name.split(separator: "/").map { $0.split(separator: ":").first.map(String.init) ?? "" }
            for (scope, reason) in others where scopes.contains(scope) {
                throw MDLSTMError(.data, "tensor '\(name)' is of \(reason)")
            }
        }
    }

    private static let others = [
        (
            "projection",
            "a projection; an LSTMCell with num_proj is not supported: train it without"
        ),
        (
            "opaque_kernel",
            "a CudnnLSTM, in an order that cuDNN keeps to itself; save the model with its saveable, which has the variables "
                + "of a CudnnCompatibleLSTMCell"
        ),
        (
            "lstm_fused_cell",
            "an LSTMBlockFusedCell, which is not supported; restore the checkpoint into an LSTMBlockCell or LSTMCell"
        ),
        (
            "coupled_input_forget_gate_lstm_cell",
            "a CoupledInputForgetGateLSTMCell, which is not supported; expected a BasicLSTMCell or LSTMCell"
        ),
        (
            "layer_norm_basic_lstm_cell",
            "a LayerNormBasicLSTMCell, which is not supported; expected a BasicLSTMCell or LSTMCell"
        ),
    ]
}

/// How the cells of a file of TensorFlow 1 stand to each other, by their scopes.
enum TensorFlowStack {
    /// One cell: the number of its scope in the list, and the direction in which it reads.
    struct Cell {
        let group: Int
        let direction: Direction
    }

    /// The cells of every layer, from the first: one, or those of both directions, forwards first.
    ///
    ///     rnn/lstm_cell/                                        one layer
    ///     rnn/multi_rnn_cell/cell_0/lstm_cell/                  layer 0 of several
    ///     bidirectional_rnn/fw/lstm_cell/                       a direction
    ///     stack_bidirectional_rnn/cell_0/bidirectional_rnn/bw/  a direction of layer 0
    static func layers(of prefixes: [String]) throws(MDLSTMError) -> [[Cell]] {
        let scopes = prefixes.map(Scope.init)
        let listed = prefixes.map { "'\($0)'" }.joined(separator: ", ")
        guard Set(scopes.map(\.rest)).count == 1 else {
            throw MDLSTMError(
                .data,
                "the names have the prefixes \(listed); expected one cell, those of a MultiRNNCell (cell_0, cell_1, ..), or "
                    + "fw and bw: convert others one at a time, each by its --prefix")
        }
        let numbers = Set(scopes.map(\.number)).sorted()
        if numbers.count > 1, Set(scopes.map(\.isBackwards)).count == 2, scopes.contains(where: \.isStackOfDirection) {
            throw MDLSTMError(
                .data,
                "each direction is a MultiRNNCell of its own, joined after the last of its \(numbers.count) cells; layers of "
                    + "a model see both directions of the layer before: convert fw and bw one at a time, each by its --prefix"
            )
        }
        if numbers.count > 1, numbers != Array(0..<numbers.count) {
            throw MDLSTMError(
                .data, "the names have the prefixes \(listed); expected cells numbered from cell_0 without a gap")
        }
        var layers: [[Cell]] = []
        for number in numbers {
            let cells = scopes.indices.filter { scopes[$0].number == number }.map { index in
                Cell(group: index, direction: Direction(reversed: [scopes[index].isBackwards]))
            }
            layers.append(cells.sorted { $0.direction.signBits < $1.direction.signBits })
        }
        guard layers.allSatisfy({ $0.map(\.direction) == layers[0].map(\.direction) }) else {
            throw MDLSTMError(.data, "the names have the prefixes \(listed); expected fw and bw of every layer")
        }
        return layers
    }

    /// A scope taken apart.
    private struct Scope {
        /// The number of cell_N; 0 where there is none.
        private(set) var number = 0
        private(set) var isBackwards = false
        /// Whether the layers are numbered within a direction, so that they form a stack of its own.
        private(set) var isStackOfDirection = false
        /// What is the same for all cells of a stack.
        private(set) var rest: [String] = []

        init(_ prefix: String) {
            var hasDirection = false
            for part in prefix.split(separator: "/").map(String.init) {
                if part == "fw" || part == "bw" {
                    (hasDirection, isBackwards) = (true, part == "bw")
                    rest.append("fw or bw")
                } else if part.hasPrefix("cell_"), let number = Int(part.dropFirst(5)), number >= 0 {
                    self.number = number
                    isStackOfDirection = hasDirection
                    rest.append("cell")
                } else {
                    rest.append(part)
                }
            }
        }
    }
}
