public import MDLSTM

/// A configuration with everything that the data decide filled in.
public struct FilledRun: Sendable {
    /// As it is written: numbers and names in the place of "auto".
    public let configuration: RunConfiguration
    public let pipeline: Pipeline

    /// Fills a configuration by data.
    ///
    /// - Parameters:
    ///   - given: where nothing need be filled in
    ///   - shape: of the data
    ///   - classes: their names in the data; those of the configuration count first
    ///   - training: the samples to train with, which means and class weights are taken from
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` where the data do not fit, and the errors of reading a sample.
    public init<Element: Scalar>(
        _ given: RunConfiguration, shape: DataShape, classes: [String], training: any DataSet<Element>, name: String
    ) throws {
        var run = given
        guard run.task.kind == shape.kind else {
            throw MDLSTMError(
                .data, "\(name): the task is \(run.task.kind.rawValue), the data are for \(shape.kind.rawValue)")
        }
        guard !run.data.augmentation.warps || shape.isAnswerPerSample && shape.axes == 2 else {
            throw MDLSTMError(
                .data,
                "\(name): 'augment' stretches, shears or changes strokes, after which sites have no answers of their own; that is for "
                    + "pictures with one answer each: leave it out")
        }
        if run.task.kind != .regress {
            run.task.classes = run.task.classes ?? classes
            guard classes.count <= run.task.classes!.count else {
                throw MDLSTMError(
                    .data,
                    "\(name): the task has \(counted(run.task.classes!.count, "class", plural: "classes")), the data "
                        + "\(classes.count); name them all, or leave out 'classes'")
            }
        }
        let model = try run.model.filled(
            inputSize: shape.features, axes: shape.axes, outputSize: run.task.classes?.count ?? shape.outputs,
            name: name)
        run.model = ModelTemplate(model, frozen: run.model.frozen)
        try Self.requireAnswers(of: model, for: shape, name: name)
        if run.data.normalization == .meanAndDeviation {
            let normalizer = try Normalizer(of: training, features: shape.features)
            run.data.normalization = .numbers(mean: normalizer.mean, deviation: normalizer.deviation)
        }
        run.data.channels = run.data.channels ?? ((1...4).contains(shape.features) ? shape.features : nil)
        if run.task.classWeights != .none, training.count > 0, try training.sample(at: 0).target.labels == nil {
            throw MDLSTMError(
                .data, "\(name): 'classWeights' are for labels, the data hold distributions; leave them out")
        }
        if run.task.classWeights == .balanced {
            let counts = try Self.counts(training, classes: model.outputSize, ignoring: run.task.ignoredLabels)
            run.task.classWeights = .numbers(ClassCounts.balancedWeights(of: counts))
        }
        var weights: [Double]?
        if case .numbers(let numbers) = run.task.classWeights { weights = numbers }
        if let weights, weights.count != model.outputSize {
            throw MDLSTMError(
                .data,
                "\(name): 'classWeights' has \(counted(weights.count, "number")); expected \(model.outputSize), one for each class"
            )
        }
        run.training.monitor = try run.task.kind.monitor(named: run.training.monitor).name
        configuration = run
        pipeline = try Pipeline(model: model, task: run.task, data: run.data, classWeights: weights, name: name)
    }

    /// Numbers of sites need a model that keeps them, and those of samples one that does not.
    private static func requireAnswers(
        of model: ModelConfiguration, for shape: DataShape, name: String
    ) throws(MDLSTMError) {
        guard shape.kind == .regress, shape.isAnswerPerSample != (model.outputAxes == 0) else { return }
        throw MDLSTMError(
            .data,
            shape.isAnswerPerSample
                ? "\(name): the model gives numbers for each site, the data have one answer a sample; put a pool over all axes "
                    + "before its last layer"
                : "\(name): the model gives one answer a sample, the data have numbers for each site; leave out the pool"
        )
    }

    /// How often each class occurs.
    private static func counts<Element: Scalar>(
        _ data: any DataSet<Element>, classes: Int, ignoring ignored: Set<Int>
    ) throws -> [Int] {
        var counts = Array(repeating: 0, count: classes)
        for index in 0..<data.count {
            for label in try data.sample(at: index).target.labels?.values ?? [] {
                let label = Int(label)
                if (0..<classes).contains(label), !ignored.contains(label) { counts[label] += 1 }
            }
        }
        return counts
    }
}

/// What of a model's weights another begins with.
public struct TransferredWeights<Element: Scalar> {
    public internal(set) var parameters: ParameterTensors<Element>

    /// Layers with weights that were drawn anew, by number.
    public internal(set) var drawn: [Int]

    /// Options of layers, those without weights among them, that are others than those the weights were learnt with, in words:
    /// `layer 1: gridOutput tanhOfProduct, learnt with productOfTanh`.
    public private(set) var changes: [String] = []

    /// `layers drawn anew: 8`, and what is told of ``changes``.
    public var summary: String {
        let numbers = drawn.isEmpty ? "none" : drawn.map(String.init).joined(separator: ", ")
        return (["layers drawn anew: \(numbers)"] + changes).joined(separator: "; ")
    }

    /// Takes the weights of `source` for every layer whose tensors have the same names and shapes, and draws the others.
    public init(from source: ModelFile<Element>, to model: ModelConfiguration, seed: UInt64) {
        var parameters: ParameterTensors<Element> = model.initialParameters(seed: seed)
        var drawn: [Int] = []
        for index in model.layers.indices {
            let own = parameters.names.filter { $0.hasPrefix("\(index).") }
            let theirs: JSONValue? =
                source.model.layers.indices.contains(index) ? source.model.layers[index].json : nil
            let changes = theirs.map { Self.changes(from: $0, to: model.layers[index].json) } ?? []
            let said = changes.map { "layer \(index): \($0)" }
            guard !own.isEmpty else {
                if theirs?["type"] == model.layers[index].json["type"] { self.changes += said }
                continue
            }
            let isSame =
                theirs != nil && own.allSatisfy { source.parameters[$0]?.shape == parameters[$0]?.shape }
                && source.parameters.names.count { $0.hasPrefix("\(index).") } == own.count
            guard isSame else {
                drawn.append(index)
                continue
            }
            for name in own { parameters[name] = source.parameters[name] }
            self.changes += said
        }
        (self.parameters, self.drawn) = (parameters, drawn)
    }

    private static func changes(from theirs: JSONValue, to ours: JSONValue) -> [String] {
        let (theirs, ours) = (theirs.objectValue ?? [:], ours.objectValue ?? [:])
        func text(_ value: JSONValue?) -> String { value.map { $0.stringValue ?? $0.serialized() } ?? "its default" }
        return (ours.keys + theirs.keys.filter { ours[$0] == nil }).flatMap { key -> [String] in
            // It is in the weights.
            if key == "forgetBias" { return [] }
            if let old = theirs[key], let new = ours[key], old.objectValue != nil, new.objectValue != nil {
                return changes(from: old, to: new)
            }
            let (old, new) = (text(theirs[key]), text(ours[key]))
            return old == new ? [] : ["\(key) \(new), learnt with \(old)"]
        }
    }
}
