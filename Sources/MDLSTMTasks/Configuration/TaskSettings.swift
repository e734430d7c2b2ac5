public import MDLSTM

/// What is learnt: the `task` of a configuration.
public struct TaskSettings: Sendable, Equatable {
    public var kind: TaskKind

    /// Labels of sites that count nowhere.
    public var ignoredLabels: Set<Int> = []

    /// What the loss of a site or sample is multiplied by, by class.
    public var classWeights = ClassWeights.none

    /// The names of the classes, by number; nil where the data name them.
    public var classes: [String]?

    /// Of text what a symbol is, the symbols of a piece between two updates, and the alphabet; nil where the data tell it.
    public var unit = Alphabet.Unit.characters, sequence = TaskSettings.usualSequence, alphabet: Alphabet?

    /// Of lines how what a model says of them becomes text.
    public var decoder = DecoderSettings()

    /// Symbols of a piece unless another number is given.
    public static let usualSequence = 50

    /// Of a density what it is made of.
    public var density = DensityOptions()

    public enum ClassWeights: Sendable, Equatable {
        case none
        /// The mean count of all classes over the count of the class, in the training data.
        case balanced
        case numbers([Double])
    }

    public init(_ kind: TaskKind) { self.kind = kind }

    /// The loss of the kind.
    public var loss: Loss {
        switch kind {
        case .regress: .meanSquaredError
        case .labelSites, .classify, .nextSymbol: .softmaxCrossEntropy
        case .transcribe: .ctc
        case .density: .negativeLogLikelihood
        }
    }

    /// - Throws: `MDLSTMError` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: "\(name), task")
        let kinds = TaskKind.allCases.map(\.rawValue).joined(separator: ", ")
        kind = try reader.required("kind", "one of \(kinds)") { $0.stringValue.flatMap(TaskKind.init) }
        if kind == .regress {
            _ = try reader.optional("loss", "meanSquaredError") { $0 == "meanSquaredError" ? true : nil }
            try reader.finish()
            return
        }
        if kind == .nextSymbol {
            try readText(&reader, name: "\(name), task")
            try reader.finish()
            return
        }
        if kind == .transcribe {
            try readLines(&reader, name: "\(name), task")
            try reader.finish()
            return
        }
        if kind == .density {
            density = try DensityOptions(reading: &reader, name: "\(name), task")
            try reader.finish()
            return
        }
        if kind == .labelSites {
            ignoredLabels = Set(
                try reader.optional("ignoreLabel", "a whole number or a list of them") { value -> [Int]? in
                    if let one = value.intValue { return [one] }
                    return value.arrayValue.flatMap(ints)
                } ?? [])
        }
        classWeights =
            try reader.optional("classWeights", "\"balanced\" or a list of numbers from 0") { value -> ClassWeights? in
                if value == "balanced" { return .balanced }
                let numbers = value.arrayValue?.compactMap(\.doubleValue).filter { $0 >= 0 }
                return numbers.flatMap { $0.count == value.arrayValue?.count ? .numbers($0) : nil }
            } ?? .none
        classes = try reader.optional("classes", "a list of names, each once") { value -> [String]? in
            let names = value.arrayValue?.compactMap(\.stringValue)
            return names.flatMap { $0.count == value.arrayValue?.count && Set($0).count == $0.count ? $0 : nil }
        }
        try reader.finish()
    }

    public var json: JSONValue {
        var members: JSONObject = ["kind": .string(kind.rawValue)]
        switch kind {
        case .regress: members["loss"] = .string(loss.rawValue)
        case .nextSymbol:
            members["symbols"] = .string(unit.rawValue)
            members["sequence"] = .integer(sequence)
            if let alphabet { members["alphabet"] = alphabet.json }
        case .transcribe:
            members["normalization"] = "NFC"
            members["decoder"] = decoder.json
            if let alphabet { members["alphabet"] = alphabet.json }
        case .density: for (key, value) in density.members { members[key] = value }
        case .labelSites:
            members["ignoreLabel"] = .array(ignoredLabels.sorted().map { .integer($0) })
            fallthrough
        case .classify:
            switch classWeights {
            case .none: break
            case .balanced: members["classWeights"] = "balanced"
            case .numbers(let weights): members["classWeights"] = .array(weights.map { .number($0) })
            }
            if let classes { members["classes"] = .array(classes.map { .string($0) }) }
        }
        return .object(members)
    }
}

extension TaskSettings {
    private mutating func readText(_ reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        unit =
            try reader.optional("symbols", "characters or bytes") { $0.stringValue.flatMap(Alphabet.Unit.init) } ?? unit
        sequence =
            try reader.optional("sequence", "a whole number above 0") { $0.intValue.flatMap { $0 > 0 ? $0 : nil } }
            ?? sequence
        if let json = try reader.optional("alphabet", "a list", { $0.arrayValue }) {
            alphabet = try Alphabet(unit, json: .array(json), name: name)
        }
    }
}

extension TaskSettings {
    private mutating func readLines(_ reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        _ = try reader.optional("normalization", "\"NFC\"") { $0 == "NFC" ? true : nil }
        if let json = try reader.optional("decoder", "an object", { $0.objectValue }) {
            decoder = try DecoderSettings(json: .object(json), name: name)
        }
        if let json = try reader.optional("alphabet", "a list", { $0.arrayValue }) {
            alphabet = try Alphabet(.characters, json: .array(json), name: name)
        }
    }
}

/// The whole numbers of a list; nil where one is none.
func ints(_ values: [JSONValue]) -> [Int]? {
    let numbers = values.compactMap(\.intValue)
    return numbers.count == values.count ? numbers : nil
}
