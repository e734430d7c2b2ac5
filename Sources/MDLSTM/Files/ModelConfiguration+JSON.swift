extension ModelConfiguration {
    /// The configuration as it stands in files.
    public var json: JSONValue {
        [
            "version": 1,
            "model": [
                "inputSize": .integer(inputSize), "axes": .integer(axes), "layers": .array(layers.map(\.json)),
            ],
        ]
    }

    /// What a training adds to the model in its file.
    static var memberKeys: [String] { ["task", "data", "training"] }

    /// Reads the configuration of a file; absent options take their defaults, unknown keys are refused. A `grid` without
    /// `gridOutput` has ``GridOutput/productOfTanh``. What a training adds, the
    /// members `task`, `data` and `training`, is passed over.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming the layer, the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var outer = try ConfigurationReader(json, name: name)
        try outer.checkVersion()
        let content = try outer.required("model", "an object") { $0.objectValue }
        for key in Self.memberKeys { _ = try outer.optional(key, "an object") { $0.objectValue } }
        try outer.finish()
        var reader = try ConfigurationReader(.object(content), name: name)
        let inputSize = try reader.required("inputSize", "a whole number") { $0.intValue }
        let axes = try reader.required("axes", "a whole number") { $0.intValue }
        let list = try reader.required("layers", "a list of layers") { $0.arrayValue }
        try reader.finish()
        var layers: [LayerDescription] = []
        for (index, layer) in list.enumerated() {
            layers.append(try LayerDescription(json: layer, name: "\(name), layer \(index)"))
        }
        do {
            try self.init(inputSize: inputSize, axes: axes, layers: layers)
        } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
    }
}

extension LayerDescription {
    package var json: JSONValue {
        let kind = kind
        return .object((["type": .string(Swift.type(of: kind).typeName)] as JSONObject).merging(kind.members))
    }

    init(json: JSONValue, name: String) throws(MDLSTMError) {
        let names = Self.kinds.map { $0.typeName }.joined(separator: ", ")
        var reader = try ConfigurationReader(json, name: name)
        let type = try reader.required("type", "one of \(names)") { $0.stringValue }
        guard let kind = Self.kinds.first(where: { $0.typeName == type }) else {
            throw MDLSTMError(.data, "\(name): layer type '\(type)' is not known; expected one of \(names)")
        }
        self = try kind.init(reading: &reader, name: name).description
        try reader.finish()
    }
}

extension JSONObject {
    /// These members, then those of `other`.
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in other { merged[key] = value }
        return merged
    }
}
