/// Reads the members of a JSON configuration object and refuses unknown ones.
package struct ConfigurationReader {
    private let object: JSONObject
    private let name: String
    private var known: Set<String> = []

    /// - Parameter name: what error messages call the object
    package init(_ value: JSONValue, name: String) throws(MDLSTMError) {
        guard let object = value.objectValue else {
            throw MDLSTMError(.data, "\(name): expected a JSON object, found \(value.serialized())")
        }
        self.object = object
        self.name = name
    }

    /// The member as `read` understands it, or nil where it is absent.
    package mutating func optional<Value>(
        _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
    ) throws(MDLSTMError) -> Value? {
        known.insert(key)
        guard let member = object[key] else { return nil }
        guard let value = read(member) else {
            throw MDLSTMError(.data, "\(name): '\(key)' must be \(expected), found \(member.serialized())")
        }
        return value
    }

    /// The member as `read` understands it.
    package mutating func required<Value>(
        _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
    ) throws(MDLSTMError) -> Value {
        guard let value = try optional(key, expected, read) else {
            throw MDLSTMError(.data, "\(name): '\(key)' is missing; expected \(expected)")
        }
        return value
    }

    /// Refuses versions other than 1.
    package mutating func checkVersion() throws(MDLSTMError) {
        let version = try optional("version", "the number 1") { $0.intValue } ?? 1
        guard version == 1 else {
            throw MDLSTMError(.data, "\(name): version \(version) is not known; this program reads version 1")
        }
    }

    /// Refuses members that have not been read.
    package func finish() throws(MDLSTMError) {
        if let unknown = object.keys.first(where: { !known.contains($0) }) {
            throw MDLSTMError(
                .data, "\(name): unknown key '\(unknown)'; expected \(known.sorted().joined(separator: ", "))")
        }
    }
}

extension LayerConfiguration {
    /// The configuration as it stands in files.
    public var json: JSONValue { .object((["version": 1] as JSONObject).merging(members)) }

    /// The members that describe the layer, without the version.
    var members: JSONObject {
        ([
            "cell": .string(cell.rawValue), "axes": .integer(axes), "inputSize": .integer(inputSize),
            "hiddenSize": .integer(hiddenSize),
            "directions": .array(directions.map { .string($0.description) }), "forgetBias": .number(forgetBias),
        ] as JSONObject).merging(options.members(of: cell))
    }

    /// Reads the configuration of a file; absent options take their defaults, unknown keys are refused. A `grid` without
    /// `gridOutput` has ``GridOutput/productOfTanh``.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        try reader.checkVersion()
        try self.init(reading: &reader, name: name)
        try reader.finish()
    }

    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        let cells = Cell.allCases.map(\.rawValue).joined(separator: ", ")
        let cell = try reader.required("cell", "one of \(cells)") { $0.stringValue.flatMap(Cell.init) }
        let axes = try reader.optional("axes", "a whole number from 1 to \(Self.maximumAxes)") { value in
            value.intValue.flatMap { (1...Self.maximumAxes).contains($0) ? $0 : nil }
        }
        let inputSize = try reader.required("inputSize", "a whole number") { $0.intValue }
        let hiddenSize = try reader.required("hiddenSize", "a whole number") { $0.intValue }
        let listed = try reader.optional("directions", "a list of directions such as \"+-\"") { value in
            let directions = value.arrayValue?.map { $0.stringValue.flatMap { Direction($0) } }
            return directions.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
        }
        let options = try CellOptions(reading: &reader, cell: cell, name: name)
        let forgetBias = try reader.optional("forgetBias", "a number") { $0.doubleValue }
        let directions = listed ?? [.forward(axes: axes ?? cell.defaultAxes)]
        if let axes, let first = directions.first, first.axes != axes {
            throw MDLSTMError(.data, "\(name): 'axes' is \(axes), but direction \(first) has \(first.axes)")
        }
        do {
            try self.init(
                cell: cell, inputSize: inputSize, hiddenSize: hiddenSize, directions: directions,
                options: options, forgetBias: forgetBias)
        } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
    }
}
