extension LayerFile {
    /// The layer of a Keras `LSTM`, or of a `Bidirectional` with the tensors of both directions.
    ///
    ///     kernel            [I, 4H]   weight_ih = kernel^T              gates in the order i, f, c, o
    ///     recurrent_kernel  [H, 4H]   weight_hh = recurrent_kernel^T
    ///     bias              [4H]      bias; zeros where absent
    ///
    /// A bias of `[8H]` is that of a `CuDNNLSTM`: two that add, and kernels laid out as cuDNN's.
    init(keras tensors: ParameterTensors<Element>) throws(MDLSTMError) {
        let roles = ["kernel", "recurrent_kernel", "bias"]
        var groups = try ForeignTensors<Element>.groups(of: tensors, example: roles.joined(separator: ", ")) {
            $0.split(before: roles)
        }
        if groups.count == 2 {
            groups.sort { $0.isNamed("forward") && !$1.isNamed("forward") }
            guard groups[0].isNamed("forward"), groups[1].isNamed("backward") else {
                throw Self.severalLayers(groups)
            }
        }
        guard groups.count <= 2 else { throw Self.severalLayers(groups) }
        if groups.count == 1, groups[0].isNamed("backward") {
            throw MDLSTMError(
                .data, "all names begin with '\(groups[0].prefix)'; expected also the tensors of the forward direction")
        }
        var weights: [LSTMWeights<Element>] = []
        for group in groups { weights.append(try group.kerasWeights()) }
        let (first, last) = (weights[0], weights[weights.count - 1])
        guard first.input.shape == last.input.shape, first.recurrent.shape == last.recurrent.shape else {
            throw MDLSTMError(
                .data,
                "'\(groups[1].prefix)kernel' has shape \(groups[1]["kernel"].shape); expected "
                    + "\(groups[0]["kernel"].shape) as '\(groups[0].prefix)kernel'")
        }
        try self.init(weights, directions: Array(Direction.all(axes: 1).prefix(groups.count)))
    }

    private static func severalLayers(_ groups: [ForeignTensors<Element>]) -> MDLSTMError {
        let prefixes = groups.map { "'\($0.prefix)'" }.joined(separator: ", ")
        return MDLSTMError(
            .data,
            "the names have the prefixes \(prefixes); expected one LSTM, or a forward_.. and a backward_.. one: convert "
                + "several layers one at a time")
    }
}

extension ForeignTensors {
    /// Whether a part of the prefix begins with `word`.
    fileprivate func isNamed(_ word: String) -> Bool {
        prefix.split { "/.".contains($0) }.contains { $0.hasPrefix(word) }
    }

    fileprivate func kerasWeights() throws(MDLSTMError) -> LSTMWeights<T> {
        let H = try shape(of: "recurrent_kernel", "[H, 4H]")[0]
        let I = try shape(of: "kernel", "[I, 4H]")[0]
        let isCuDNN = tensors["bias"]?.shape == [8 * H]
        var shapes = [
            ParameterShape(name: "kernel", shape: [I, 4 * H]),
            ParameterShape(name: "recurrent_kernel", shape: [H, 4 * H]),
        ]
        if has("bias") { shapes.append(ParameterShape(name: "bias", shape: [(isCuDNN ? 8 : 4) * H])) }
        try require(shapes)
        if isCuDNN {
            let biases = self["bias"].reshaped([2, 4 * H])
            return LSTMWeights(
                input: self["kernel"].cuDNNGates(), recurrent: self["recurrent_kernel"].cuDNNGates(),
                bias: biases.element(0) + biases.element(1))
        }
        return LSTMWeights(
            input: self["kernel"].transposed(), recurrent: self["recurrent_kernel"].transposed(),
            bias: tensors["bias"] ?? Tensor(zeros: [4 * H]))
    }
}

extension Tensor where Element: Scalar {
    /// `[4H, K]` out of a kernel `[K, 4H]` of a CuDNNLSTM: the numbers of each gate's `[K, H]`, read row by row, are its
    /// `[H, K]`.
    fileprivate func cuDNNGates() -> Tensor {
        let H = shape[1] / 4
        let gates = (0..<4).map { columns(($0 * H)..<(($0 + 1) * H)) }
        return Tensor(shape: [4 * H, shape[0]], values: gates.flatMap(\.values))
    }
}
