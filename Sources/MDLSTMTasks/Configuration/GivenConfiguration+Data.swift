import MDLSTM

/// What a configuration says of data before they are opened.
extension GivenConfiguration {
    /// The labels to ignore; nil where it does not say.
    public var ignoredLabels: Set<Int>? { task?["ignoreLabel"] == nil ? nil : taskSettings?.ignoredLabels }

    /// The names of the classes; nil where the data name them.
    public var classes: [String]? { taskSettings?.classes }

    /// The channels to read pictures as; nil for those that they have.
    public var channels: Int? { data.flatMap { try? DataSettings(json: $0, name: "") }?.channels }

    /// Whether it says what a symbol of text is.
    public var namesSymbols: Bool { task?["symbols"] != nil }

    /// The task as it is given; nil where nothing is.
    public var taskSettings: TaskSettings? { task.flatMap { try? TaskSettings(json: $0, name: "") } }
}
