public import MDLSTM

/// A configuration for data of one kind: the best small one that was found.
public struct Preset: Sendable {
    public let name: String

    /// The kind of data it is for.
    public let kind: TaskKind
    private let make: @Sendable (DataShape) -> RunConfiguration

    /// All of them; the first of a kind is the one taken where none is named.
    public static let all = [
        Preset(name: "classify-small", kind: .classify, make: classify),
        Preset(name: "labelSites-small", kind: .labelSites, make: labelSites),
        Preset(name: "regress-small", kind: .regress, make: regress),
    ]

    /// The preset for data of a kind: that of a name, or the first.
    ///
    /// - Throws: `MDLSTMError` of kind `option` for a name that is none of the kind's.
    public init(named name: String?, for kind: TaskKind) throws(MDLSTMError) {
        let ofKind = Self.all.filter { $0.kind == kind }
        guard let found = ofKind.first(where: { $0.name == name ?? $0.name }) else {
            throw MDLSTMError(
                .option,
                "there is no preset '\(name ?? "")' for \(kind.rawValue); expected \(listed(ofKind.map(\.name)))")
        }
        self = found
    }

    private init(name: String, kind: TaskKind, make: @escaping @Sendable (DataShape) -> RunConfiguration) {
        (self.name, self.kind, self.make) = (name, kind, make)
    }

    /// The configuration for such data.
    public func configuration(for shape: DataShape) -> RunConfiguration { make(shape) }

    private static func run(
        _ shape: DataShape, _ layers: [JSONValue], _ change: (inout RunConfiguration) -> Void = { _ in }
    )
        -> RunConfiguration
    {
        let model: JSONValue = ["inputSize": "auto", "axes": "auto", "layers": .array(layers)]
        guard let template = try? ModelTemplate(json: model, name: "the preset") else {
            preconditionFailure("a preset's model is right")
        }
        var training = TrainingSettings()
        training.epochs = 30
        training.learningRate = TrainingSettings.Rate(base: 0.003, decay: .cosine)
        var run = RunConfiguration(
            model: template, task: TaskSettings(shape.kind), data: DataSettings(), training: training)
        change(&run)
        return run
    }

    private static func recurrent(_ axes: Int, _ hidden: Int) -> JSONValue {
        [
            "type": "recurrent", "cell": axes == 1 ? "lstm" : "stable", "hiddenSize": .integer(hidden),
            "directions": "all",
        ]
    }
    private static let output: JSONValue = ["type": "dense", "outputSize": "auto"]
    private static let relu: JSONValue = ["type": "activation", "function": "relu"]

    private static func convolution(_ axes: Int, _ outputs: Int) -> JSONValue {
        [
            "type": "convolution", "window": .array(Array(repeating: 3, count: axes)), "outputSize": .integer(outputs),
        ]
    }

    /// A bank of small filters, halved grids, every direction, the mean over all sites.
    private static func classify(_ shape: DataShape) -> RunConfiguration {
        guard shape.axes == 2 else {
            return run(
                shape, [recurrent(shape.axes, shape.axes == 1 ? 64 : 16), ["type": "pool", "by": "mean"], output])
        }
        let window: JSONValue = ["type": "maxPool", "window": [2, 2]]
        return run(
            shape,
            [
                convolution(2, 16), relu, window, recurrent(2, 24), window, ["type": "pool", "by": "mean"], output,
            ]
        ) { $0.training.batch = .samples(64) }
    }

    private static func labelSites(_ shape: DataShape) -> RunConfiguration {
        let front = shape.axes == 2 ? [convolution(2, 16), relu] : []
        return run(shape, front + [recurrent(shape.axes, shape.axes == 1 ? 48 : 16), output]) {
            $0.task.ignoredLabels = []
            $0.training.batch = .samples(shape.axes == 1 ? 16 : 4)
        }
    }

    private static func regress(_ shape: DataShape) -> RunConfiguration {
        let pool: [JSONValue] = shape.isAnswerPerSample ? [["type": "pool", "by": "mean"]] : []
        return run(shape, [recurrent(shape.axes, shape.axes == 1 ? 48 : 16)] + pool + [output])
    }
}
