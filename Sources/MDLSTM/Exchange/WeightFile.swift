/// What a file of this package holds: a recurrent layer, or a model.
public enum WeightFile<Element: Scalar>: Sendable {
    case layer(LayerFile<Element>)
    case model(ModelFile<Element>)

    /// Reads a file of this package, its tensors converted to `Element`.
    ///
    /// - Throws: ``MDLSTMError`` as ``LayerFile/init(contentsOf:)`` and ``ModelFile/init(contentsOf:)``.
    public init(contentsOf path: String) throws(MDLSTMError) { try self.init(try TensorFile(contentsOf: path)) }

    package init(_ file: TensorFile) throws(MDLSTMError) {
        if try file.configuration()?["model"] != nil {
            self = .model(try ModelFile(file, path: file.name))
        } else {
            self = .layer(try LayerFile(file, path: file.name))
        }
    }

    /// Converts the tensors of another library: a single layer, or a model where there are several.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming the tensor that is missing, unexpected or misshapen, or what is
    ///   not supported and why.
    public init(_ file: TensorFile, from source: WeightSource) throws(MDLSTMError) {
        do {
            if case .pytorchModel(let modules) = source {
                self = .model(try ModelFile(file, pyTorchModules: modules))
                return
            }
            var file = file
            if source.library == .tensorflow { file = file.leavingOut(TensorFlowName.isOfTraining) }
            try file.refuseOtherCells()
            try file.requireNames(of: source.library)
            if source == .pytorch { try file.requirePyTorchNames() }
            let tensors: ParameterTensors<Element> = try file.tensors()
            switch source {
            case .pytorch, .pytorchModel: self = try Self.fromPyTorch(tensors)
            case .keras(let options): self = try Self.fromKeras(tensors, options)
            case .tensorflow(let options): self = try Self.fromTensorFlow(tensors, options)
            case .onnx(let reversed): self = .layer(try LayerFile(onnx: tensors, reversed: reversed))
            case .tensorflowMD(let direction, let forgetBias, let transposed):
                self = .layer(
                    try LayerFile(
                        tensorflowMD: tensors, direction: direction, forgetBias: forgetBias, transposed: transposed))
            }
        } catch {
            let name = error.message.hasPrefix("\(file.name): ") ? "" : "\(file.name): "
            throw MDLSTMError(error.kind == .option ? .data : error.kind, name + error.message)
        }
    }

    /// Writes the file whole or not at all; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        switch self {
        case .layer(let file): try file.write(to: path)
        case .model(let file): try file.write(to: path)
        }
    }
}

extension TensorFile {
    /// The precision that holds the file's floating-point numbers without loss: float64 if any tensor is F64.
    package var precision: Precision { names.contains { self[$0]?.type == .float64 } ? .float64 : .float32 }
}

extension TensorFile {
    /// The tensors but those of some names.
    fileprivate func leavingOut(_ isLeftOut: (String) -> Bool) -> TensorFile {
        var rest = TensorFile(name: name)
        rest.metadata = metadata
        for name in names where !isLeftOut(name) { rest.append(name, self[name]!) }
        return rest
    }
}
