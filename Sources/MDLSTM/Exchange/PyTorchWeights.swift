extension WeightFile {
    /// The layers of a state dict of `torch.nn.LSTM`, n its layers, from 0:
    ///
    ///     weight_ih_ln  [4H, I]   weight_ih     gates in the order i, f, g, o; I is H times the directions for n > 0
    ///     weight_hh_ln  [4H, H]   weight_hh
    ///     bias_ih_ln    [4H]      bias = bias_ih + bias_hh; zeros where absent
    ///     bias_hh_ln    [4H]
    ///
    /// and the same with `_reverse` behind for the other direction.
    static func fromPyTorch(_ tensors: ParameterTensors<Element>) throws(MDLSTMError) -> WeightFile {
        let source = try ForeignTensors<Element>.single(in: tensors, example: "weight_ih_l0, weight_hh_l0") { name in
            let start = name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex
            let role = String(name[start...])
            return PyTorchName(role).map { _ in (String(name[..<start]), role) }
        }
        let names = source.tensors.names.compactMap(PyTorchName.init)
        if let projection = names.first(where: { $0.kind == "weight_hr" }) {
            throw MDLSTMError(
                .data,
                "tensor '\(source.prefix)\(projection)' is a projection; an LSTM with proj_size is not supported: train "
                    + "it without")
        }
        let isBidirectional = names.contains { $0.isReverse }
        let hasBias = names.contains { $0.kind.hasPrefix("bias") }
        let H = try source.shape(of: "weight_hh_l0", "[4H, H]")[1]
        let I = try source.shape(of: "weight_ih_l0", "[4H, I]")[1]
        let directions = isBidirectional ? [false, true] : [false]
        let layers = names.reduce(0) { max($0, $1.layer) } + 1

        var shapes: [ParameterShape] = []
        for layer in 0..<layers {
            for reverse in directions {
                let suffix = "_l\(layer)" + (reverse ? "_reverse" : "")
                let inputs = layer == 0 ? I : directions.count * H
                shapes.append(ParameterShape(name: "weight_ih" + suffix, shape: [4 * H, inputs]))
                shapes.append(ParameterShape(name: "weight_hh" + suffix, shape: [4 * H, H]))
                guard hasBias else { continue }
                shapes.append(ParameterShape(name: "bias_ih" + suffix, shape: [4 * H]))
                shapes.append(ParameterShape(name: "bias_hh" + suffix, shape: [4 * H]))
            }
        }
        try source.require(shapes)
        var files: [LayerFile<Element>] = []
        for layer in 0..<layers {
            let weights = directions.map { reverse in
                let suffix = "_l\(layer)" + (reverse ? "_reverse" : "")
                return LSTMWeights(
                    input: source["weight_ih" + suffix], recurrent: source["weight_hh" + suffix],
                    bias: hasBias
                        ? source["bias_ih" + suffix] + source["bias_hh" + suffix] : Tensor(zeros: [4 * H]))
            }
            files.append(try LayerFile(weights, directions: directions.map { Direction(reversed: [$0]) }))
        }
        return try WeightFile(files)
    }

    /// One layer as it is, several as a model.
    private init(_ files: [LayerFile<Element>]) throws(MDLSTMError) {
        if files.count == 1 {
            self = .layer(files[0])
            return
        }
        let layers = files.map { LayerDescription.recurrent($0.configuration, merge: .concatenate) }
        let model = try ModelConfiguration(inputSize: files[0].configuration.inputSize, axes: 1, layers: layers)
        var parameters = ParameterTensors<Element>()
        for (index, file) in files.enumerated() {
            for (name, tensor) in file.parameters.entries { parameters["\(index).\(name)"] = tensor }
        }
        self = .model(ModelFile(model: model, parameters: parameters))
    }
}

/// A name in the state dict of `torch.nn.LSTM`, such as `weight_ih_l0_reverse`.
struct PyTorchName: CustomStringConvertible {
    /// weight_ih, weight_hh, weight_hr, bias_ih or bias_hh.
    let kind: String
    let layer: Int
    let isReverse: Bool

    init?(_ name: String) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4 && parts[3] == "reverse", parts[2].first == "l",
            let layer = Int(parts[2].dropFirst()), (0..<1000).contains(layer)
        else { return nil }
        kind = "\(parts[0])_\(parts[1])"
        guard ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"].contains(kind) else { return nil }
        self.layer = layer
        isReverse = parts.count == 4
        guard description == name else { return nil }
    }

    var description: String { "\(kind)_l\(layer)" + (isReverse ? "_reverse" : "") }
}
