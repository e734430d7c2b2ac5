/// A density of pictures with its weights and whitening, the content of the `model.safetensors` of a task `density`.
///
/// Its `model.layers` are the recurrent layers alone. Tensors: `whitening.*` in float64, `layers.K.*`, `head.*`; of colours
/// `luma.whitening.*` and so on, then `chroma.whitening.*` and so on, whose first layers read other features, so that its
/// `inputSize` is left out.
public struct DensityFile<Element: Scalar>: Sendable {
    /// One network of gray pictures; luma, then chroma of coloured ones, or one of them alone.
    public var planes: [PlaneDensity<Element>]
    public var seed: UInt64?

    /// `task`, `data` and `training`, each an object.
    public var members: JSONObject

    /// - Precondition: there is a plane, and all have the same options.
    public init(_ planes: [PlaneDensity<Element>], seed: UInt64?, members: JSONObject) {
        precondition(!planes.isEmpty, "a density has a network")
        (self.planes, self.seed, self.members) = (planes, seed, members)
    }

    public init(
        model: DensityModel, whitening: ConditionalWhitening, parameters: ParameterTensors<Element>, seed: UInt64?,
        members: JSONObject
    ) {
        self.init([PlaneDensity(model, whitening, parameters: parameters)], seed: seed, members: members)
    }

    /// What all planes are made of.
    public var options: DensityOptions { planes[0].model.options }

    /// The first network: the only one of gray pictures.
    public var model: DensityModel {
        get { planes[0].model }
        set { planes[0].model = newValue }
    }

    /// Of the first network.
    public var whitening: ConditionalWhitening {
        get { planes[0].whitening }
        set { planes[0].whitening = newValue }
    }

    /// Of `model.network`.
    public var parameters: ParameterTensors<Element> {
        get { planes[0].parameters }
        set { planes[0].parameters = newValue }
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
        try file.refuseCheckpoint()
        guard try Self.isDensity(file), let json = try file.configuration(), let task = json["task"] else {
            throw MDLSTMError(
                .data, "\(path): expected a density of pictures; train one with 'mdlstm train' on a folder of pictures")
        }
        var outer = try ConfigurationReader(task, name: "\(path), task")
        _ = try outer.optional("kind", "density") { $0.stringValue }
        let options = try DensityOptions(reading: &outer, name: "\(path), task")
        let template = try ModelTemplate(json: json["model"] ?? ["layers": []], name: path)
        let prefixes = options.color.planes.map(\.prefix)
        if let stray = file.names.first(where: { name in !prefixes.contains { name.hasPrefix($0) } }) {
            throw MDLSTMError(
                .data,
                "\(path): found the tensor '\(stray)', expected names that begin with "
                    + prefixes.map { "'\($0)'" }.joined(separator: " or ") + ", since the colours are \(options.color)")
        }
        let present = options.color.planes.filter { plane in file.names.contains { $0.hasPrefix(plane.prefix) } }
        planes = []
        for plane in present.isEmpty ? options.color.planes : present {
            let layers = try template.recurrentLayers(
                inputSize: DensityModel.conditions(options, of: plane), axes: 2, name: path)
            do throws(MDLSTMError) {
                let model = try DensityModel(options, of: plane, layers: layers)
                planes.append(try PlaneDensity(model, from: file, prefix: plane.prefix))
            } catch { throw MDLSTMError(.data, "\(path): \(error.message)") }
        }
        seed = file.seed
        members = [:]
        for key in ["task", "data", "training"] { members[key] = json[key] }
    }

    /// Writes the density; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        let template = ModelTemplate(densityOf: options.color, layers: model.layers)
        file.metadata[configurationKey] =
            JSONValue.object((["version": 1, "model": template.json] as JSONObject).merging(members)).serialized()
        file.seed = seed
        for plane in planes { plane.append(to: &file, prefix: plane.model.plane.prefix) }
        try file.write(to: path)
    }
}

extension DensityPlane {
    /// What the names of its tensors begin with.
    fileprivate var prefix: String { self == .gray ? "" : "\(rawValue)." }
}

extension ModelTemplate {
    /// The recurrent layers of a density; those of colours leave open how many features the first reads, which are others for
    /// luma and for chroma.
    public init(densityOf color: DensityColor, layers: [LayerConfiguration], frozen: Set<Int> = []) {
        self.init(inputSize: color.channels, axes: 2, layers: layers, frozen: frozen, leavesInputOpen: color != .gray)
    }
}
