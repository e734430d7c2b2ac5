extension LayerFile {
    /// The layer of the inputs of ONNX's operator LSTM without its attributes, so that they have their defaults.
    ///
    /// - Parameter reversed: whether a single direction is `reverse`
    init(onnx tensors: ParameterTensors<Element>, reversed: Bool) throws(MDLSTMError) {
        let roles = ["W", "R", "B", "P"]
        let source = try ForeignTensors<Element>.single(in: tensors, example: roles.joined(separator: ", ")) {
            $0.split(before: roles)
        }
        let recurrent = try source.shape(of: "R", "[1 or 2, 4H, H]")
        guard recurrent[0] <= 2 else {
            throw MDLSTMError(.data, "tensor '\(source.prefix)R' has shape \(recurrent); expected [1 or 2, 4H, H]")
        }
        guard recurrent[0] == 1 || !reversed else {
            throw MDLSTMError(.data, "the direction is to be reverse, but tensor 'R' of shape \(recurrent) has both")
        }
        let both = Direction.all(axes: 1)
        try self.init(onnx: source, ONNXAttributes(directions: recurrent[0] == 2 ? both : [both[reversed ? 1 : 0]]))
    }

    /// The layer of ONNX's operator LSTM; D is its directions, 1 or 2.
    ///
    ///     W  [D, 4H, I]   weight_ih                     gates in the order i, o, f, c
    ///     R  [D, 4H, H]   weight_hh
    ///     B  [D, 8H]      bias, the sum of both halves; zeros where absent
    ///     P  [D, 3H]      weight_ch, in the order i, o, f
    init(onnx source: ForeignTensors<Element>, _ attributes: ONNXAttributes) throws(MDLSTMError) {
        let D = attributes.directions.count
        let H = try source.shape(of: "R", "[\(D), 4H, H]")[2]
        let I = try source.shape(of: "W", "[\(D), 4H, I]")[2]
        if let stated = attributes.hiddenSize, stated != H {
            throw MDLSTMError(
                .data, "hidden_size is \(stated), and tensor 'R' of shape [D, 4H, H] is for \(H); expected the same")
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
            var bias = biases.map { $0.element(0) + $0.element(1) } ?? Tensor(zeros: [4 * H])
            // Those of the gates that the first activation is for: i, o and f, not c.
            for row in 0..<(3 * H) { bias.values[row] += Element(attributes.gateShifts[direction]) }
            return LSTMWeights(
                input: source["W"].element(direction).reordered(gates, to: ours),
                recurrent: source["R"].element(direction).reordered(gates, to: ours),
                bias: bias.reordered(gates, to: ours),
                peepholes: source.tensors["P"].map {
                    $0.element(direction).reshaped([3, H]).reordered(peepholes, to: [.input, .forget(0), .output])
                })
        }
        try self.init(weights, directions: attributes.directions, options: attributes.options)
    }
}
