extension LayerFile {
    /// The layer of ONNX's operator LSTM with its default activations; D is its directions, 1 or 2.
    ///
    ///     W  [D, 4H, I]   weight_ih                     gates in the order i, o, f, c
    ///     R  [D, 4H, H]   weight_hh
    ///     B  [D, 8H]      bias, the sum of both halves; zeros where absent
    ///     P  [D, 3H]      weight_ch, in the order i, o, f
    init(onnx tensors: ParameterTensors<Element>, reversed: Bool) throws(MDLSTMError) {
        let roles = ["W", "R", "B", "P"]
        let source = try ForeignTensors<Element>.single(in: tensors, example: roles.joined(separator: ", ")) {
            $0.split(before: roles)
        }
        let recurrent = try source.shape(of: "R", "[1 or 2, 4H, H]")
        let (D, H) = (recurrent[0], recurrent[2])
        let I = try source.shape(of: "W", "[1 or 2, 4H, I]")[2]
        guard D <= 2 else {
            throw MDLSTMError(.data, "tensor '\(source.prefix)R' has shape \(recurrent); expected [1 or 2, 4H, H]")
        }
        guard D == 1 || !reversed else {
            throw MDLSTMError(.data, "the direction is to be reverse, but tensor 'R' of shape \(recurrent) has both")
        }
        var shapes = [
            ParameterShape(name: "W", shape: [D, 4 * H, I]), ParameterShape(name: "R", shape: [D, 4 * H, H]),
        ]
        if source.has("B") { shapes.append(ParameterShape(name: "B", shape: [D, 8 * H])) }
        if source.has("P") { shapes.append(ParameterShape(name: "P", shape: [D, 3 * H])) }
        try source.require(shapes)

        let gates: [Gate] = [.input, .output, .forget(0), .candidate]
        let ours: [Gate] = [.input, .forget(0), .candidate, .output]
        let peepholes: [Gate] = [.input, .output, .forget(0)]
        let weights = (0..<D).map { direction in
            let biases = source.tensors["B"]?.element(direction).reshaped([2, 4 * H])
            let bias = biases.map { $0.element(0) + $0.element(1) } ?? Tensor(zeros: [4 * H])
            return LSTMWeights(
                input: source["W"].element(direction).reordered(gates, to: ours),
                recurrent: source["R"].element(direction).reordered(gates, to: ours),
                bias: bias.reordered(gates, to: ours),
                peepholes: source.tensors["P"].map {
                    $0.element(direction).reshaped([3, H]).reordered(peepholes, to: [.input, .forget(0), .output])
                })
        }
        let both = Direction.all(axes: 1)
        try self.init(weights, directions: D == 2 ? both : [both[reversed ? 1 : 0]])
    }
}
