public import MDLSTM

extension TrainingSettings {
    /// - Parameters:
    ///   - json: the object `training`
    ///   - preset: what counts where a key is absent
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, preset: TrainingSettings, name: String) throws(MDLSTMError) {
        self = preset
        var reader = try ConfigurationReader(json, name: "\(name), training")
        func count(_ key: String) throws(MDLSTMError) -> Int? {
            try reader.optional(key, "a whole number above 0") { $0.intValue.flatMap { $0 > 0 ? $0 : nil } }
        }
        func number(_ key: String, least: Double) throws(MDLSTMError) -> Double? {
            try reader.optional(key, least > 0 ? "a number above 0" : "a number from 0") {
                $0.doubleValue.flatMap { ($0 > 0 || least == 0 && $0 == 0) && $0 <= 1e30 ? $0 : nil }
            }
        }
        let (epochs, steps, maxTime) = (try count("epochs"), try count("steps"), try number("maxTime", least: 1))
        // What is given takes the place of every end of the preset.
        if epochs != nil || steps != nil || maxTime != nil {
            (self.epochs, self.steps, self.maxTime) = (epochs, steps, maxTime)
        }
        if let samples = try count("batch") { batch = .samples(samples) }
        if let sites = try count("batchSites") { batch = .sites(sites) }
        shards =
            try reader.optional("shards", "a power of two from 1 to \(ShardPlan.mostShards)") {
                $0.intValue.flatMap { ShardPlan.allows($0) ? $0 : nil }
            } ?? shards
        if let optimizer = try reader.optional("optimizer", "an object", { $0.objectValue }) {
            self.optimizer = try Optimizer(json: .object(optimizer), name: "\(name), optimizer")
        }
        if let rate = try reader.optional("learningRate", "a number above 0 or an object", { $0 }) {
            learningRate = try Rate(json: rate, preset: learningRate, name: "\(name), learningRate")
        }
        if let norm = try number("clipNorm", least: 0) { clipping = norm == 0 ? .none : .globalNorm(norm) }
        if let value = try number("clipValue", least: 1) { clipping = .value(value) }
        func share(_ key: String) throws(MDLSTMError) -> Double? {
            try reader.optional(key, "a number from 0 below 1") {
                $0.doubleValue.flatMap { (0..<1).contains($0) ? $0 : nil }
            }
        }
        weightDropout = try share("weightDropout") ?? weightDropout
        patience = try count("patience") ?? patience
        minimumDelta = try number("minimumDelta", least: 0) ?? minimumDelta
        monitor = try reader.optional("monitor", "the name of a figure") { $0.stringValue } ?? monitor
        evaluationInterval = try count("evaluateEvery") ?? evaluationInterval
        checkpointInterval = try count("checkpointEvery") ?? checkpointInterval
        keep = try count("keep") ?? keep
        validationFraction = try share("validationFraction") ?? validationFraction
        seed =
            try reader.optional("seed", "a whole number from 0") { value in
                value.intValue.map { UInt64(exactly: $0) } ?? value.stringValue.flatMap { UInt64($0) }
            } ?? seed
        try reader.finish()
    }

    public var json: JSONValue {
        var members: JSONObject = [:]
        if let epochs { members["epochs"] = .integer(epochs) }
        if let steps { members["steps"] = .integer(steps) }
        if let maxTime { members["maxTime"] = .number(maxTime) }
        switch batch {
        case .samples(let count): members["batch"] = .integer(count)
        case .sites(let count): members["batchSites"] = .integer(count)
        }
        if let shards { members["shards"] = .integer(shards) }
        members["optimizer"] = optimizer.json
        members["learningRate"] = learningRate.json
        switch clipping {
        case .none: members["clipNorm"] = 0
        case .globalNorm(let norm): members["clipNorm"] = .number(norm)
        case .value(let value): members["clipValue"] = .number(value)
        }
        if weightDropout > 0 { members["weightDropout"] = .number(weightDropout) }
        if let patience { members["patience"] = .integer(patience) }
        members["minimumDelta"] = .number(minimumDelta)
        if let monitor { members["monitor"] = .string(monitor) }
        members["evaluateEvery"] = .integer(evaluationInterval)
        if let checkpointInterval { members["checkpointEvery"] = .integer(checkpointInterval) }
        members["keep"] = .integer(keep)
        members["validationFraction"] = .number(validationFraction)
        // A number that is no integer of JSON's readers is written in quotes.
        members["seed"] = Int(exactly: seed).map { .integer($0) } ?? .string(String(seed))
        return .object(members)
    }
}

