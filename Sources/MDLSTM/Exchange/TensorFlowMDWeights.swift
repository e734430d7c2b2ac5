extension LayerFile {
    /// The layer of tensorflow-multi-dimensional-lstm's MultiDimensionalLSTMCell (md_lstm.py), of cell `graves`.
    ///
    ///     kernel        [I+2H, 5H]   rows x, h1, h2; gates in the order i, j, f1, f2, o
    ///     Y/scale       [H]          norm_weight, Y one of these gates or new_h, the cell state on its way out
    ///     Y/shift       [H]          norm_bias; `forgetBias` adds to that of f1 and f2
    ///
    /// Its state 1 is that of the site above, our axis 1, and state 2 that of the site to the left, our axis 2.
    init(
        tensorflowMD tensors: ParameterTensors<Element>, direction: Direction, forgetBias: Double, transposed: Bool
    ) throws(MDLSTMError) {
        guard direction.axes == 2 else {
            throw MDLSTMError(
                .option,
                "direction \(direction) has \(counted(direction.axes, "axis", plural: "axes")); expected 2, such as ++")
        }
        let forgets: [Gate] = transposed ? [.forget(1), .forget(0)] : [.forget(0), .forget(1)]
        let gates: [Gate] = [.input, .candidate] + forgets + [.output]
        let norms = ["i", "j", "f1", "f2", "o", "new_h"]
        let source = try ForeignTensors<Element>.single(in: tensors, example: "kernel, i/scale, i/shift, new_h/scale") {
            $0.splitMD(norms: norms)
        }
        let kernel = try source.shape(of: "kernel", "[I+2H, 5H]")
        let (H, I) = (kernel[1] / 5, kernel[0] - 2 * (kernel[1] / 5))
        guard kernel[1] % 5 == 0, I >= 1 else {
            throw MDLSTMError(.data, "tensor '\(source.prefix)kernel' has shape \(kernel); expected [I+2H, 5H]")
        }
        try source.require(
            [ParameterShape(name: "kernel", shape: kernel)]
                + norms.flatMap { norm in
                    ["scale", "shift"].map { ParameterShape(name: "\(norm)/\($0)", shape: [H]) }
                })
        let configuration = try LayerConfiguration(
            inputSize: I, hiddenSize: H, directions: [direction], options: CellOptions { $0.layerNorm = .gates },
            forgetBias: forgetBias)

        let rows = source["kernel"].transposed().reordered(gates, to: configuration.gates)
        let states = (0..<2).map { rows.columns((I + $0 * H)..<(I + ($0 + 1) * H)) }
        var parameters = ParameterTensors<Element>()
        parameters["weight_ih"] = .stacked([rows.columns(0..<I)])
        parameters["weight_hh"] = .stacked([.stacked(transposed ? states.reversed() : states)])
        let names = ["i", transposed ? "f2" : "f1", transposed ? "f1" : "f2", "j", "o", "new_h"]
        parameters["norm_weight"] = .stacked([.stacked(names.map { source["\($0)/scale"] })])
        parameters["norm_bias"] = .stacked([
            .stacked(
                names.map { name in
                    let added = name.hasPrefix("f") ? Element(forgetBias) : 0
                    return source["\(name)/shift"] + Tensor(repeating: added, shape: [H])
                })
        ])
        try parameters.validate(against: configuration.parameterShapes)
        self.init(configuration: configuration, parameters: parameters)
    }
}

extension String {
    /// TensorFlow's names: `../kernel`, `../weights` before TensorFlow 1.2, and `../i/layer_norm/scale` with its scopes.
    fileprivate func splitMD(norms: [String]) -> (prefix: String, role: String)? {
        let name = replacing("/layer_norm/", with: "/")
        let roles = ["kernel", "weights"] + norms.flatMap { ["\($0)/scale", "\($0)/shift"] }
        guard let (prefix, role) = name.split(before: roles) else { return nil }
        return (prefix, role == "weights" ? "kernel" : role)
    }
}
