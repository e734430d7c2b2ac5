/// One module of a model in PyTorch that becomes layers here; names are those of its tensors up to the last dot.
public enum PyTorchModule: Hashable, Sendable {
    /// `torch.nn.Embedding`: `weight [V, E]`.
    case embedding(String)
    /// `torch.nn.LSTM` or `torch.nn.LSTMCell`.
    case lstm(String)
    /// `torch.nn.Linear`: `weight [O, I]` and `bias [O]`, zeros where absent.
    case dense(String)
    /// A function without tensors.
    case activation(Activation)
    /// Dropout, which has no tensors and does nothing where a model is run: it is left out.
    case dropout

    /// The name of the module, if it has tensors.
    package var name: String? {
        switch self {
        case .embedding(let name), .lstm(let name), .dense(let name): name
        case .activation, .dropout: nil
        }
    }

    /// Whether a tensor is one of the module's own, and not of a module within it.
    package func owns(_ tensor: String) -> Bool {
        guard let name else { return false }
        let prefix = name.isEmpty || name.hasSuffix(".") ? name : name + "."
        return tensor.hasPrefix(prefix) && !tensor.dropFirst(prefix.count).contains(".")
    }

    /// Refuses a module that has no tensor of its own, listing those that have.
    package func requireTensors(among names: [String]) throws(MDLSTMError) {
        guard let name, !names.contains(where: owns) else { return }
        var modules: [String] = []
        for tensor in names {
            let module = tensor.lastIndex(of: ".").map { String(tensor[..<$0]) } ?? ""
            if !modules.contains(module) { modules.append(module) }
            if modules.count > 8 { break }
        }
        let listed = modules.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (modules.count > 8 ? ", .." : "")
        throw MDLSTMError(.data, "no tensors of a module '\(name)'; the modules with tensors are \(listed)")
    }
}

extension ModelFile {
    /// The model of modules applied one after the other to sequences `[B, T, I]`.
    ///
    /// Throws `.data` naming the tensor that is missing, unexpected or misshapen, and where a module takes other features
    /// than the one before it gives.
    init(_ file: TensorFile, pyTorchModules modules: [PyTorchModule]) throws(MDLSTMError) {
        var layers: [LayerDescription] = []
        var parameters = ParameterTensors<Element>()
        var before: (name: String, size: Int)?
        for module in modules {
            guard let name = module.name else {
                if case .activation(let function) = module { layers.append(.activation(function)) }
                continue
            }
            if case .embedding = module, !layers.isEmpty {
                throw MDLSTMError(.data, "'\(name)' is an embedding behind other layers; expected it as the first")
            }
            let parts = try Self.layers(of: module, in: file)
            guard before == nil || parts[0].inputs == before?.size else {
                throw MDLSTMError(
                    .data,
                    "'\(name)' takes \(counted(parts[0].inputs, "feature")), and '\(before?.name ?? "")' before it gives "
                        + "\(before?.size ?? 0); expected modules in the order they are applied in")
            }
            for part in parts {
                for (role, tensor) in part.tensors.entries { parameters["\(layers.count).\(role)"] = tensor }
                layers.append(part.layer)
            }
            before = (name, parts[parts.count - 1].outputs)
        }
        guard let first = layers.first(where: { $0.kind.inputSize != nil })?.kind.inputSize else {
            throw MDLSTMError(.data, "no module with tensors; expected an embedding, an lstm or a dense one")
        }
        let model = try ModelConfiguration(inputSize: first, axes: 1, layers: layers)
        self.init(model: model, parameters: try parameters.ordered(as: model.parameterShapes))
    }

    /// A layer with its tensors and sizes.
    private typealias Part = (layer: LayerDescription, tensors: ParameterTensors<Element>, inputs: Int, outputs: Int)

    private static func layers(of module: PyTorchModule, in file: TensorFile) throws(MDLSTMError) -> [Part] {
        let tensors = try ownTensors(of: module, in: file)
        switch module {
        case .lstm:
            let source = try ForeignTensors<Element>.single(
                in: tensors, example: PyTorchName.example, split: PyTorchName.split)
            return try source.pyTorchLayers().map { file in
                let configuration = file.configuration
                return (
                    .recurrent(configuration, merge: .concatenate), file.parameters, configuration.inputSize,
                    configuration.hiddenSize * configuration.directions.count
                )
            }
        case .embedding:
            let source = try matrix(tensors, "[V, E]", [])
            let shape = source["weight"].shape
            return [(.embedding(symbols: shape[0], size: shape[1]), source.tensors, 1, shape[1])]
        default:
            let source = try matrix(tensors, "[O, I]", ["bias"])
            let shape = source["weight"].shape
            var parameters = source.tensors
            if parameters["bias"] == nil { parameters["bias"] = Tensor(zeros: [shape[0]]) }
            return [(.dense(inputSize: shape[1], outputSize: shape[0]), parameters, shape[1], shape[0])]
        }
    }

    /// The tensors of a module, converted; whatever else the file has is not looked at.
    private static func ownTensors(
        of module: PyTorchModule, in file: TensorFile
    ) throws(MDLSTMError) -> ParameterTensors<Element> {
        let own = file.selecting(module.owns)
        try module.requireTensors(among: file.names)
        try own.refuseOtherCells()
        return try own.tensors()
    }

    /// The tensors of a module with a `weight` of two axes and, maybe, a `bias`.
    private static func matrix(
        _ tensors: ParameterTensors<Element>, _ letters: String, _ optional: [String]
    ) throws(MDLSTMError) -> ForeignTensors<Element> {
        let roles = ["weight"] + optional
        let source = try ForeignTensors<Element>.single(in: tensors, example: roles.joined(separator: ", ")) {
            $0.split(before: roles)
        }
        guard let shape = source.tensors["weight"]?.shape, shape.count == 2, !shape.contains(0) else {
            throw MDLSTMError(
                .data,
                "tensor '\(source.prefix)weight' "
                    + (source.tensors["weight"].map { "has shape \($0.shape)" } ?? "is missing")
                    + "; expected shape \(letters)")
        }
        var shapes = [ParameterShape(name: "weight", shape: shape)]
        if source.has("bias") { shapes.append(ParameterShape(name: "bias", shape: [shape[0]])) }
        try source.require(shapes)
        return source
    }
}