extension TrainingSettings.Rate {
    init(json: JSONValue, preset: Self, name: String) throws(MDLSTMError) {
        self = preset
        if let number = json.doubleValue {
            guard number > 0, number <= 1e30 else {
                throw MDLSTMError(.data, "\(name): expected a number above 0, found \(json.serialized())")
            }
            base = number
            return
        }
        var reader = try ConfigurationReader(json, name: name)
        func number(_ key: String, below most: Double = 1e30) throws(MDLSTMError) -> Double? {
            try reader.optional(key, "a number above 0 and below \(most)") {
                $0.doubleValue.flatMap { $0 > 0 && $0 < most ? $0 : nil }
            }
        }
        func count(_ key: String) throws(MDLSTMError) -> Int? {
            try reader.optional(key, "a whole number from 0") { $0.intValue.flatMap { $0 >= 0 ? $0 : nil } }
        }
        base = try number("base") ?? base
        warmup = try count("warmup") ?? warmup
        let names = "one of constant, cosine, step, exponential, plateau"
        let decay = try reader.optional("decay", names) { $0.stringValue }
        let (factor, every, patience) = (try number("factor", below: 1), try count("every"), try count("patience"))
        switch decay {
        case nil: break
        case "constant": self.decay = .constant
        case "cosine": self.decay = .cosine
        case "step": self.decay = .step(factor: factor ?? 0.5, every: max(1, every ?? 1000))
        case "exponential": self.decay = .exponential(factor: factor ?? 0.9999)
        case "plateau": self.decay = .plateau(factor: factor ?? 0.5, patience: max(1, patience ?? 5))
        case let other?: throw MDLSTMError(.data, "\(name): 'decay' must be \(names), found '\(other)'")
        }
        try reader.finish()
    }

    var json: JSONValue {
        var members: JSONObject = ["base": .number(base), "warmup": .integer(warmup)]
        switch decay {
        case .constant: members["decay"] = "constant"
        case .cosine: members["decay"] = "cosine"
        case .step(let factor, let every):
            (members["decay"], members["factor"], members["every"]) = ("step", .number(factor), .integer(every))
        case .exponential(let factor): (members["decay"], members["factor"]) = ("exponential", .number(factor))
        case .plateau(let factor, let patience):
            (members["decay"], members["factor"], members["patience"]) = (
                "plateau", .number(factor), .integer(patience)
            )
        }
        return .object(members)
    }
}

extension Optimizer {
    init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        let kind = try reader.required("kind", "one of adam, rmsProp, sgd") { $0.stringValue }
        func number(_ key: String, _ range: Range<Double>) throws(MDLSTMError) -> Double? {
            try reader.optional(key, "a number from \(range.lowerBound) below \(range.upperBound)") {
                $0.doubleValue.flatMap { range.contains($0) ? $0 : nil }
            }
        }
        switch kind {
        case "adam":
            self = .adam(
                beta1: try number("beta1", 0..<1) ?? 0.9, beta2: try number("beta2", 0..<1) ?? 0.999,
                epsilon: try number("epsilon", 1e-30..<1) ?? 1e-8)
        case "rmsProp":
            self = .rmsProp(
                decay: try number("decay", 0..<1) ?? 0.99, momentum: try number("momentum", 0..<1) ?? 0,
                epsilon: try number("epsilon", 1e-30..<1) ?? 1e-8)
        case "sgd": self = .sgd(momentum: try number("momentum", 0..<1) ?? 0)
        default: throw MDLSTMError(.data, "\(name): 'kind' must be one of adam, rmsProp, sgd, found '\(kind)'")
        }
        try reader.finish()
    }

    var json: JSONValue {
        switch self {
        case .adam(let beta1, let beta2, let epsilon):
            ["kind": "adam", "beta1": .number(beta1), "beta2": .number(beta2), "epsilon": .number(epsilon)]
        case .rmsProp(let decay, let momentum, let epsilon):
            ["kind": "rmsProp", "decay": .number(decay), "momentum": .number(momentum), "epsilon": .number(epsilon)]
        case .sgd(let momentum): ["kind": "sgd", "momentum": .number(momentum)]
        }
    }
}
