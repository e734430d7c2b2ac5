/// The key of `__metadata__` that holds the configuration in our files.
package let configurationKey = "mdlstm"

/// The key of the seed that the weights were drawn or trained with.
private let seedKey = "seed"

extension TensorFile {
    /// The seed the file carries, or nil.
    package var seed: UInt64? {
        get { metadata[seedKey].flatMap { UInt64($0) } }
        set { metadata[seedKey] = newValue.map { String($0) } }
    }

    /// The configuration the file carries, or nil.
    package func configuration() throws(MDLSTMError) -> JSONValue? {
        guard let text = metadata[configurationKey] else { return nil }
        return try JSONValue(parsing: text, name: "\(name), metadata '\(configurationKey)'")
    }

    /// All tensors of the file in another precision, in order; whole numbers are refused.
    package func tensors<T: Scalar>(as type: T.Type = T.self) throws(MDLSTMError) -> ParameterTensors<T> {
        var tensors = ParameterTensors<T>()
        for name in names {
            guard let entry = self[name], entry.type.isFloatingPoint else {
                throw MDLSTMError(
                    .data,
                    "\(self.name): tensor '\(name)' has type \(self[name]?.type.rawValue ?? "none"); "
                        + "expected F16, BF16, F32 or F64; convert it to float32 first")
            }
            tensors[name] = try tensor(name, as: T.self)
        }
        return tensors
    }

    /// Throws `.data` for a checkpoint, which has a model and more.
    func refuseCheckpoint() throws(MDLSTMError) {
        guard metadata[checkpointKey] != nil else { return }
        throw MDLSTMError(
            .data,
            "\(name): expected a model, found a checkpoint, from which --resume goes on; give the folder of its run, or the "
                + "model.safetensors in it, which is the best so far")
    }

    /// The parameters of these shapes, in their order: exactly those, and finite.
    func parameters<T: Scalar>(of shapes: [ParameterShape]) throws(MDLSTMError) -> ParameterTensors<T> {
        let tensors: ParameterTensors<T> = try tensors()
        do {
            let parameters = try tensors.ordered(as: shapes)
            try parameters.requireFinite()
            return parameters
        } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
    }

    /// Appends every tensor under its name.
    package mutating func append<T: Scalar>(contentsOf tensors: ParameterTensors<T>) {
        for (name, tensor) in tensors.entries { append(name, tensor) }
    }
}

/// A recurrent layer with its weights, the content of `LAYER.safetensors`.
public struct LayerFile<Element: Scalar>: Sendable {
    public var configuration: LayerConfiguration
    public var parameters: ParameterTensors<Element>

    /// The seed that the weights were drawn with, if it is known.
    public var seed: UInt64?

    public init(configuration: LayerConfiguration, parameters: ParameterTensors<Element>, seed: UInt64? = nil) {
        self.configuration = configuration
        self.parameters = parameters
        self.seed = seed
    }

    /// Reads a layer, its tensors converted to `Element`.
    ///
    /// - Throws: ``MDLSTMError`` when the file is damaged or not a layer, or a tensor is missing, misshapen or not
    ///   finite.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(try TensorFile(contentsOf: path), path: path)
    }

    init(_ file: TensorFile, path: String) throws(MDLSTMError) {
        guard let json = try file.configuration() else {
            try file.refuseForeign()
            throw MDLSTMError(
                .data, "\(path): no '\(configurationKey)' in the metadata; expected a layer made by 'mdlstm init'")
        }
        if json["model"] != nil {
            throw MDLSTMError(.data, "\(path): holds a whole model; expected a single layer")
        }
        configuration = try LayerConfiguration(json: json, name: path)
        parameters = try file.parameters(of: configuration.parameterShapes)
        seed = file.seed
    }

    /// Writes the layer; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        file.metadata[configurationKey] = configuration.json.serialized()
        file.seed = seed
        file.append(contentsOf: parameters)
        try file.write(to: path)
    }
}

/// A model with its weights, the content of `model.safetensors`.
public struct ModelFile<Element: Scalar>: Sendable {
    public var model: ModelConfiguration
    public var parameters: ParameterTensors<Element>

    /// The seed that the model was trained with, if it is known.
    public var seed: UInt64?

    /// What a training tells besides the model: `task`, `data` and `training`, each an object; empty for a model alone.
    public var members: JSONObject

    /// How often symbols follow one another in the text that a model of text was trained with; nil where that is not known.
    public var counts: ContextCounts?

    public init(
        model: ModelConfiguration, parameters: ParameterTensors<Element>, seed: UInt64? = nil,
        members: JSONObject = [:], counts: ContextCounts? = nil
    ) {
        self.counts = counts
        self.model = model
        self.parameters = parameters
        self.seed = seed
        self.members = members
    }

    /// Reads a model, its tensors converted to `Element`.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(try TensorFile(contentsOf: path), path: path)
    }

    package init(_ file: TensorFile, path: String) throws(MDLSTMError) {
        try file.refuseCheckpoint()
        guard let json = try file.configuration(), json["model"] != nil else {
            throw MDLSTMError(.data, "\(path): no model in the metadata; expected a file of 'mdlstm train'")
        }
        model = try ModelConfiguration(json: json, name: path)
        counts = try ContextCounts(file, classes: model.outputSize)
        parameters = try file.without(ContextCounts.names).parameters(of: model.parameterShapes)
        seed = file.seed
        members = [:]
        for key in ModelConfiguration.memberKeys { members[key] = json[key] }
    }

    /// Writes the model; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        file.metadata[configurationKey] = configuration.serialized()
        file.seed = seed
        file.append(contentsOf: parameters)
        for (name, entry) in counts?.entries ?? [] { file.append(name, entry) }
        try file.write(to: path)
    }

    /// The whole configuration as it stands in the file.
    public var configuration: JSONValue { .object((model.json.objectValue ?? [:]).merging(members)) }
}
