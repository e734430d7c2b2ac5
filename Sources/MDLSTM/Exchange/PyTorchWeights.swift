extension WeightFile {
    /// The layers of a state dict of `torch.nn.LSTM`, n its layers, from 0:
    ///
    ///     weight_ih_ln  [4H, I]   weight_ih     gates in the order i, f, g, o; I is H times the directions for n > 0
    ///     weight_hh_ln  [4H, H]   weight_hh
    ///     bias_ih_ln    [4H]      bias = bias_ih + bias_hh; zeros where absent
    ///     bias_hh_ln    [4H]
    ///
    /// and the same with `_reverse` behind for the other direction.
    ///
    /// An LSTMCell has them without `_l0`.
    static func fromPyTorch(_ tensors: ParameterTensors<Element>) throws(MDLSTMError) -> WeightFile {
        let source = try ForeignTensors<Element>.single(
            in: tensors, example: PyTorchName.example, split: PyTorchName.split)
        return try WeightFile(source.pyTorchLayers())
    }

    /// One layer as it is, several as a model.
    init(_ files: [LayerFile<Element>]) throws(MDLSTMError) {
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

extension ForeignTensors {
    /// The layers of an LSTM or LSTMCell whose tensors these are.
    func pyTorchLayers() throws(MDLSTMError) -> [LayerFile<T>] {
        let names = tensors.names.compactMap(PyTorchName.init)
        if let projection = names.first(where: { $0.kind == "weight_hr" }) {
            throw MDLSTMError(
                .data,
                "tensor '\(prefix)\(projection)' is a projection; an LSTM with proj_size is not supported: train it "
                    + "without")
        }
        let isCell = names.allSatisfy { $0.isCell }
        let isBidirectional = names.contains { $0.isReverse }
        let hasBias = names.contains { $0.kind.hasPrefix("bias") }
        func suffix(_ layer: Int, _ reverse: Bool) -> String {
            isCell ? "" : "_l\(layer)" + (reverse ? "_reverse" : "")
        }
        let H = try shape(of: "weight_hh" + suffix(0, false), "[4H, H]")[1]
        let I = try shape(of: "weight_ih" + suffix(0, false), "[4H, I]")[1]
        let directions = isBidirectional ? [false, true] : [false]
        let layers = names.reduce(0) { max($0, $1.layer) } + 1

        var shapes: [ParameterShape] = []
        for layer in 0..<layers {
            for reverse in directions {
                let suffix = suffix(layer, reverse)
                let inputs = layer == 0 ? I : directions.count * H
                shapes.append(ParameterShape(name: "weight_ih" + suffix, shape: [4 * H, inputs]))
                shapes.append(ParameterShape(name: "weight_hh" + suffix, shape: [4 * H, H]))
                guard hasBias else { continue }
                shapes.append(ParameterShape(name: "bias_ih" + suffix, shape: [4 * H]))
                shapes.append(ParameterShape(name: "bias_hh" + suffix, shape: [4 * H]))
            }
        }
        try require(shapes)
        var files: [LayerFile<T>] = []
        for layer in 0..<layers {
            let weights = directions.map { reverse in
                let suffix = suffix(layer, reverse)
                return LSTMWeights(
                    input: self["weight_ih" + suffix], recurrent: self["weight_hh" + suffix],
                    bias: hasBias ? self["bias_ih" + suffix] + self["bias_hh" + suffix] : Tensor(zeros: [4 * H]))
            }
            files.append(try LayerFile(weights, directions: directions.map { Direction(reversed: [$0]) }))
        }
        return files
    }
}

/// A name in the state dict of `torch.nn.LSTM`, such as `weight_ih_l0_reverse`, or of `torch.nn.LSTMCell`: `weight_ih`.
struct PyTorchName: CustomStringConvertible {
    /// weight_ih, weight_hh, weight_hr, bias_ih or bias_hh.
    let kind: String
    let layer: Int
    let isReverse: Bool

    /// Whether it is a cell's, without a layer.
    let isCell: Bool

    init?(_ name: String) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard (2...4).contains(parts.count) else { return nil }
        kind = "\(parts[0])_\(parts[1])"
        isCell = parts.count == 2
        isReverse = parts.count == 4
        guard let layer = isCell ? 0 : Int(parts[2].dropFirst()), (0..<1000).contains(layer) else { return nil }
        self.layer = layer
        let kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] + (isCell ? [] : ["weight_hr"])
        guard kinds.contains(kind), description == name else { return nil }
    }

    var description: String { isCell ? kind : "\(kind)_l\(layer)" + (isReverse ? "_reverse" : "") }

    /// Names that would be known, for messages.
    static let example = "weight_ih_l0, weight_hh_l0"

    /// Module and name within it; nil for a name that is none of an LSTM's.
    static func split(_ name: String) -> (prefix: String, role: String)? {
        let start = name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex
        let role = String(name[start...])
        return PyTorchName(role).map { _ in (String(name[..<start]), role) }
    }
}
