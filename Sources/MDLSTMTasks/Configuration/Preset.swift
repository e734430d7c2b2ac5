public import MDLSTM

/// A configuration for data of one kind: the best small one that was found.
public struct Preset: Sendable {
    public let name: String

    /// The kind of data it is for.
    public let kind: TaskKind
    private let make: @Sendable (DataShape, Int) -> RunConfiguration

    /// All of them; the first of a kind is the one taken where none is named.
    public static let all = [
        Preset(name: "classify-small", kind: .classify, make: classify),
        Preset(name: "labelSites-small", kind: .labelSites, make: labelSites),
        Preset(name: "labelSites-coarse", kind: .labelSites, make: labelBlocks),
        Preset(name: "regress-small", kind: .regress, make: regress),
        Preset(name: "text-small", kind: .nextSymbol, make: text),
        Preset(name: "text-grid", kind: .nextSymbol, make: textGrid),
        Preset(name: "lines-small", kind: .transcribe, make: lines),
        Preset(name: "lines-along", kind: .transcribe, make: linesAlong),
        Preset(name: "density-small", kind: .density, make: density),
        Preset(name: "density-mixture", kind: .density, make: mixture),
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

    private init(
        name: String, kind: TaskKind, make: @escaping @Sendable (DataShape, Int) -> RunConfiguration
    ) {
        (self.name, self.kind, self.make) = (name, kind, make)
    }

    /// The configuration for such data.
    ///
    /// - Parameters:
    ///   - shape: of the data
    ///   - samples: to train with; of few of them each is seen more often
    public func configuration(for shape: DataShape, samples: Int) -> RunConfiguration { make(shape, samples) }

    /// A model of these layers, of which the data fill in the rest.
    static func template(_ layers: [JSONValue]) -> ModelTemplate {
        let model: JSONValue = ["inputSize": "auto", "axes": "auto", "layers": .array(layers)]
        guard let template = try? ModelTemplate(json: model, name: "the preset") else {
            preconditionFailure("a preset's model is right")
        }
        return template
    }

    /// A run that sees `wanted` samples in all, each at least 30 times and at most 200 times.
    private static func run(
        _ shape: DataShape, _ layers: [JSONValue], samples: Int, wanted: Int, batch: Int
    ) -> RunConfiguration {
        var training = TrainingSettings()
        training.epochs = min(max(wanted / max(1, samples), 30), 200)
        training.batch = .samples(batch)
        training.learningRate = TrainingSettings.Rate(base: 0.004, warmup: 50, decay: .cosine)
        return RunConfiguration(
            model: template(layers), task: TaskSettings(shape.kind), data: DataSettings(), training: training)
    }

    private static func recurrent(_ axes: Int, _ hidden: Int) -> JSONValue {
        [
            "type": "recurrent", "cell": axes == 1 ? "lstm" : "stable", "hiddenSize": .integer(hidden),
            "directions": "all",
        ]
    }
    private static let output: JSONValue = ["type": "dense", "outputSize": "auto"]
    private static let mean: JSONValue = ["type": "pool", "by": "mean"]

    /// Filters of a square window, and what they have found.
    private static func convolution(_ extent: Int, _ outputs: Int) -> [JSONValue] {
        [
            ["type": "convolution", "window": [.integer(extent), .integer(extent)], "outputSize": .integer(outputs)],
            ["type": "activation", "function": "relu"],
        ]
    }

    /// Of pictures two banks of small filters, each on a grid half as fine as the one before; every direction, and the mean
    /// over all sites.
    private static func classify(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        guard shape.axes == 2 else {
            let layers = [recurrent(shape.axes, shape.axes == 1 ? 64 : 16), mean, output]
            return run(shape, layers, samples: samples, wanted: 60_000, batch: 16)
        }
        let halved: JSONValue = ["type": "maxPool", "window": [2, 2]]
        let layers = convolution(3, 16) + [halved] + convolution(3, 32) + [halved, recurrent(2, 24), mean, output]
        var found = run(shape, layers, samples: samples, wanted: 60_000, batch: samples < 5000 ? 16 : 64)
        found.data.augmentation.shift = 2
        return found
    }

    /// Small filters, every direction, and filters over what all directions say.
    private static func labelSites(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        guard shape.axes == 2 else {
            let layers = [recurrent(shape.axes, shape.axes == 1 ? 48 : 16), output]
            return run(shape, layers, samples: samples, wanted: 6000, batch: shape.axes == 1 ? 16 : 4)
        }
        let layers = convolution(5, 16) + [recurrent(2, 16)] + convolution(3, 24) + [output]
        var found = run(shape, layers, samples: samples, wanted: 6000, batch: 4)
        found.data.augmentation.crop = 128
        return found
    }

    /// A label for each block of 2 sites along every axis: two layers of every direction, which see further in the same time.
    private static func labelBlocks(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        let patch: JSONValue = ["type": "patch", "window": .array(Array(repeating: 2, count: shape.axes))]
        let filters = shape.axes == 2 ? convolution(3, 32) : []
        let layers = [patch] + filters + [recurrent(shape.axes, 16)] + filters + [recurrent(shape.axes, 16), output]
        return run(shape, layers, samples: samples, wanted: 6000, batch: 4)
    }

    private static func regress(_ shape: DataShape, _ samples: Int) -> RunConfiguration {
        let pool: [JSONValue] = shape.isAnswerPerSample ? [mean] : []
        let layers = [recurrent(shape.axes, shape.axes == 1 ? 48 : 16)] + pool + [output]
        return run(shape, layers, samples: samples, wanted: 20_000, batch: 16)
    }
}
