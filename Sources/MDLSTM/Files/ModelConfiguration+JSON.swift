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

    /// Reads a configuration; absent options take their defaults, unknown keys are refused.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming the layer, the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var outer = try ConfigurationReader(json, name: name)
        try outer.checkVersion()
        let content = try outer.required("model", "an object") { $0.objectValue }
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
    var json: JSONValue {
        switch self {
        case .recurrent(let configuration, let merge):
            .object(
                (["type": "recurrent", "merge": .string(merge.rawValue)] as JSONObject).merging(configuration.members))
        case .dense(let inputs, let outputs):
            ["type": "dense", "inputSize": .integer(inputs), "outputSize": .integer(outputs)]
        case .activation(let activation):
            ["type": "activation", "function": .string(activation.rawValue)]
        case .patch(let window):
            ["type": "patch", "window": .array(window.map { .integer($0) })]
        case .embedding(let symbols, let size):
            ["type": "embedding", "symbols": .integer(symbols), "size": .integer(size)]
        case .dropout(let rate):
            ["type": "dropout", "rate": .number(rate)]
        }
    }

    private static let typeNames = "recurrent, dense, activation, patch, embedding, dropout"

    init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        let type = try reader.required("type", "one of \(Self.typeNames)") { $0.stringValue }
        switch type {
        case "recurrent":
            let merge = try reader.optional("merge", "concatenate or sum") {
                $0.stringValue.flatMap(DirectionMerge.init)
            }
            self = .recurrent(try LayerConfiguration(reading: &reader, name: name), merge: merge ?? .concatenate)
        case "dense":
            self = .dense(
                inputSize: try reader.required("inputSize", "a whole number") { $0.intValue },
                outputSize: try reader.required("outputSize", "a whole number") { $0.intValue })
        case "activation":
            self = .activation(
                try reader.required("function", "one of sigmoid, tanh, softmax") {
                    $0.stringValue.flatMap(Activation.init)
                })
        case "patch":
            let window = try reader.required("window", "a list of whole numbers") { value in
                let extents = value.arrayValue?.map(\.intValue)
                return extents.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
            }
            self = .patch(window: window)
        case "embedding":
            self = .embedding(
                symbols: try reader.required("symbols", "a whole number") { $0.intValue },
                size: try reader.required("size", "a whole number") { $0.intValue })
        case "dropout":
            self = .dropout(rate: try reader.required("rate", "a number") { $0.doubleValue })
        default:
            throw MDLSTMError(
                .data, "\(name): layer type '\(type)' is not known; expected one of \(Self.typeNames)")
        }
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
