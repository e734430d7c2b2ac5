/// A density of pictures with its weights and whitening, the content of the `model.safetensors` of a task `density`.
///
/// Its `model.layers` are the recurrent layers alone. Tensors: `whitening.*` in float64, `layers.K.*`, `head.*`.
public struct DensityFile<Element: Scalar>: Sendable {
    public var model: DensityModel
    public var whitening: ConditionalWhitening

    /// Of `model.network`.
    public var parameters: ParameterTensors<Element>
    public var seed: UInt64?

    /// `task`, `data` and `training`, each an object.
    public var members: JSONObject

    public init(
        model: DensityModel, whitening: ConditionalWhitening, parameters: ParameterTensors<Element>, seed: UInt64?,
        members: JSONObject
    ) {
        (self.model, self.whitening, self.parameters) = (model, whitening, parameters)
        (self.seed, self.members) = (seed, members)
    }

    /// Reads a density, its weights converted to `Element`.
    ///
    /// - Throws: ``MDLSTMError`` when the file is damaged or no density, or a tensor is missing, misshapen or not finite.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(try TensorFile(contentsOf: path), path: path)
    }

    /// Whether a file is of a density, by its configuration.
    package static func isDensity(_ file: TensorFile) throws(MDLSTMError) -> Bool {
        try file.configuration()?["task"]?["kind"]?.stringValue == TaskKind.density.rawValue
    }

    package init(_ file: TensorFile, path: String) throws(MDLSTMError) {
        guard try Self.isDensity(file), let json = try file.configuration(), let task = json["task"] else {
            throw MDLSTMError(
                .data, "\(path): expected a density of pictures; train one with 'mdlstm train' on a folder of pictures")
        }
        var outer = try ConfigurationReader(task, name: "\(path), task")
        _ = try outer.optional("kind", "density") { $0.stringValue }
        let options = try DensityOptions(reading: &outer, name: "\(path), task")
        var layers: [LayerConfiguration] = []
        for (index, layer) in (json["model"]?["layers"]?.arrayValue ?? []).enumerated() {
            guard
                case .recurrent(let configuration, _) = try LayerDescription(
                    json: layer, name: "\(path), layer \(index)")
            else {
                throw MDLSTMError(.data, "\(path), layer \(index): expected recurrent layers alone in a density")
            }
            layers.append(configuration)
        }
        do { model = try DensityModel(options, layers: layers) } catch {
            throw MDLSTMError(.data, "\(path): \(error.message)")
        }
        var own = ParameterTensors<Element>(), fitted = ParameterTensors<Double>()
        for name in file.names {
            if name.hasPrefix("whitening.") {
                fitted[name] = try file.tensor(name, as: Double.self)
            } else {
                own[name] = try file.tensor(name, as: Element.self)
            }
        }
        do {
            whitening = try ConditionalWhitening(
                tensors: fitted, inputSize: model.neighbourhood.inputSize, outputSize: model.neighbourhood.outputSize)
            let shapes = model.network.parameterShapes
            own = try own.ordered(
                as: shapes.map { ParameterShape(name: Self.outer($0.name, layers.count), shape: $0.shape) })
            try own.requireFinite()
            parameters = ParameterTensors(shapes: shapes, flat: own.flat)
        } catch { throw MDLSTMError(.data, "\(path): \(error.message)") }
        seed = file.seed
        members = [:]
        for key in ["task", "data", "training"] { members[key] = json[key] }
    }

    /// Writes the density; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        let model: JSONObject = [
            "inputSize": 1, "axes": 2, "layers": .array(self.model.layers.map { LayerDescription.recurrent($0).json }),
        ]
        file.metadata[configurationKey] =
            JSONValue.object((["version": 1, "model": .object(model)] as JSONObject).merging(members)).serialized()
        file.seed = seed
        file.append(contentsOf: whitening.tensors)
        for (name, tensor) in parameters { file.append(Self.outer(name, self.model.layers.count), tensor) }
        try file.write(to: path)
    }

    /// `0.weight_ih` is `layers.0.weight_ih`, and what the last layer has `head.priors`.
    private static func outer(_ name: String, _ layers: Int) -> String {
        let (layer, own) = DensityModel.parts(of: name)
        return layer < layers ? "layers.\(name)" : "head.\(own)"
    }
}
