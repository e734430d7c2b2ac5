public import MDLSTM

/// How what a model says of the frames of a line becomes text: the `decoder` of a configuration.
public struct DecoderSettings: Sendable, Equatable {
    public enum Kind: String, CaseIterable, Sendable {
        /// The likeliest class of each frame.
        case bestPath
        /// The likeliest texts, each by all of its paths, with or without a language model.
        case beam
        /// The same of words that a lexicon has.
        case lexicon
    }

    public var kind = Kind.bestPath

    /// Texts that a beam keeps.
    public var width = 25

    /// What the language model's log-probability is multiplied by, and what each symbol adds, in nats.
    public var weight = 0.0, lengthBonus = 0.0

    public init() {}

    /// - Throws: `MDLSTMError` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: "\(name), decoder")
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        kind = try reader.optional("kind", "one of \(kinds)") { $0.stringValue.flatMap(Kind.init) } ?? kind
        width =
            try reader.optional("width", "a whole number above 0") { $0.intValue.flatMap { $0 > 0 ? $0 : nil } }
            ?? width
        func finite(_ value: JSONValue) -> Double? { value.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        weight = try reader.optional("weight", "a number", finite) ?? weight
        lengthBonus = try reader.optional("lengthBonus", "a number", finite) ?? lengthBonus
        try reader.finish()
    }

    public var json: JSONValue {
        var members: JSONObject = ["kind": .string(kind.rawValue)]
        guard kind != .bestPath else { return .object(members) }
        members["width"] = .integer(width)
        members["weight"] = .number(weight)
        members["lengthBonus"] = .number(lengthBonus)
        return .object(members)
    }
}
