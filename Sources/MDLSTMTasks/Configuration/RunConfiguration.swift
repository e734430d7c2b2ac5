public import MDLSTM

/// Everything that a training is told: model, task, data and training, as one JSON object.
public struct RunConfiguration: Sendable, Equatable {
    public var model: ModelTemplate
    public var task: TaskSettings
    public var data: DataSettings
    public var training: TrainingSettings

    public init(model: ModelTemplate, task: TaskSettings, data: DataSettings, training: TrainingSettings) {
        (self.model, self.task, self.data, self.training) = (model, task, data, training)
    }

    public var json: JSONValue {
        ["version": 1, "model": model.json, "task": task.json, "data": data.json, "training": training.json]
    }

    /// The members that stand beside the model in its file.
    public var modelFileMembers: JSONObject { ["task": task.json, "data": data.json, "training": training.json] }
}

/// A configuration as it was given; what it leaves out is the preset's, once the data are known.
public struct GivenConfiguration: Sendable {
    private let model: JSONValue?, training: JSONValue?
    let task: JSONValue?, data: JSONValue?
    private let name: String

    /// The kind it names; nil where the data decide.
    public let kind: TaskKind?

    /// Whether it says what the layers are; else the preset does.
    public var namesModel: Bool { model != nil }

    /// One that says nothing.
    public init() {
        (model, task, data, training, kind, name) = (nil, nil, nil, nil, nil, "the preset")
    }

    /// - Throws: `MDLSTMError` of kind `data` for keys that are not known and members that are wrong.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        try reader.checkVersion()
        func object(_ key: String) throws(MDLSTMError) -> JSONValue? {
            try reader.optional(key, "an object") { $0.objectValue.map { .object($0) } }
        }
        (model, task, data, training) = (
            try object("model"), try object("task"), try object("data"), try object("training")
        )
        try reader.finish()
        self.name = name
        kind = task?["kind"]?.stringValue.flatMap(TaskKind.init)
        // What is wrong is told before any data are looked at.
        if let model { _ = try ModelTemplate(json: model, name: "\(name), model") }
        if let task { _ = try TaskSettings(json: task, name: name) }
        if let data { _ = try DataSettings(json: data, name: name) }
        if let training { _ = try TrainingSettings(json: training, preset: TrainingSettings(), name: name) }
    }

    /// The configuration over a preset.
    public func over(_ preset: RunConfiguration) throws(MDLSTMError) -> RunConfiguration {
        var run = preset
        if let model { run.model = try ModelTemplate(json: model, name: "\(name), model") }
        if let task { run.task = try TaskSettings(json: task, name: name) }
        if let data { run.data = try DataSettings(json: data, preset: preset.data, name: name) }
        if let training { run.training = try TrainingSettings(json: training, preset: preset.training, name: name) }
        return run
    }
}
