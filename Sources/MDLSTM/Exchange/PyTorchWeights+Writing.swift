extension WeightFile {
    /// The state dict of the `torch.nn.LSTM` that computes the same: `bias_ih` is the bias, `bias_hh` is zero.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` with what `torch.nn.LSTM` does not have.
    public func pyTorchTensors() throws(MDLSTMError) -> TensorFile {
        let layers = try recurrentLayers()
        let first = layers[0].configuration
        var file = TensorFile()
        for (index, layer) in layers.enumerated() {
            let name = layers.count == 1 ? "the layer" : "layer \(index)"
            if let reason = layer.configuration.reasonAgainstPyTorch {
                throw MDLSTMError(.data, "\(name) \(reason)")
            }
            guard layer.configuration.directions == first.directions, layer.configuration.hiddenSize == first.hiddenSize
            else {
                throw MDLSTMError(
                    .data,
                    "\(name) has \(counted(layer.configuration.hiddenSize, "unit")) and directions "
                        + "\(layer.configuration.directions); torch.nn.LSTM has the same in all layers, here "
                        + "\(first.hiddenSize) and \(first.directions)")
            }
            for s in first.directions.indices {
                let suffix = "_l\(index)" + (s == 1 ? "_reverse" : "")
                let bias = layer.parameters["bias"]!.element(s)
                file.append("weight_ih" + suffix, layer.parameters["weight_ih"]!.element(s))
                file.append("weight_hh" + suffix, layer.parameters["weight_hh"]!.element(s).element(0))
                file.append("bias_ih" + suffix, bias)
                file.append("bias_hh" + suffix, Tensor<Element>(zeros: bias.shape))
            }
        }
        return file
    }

    /// The recurrent layers, each with its tensors; refuses models with others.
    private func recurrentLayers() throws(MDLSTMError) -> [LayerFile<Element>] {
        switch self {
        case .layer(let file): return [file]
        case .model(let file):
            var layers: [LayerFile<Element>] = []
            for (index, layer) in file.model.layers.enumerated() {
                guard case .recurrent(let configuration, let merge) = layer,
                    merge == .concatenate || configuration.directions.count == 1
                else {
                    throw MDLSTMError(
                        .data,
                        "layer \(index) of the model is not recurrent with its directions side by side; torch.nn.LSTM "
                            + "has only such layers")
                }
                var parameters = ParameterTensors<Element>()
                for shape in configuration.parameterShapes {
                    parameters[shape.name] = file.parameters["\(index).\(shape.name)"]
                }
                layers.append(LayerFile(configuration: configuration, parameters: parameters))
            }
            return layers
        }
    }
}

extension LayerConfiguration {
    /// What `torch.nn.LSTM` does not have, or nil for a layer it can be.
    fileprivate var reasonAgainstPyTorch: String? {
        let standard = "; torch.nn.LSTM has only the standard cell"
        guard axes == 1, cell.isLSTMOverOneAxis else {
            return "has cell '\(cell.rawValue)' over \(axes) \(axes == 1 ? "axis" : "axes")" + standard + " over one"
        }
        if options.variant != .standard { return "is of variant \(options.variant.rawValue)" + standard }
        if options.peepholes { return "has peepholes" + standard }
        if options.layerNorm != .none { return "has layer norm \(options.layerNorm.rawValue)" + standard }
        if let clip = options.cellClip { return "clips the cell state at \(clip)" + standard }
        if options.gateActivation != .sigmoid { return "has gates that are hard sigmoids" + standard }
        if options.candidateActivation != .tanh { return "has a candidate without tanh" + standard }
        if options.outputActivation != .tanh { return "lets the cell state out without tanh" + standard }
        if options.preactivationClip != nil { return "clips its pre-activations" + standard }
        if !options.zoneout.isNone { return "has zoneout" + standard }
        guard directions[0] == .forward(axes: 1) else {
            return "scans only backwards; torch.nn.LSTM scans forwards or both ways"
        }
        return nil
    }
}
