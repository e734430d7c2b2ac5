public import MDLSTM

/// How samples of a data set become what a model is given, and its output answers to them.
public struct Pipeline: Sendable {
    public let model: ModelConfiguration
    public let task: TaskSettings
    public let data: DataSettings

    /// What sites and samples of each class are multiplied by in the loss; nil for 1.
    public let classWeights: [Double]?

    /// The names of the classes; none for `regress`.
    public let classes: [String]
    private let normalizer: Normalizer?

    /// How coarse the output is; nil where a sample has one answer.
    private let scale: OutputScale?

    /// - Parameters:
    ///   - model: of which nothing is left open
    ///   - task: with the names of its classes
    ///   - data: with the numbers of its normalization
    ///   - classWeights: by class, where the task has some
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the model's output is none that the task can use.
    public init(
        model: ModelConfiguration, task: TaskSettings, data: DataSettings, classWeights: [Double]? = nil, name: String
    ) throws(MDLSTMError) {
        (self.model, self.task, self.data, self.classWeights) = (model, task, data, classWeights)
        classes = task.kind == .regress ? [] : task.classes ?? (0..<model.outputSize).map(String.init)
        guard task.kind == .regress || classes.count == model.outputSize else {
            throw MDLSTMError(
                .data,
                "\(name): the model has \(counted(model.outputSize, "output")) and the task \(counted(classes.count, "class", plural: "classes"))"
            )
        }
        switch data.normalization {
        case .unit: normalizer = nil
        case .numbers(let mean, let deviation):
            guard mean.count == model.inputSize else {
                throw MDLSTMError(
                    .data,
                    "\(name): 'normalize' has \(counted(mean.count, "number")); expected \(model.inputSize), one for each feature"
                )
            }
            normalizer = Normalizer(mean: mean, deviation: deviation)
        case .meanAndDeviation:
            throw MDLSTMError(.data, "\(name): 'normalize' has no numbers; expected those of the training data")
        }
        let isAnswerPerSample = model.axes > 0 && model.outputAxes == 0
        switch task.kind {
        case .classify where !isAnswerPerSample && model.axes > 0:
            throw MDLSTMError(
                .data,
                "\(name): the model gives an answer for each site; a class for each sample needs a pool over all axes "
                    + "before its last layer")
        case .labelSites where isAnswerPerSample:
            throw MDLSTMError(
                .data,
                "\(name): the model gives one answer a sample; classes of sites need one for each: leave out the pool")
        default: break
        }
        scale = isAnswerPerSample || model.axes == 0 ? nil : try OutputScale(model, name: name)
        if let scale, task.kind == .regress, !scale.isFine {
            throw MDLSTMError(
                .data,
                "\(name): the model gives a number for each block of \(scale.factors) sites; numbers of sites need one for "
                    + "each: leave out patches, pools and strides")
        }
    }

    /// A sample as the model is trained with it in an epoch.
    ///
    /// - Parameters:
    ///   - raw: as it is in the data
    ///   - epoch: from 1
    ///   - number: its number in the set
    ///   - seed: of the training
    public func trainingSample<T: Scalar>(
        _ raw: Sample<T>, epoch: Int, number: Int, seed: UInt64
    ) -> Sample<T> {
        var sample = judged(data.augmentation.apply(to: raw, seed: seed, epoch: epoch, number: number))
        guard let scale, !scale.isFine else { return sample }
        switch sample.target {
        case .labels(let labels):
            sample.target = .values(scale.distribution(of: labels, classes: classes.count, weights: classWeights))
        case .values(let shares): sample.target = .values(scale.distribution(of: shares))
        case .none: break
        }
        return sample
    }

    /// A sample as the model is judged by it: the input normalized, labels that do not count -1.
    public func judged<T: Scalar>(_ raw: Sample<T>) -> Sample<T> {
        var sample = raw
        sample.input = input(raw.input)
        if !task.ignoredLabels.isEmpty, var labels = raw.target.labels {
            let ignored = Set(task.ignoredLabels.compactMap { Int32(exactly: $0) })
            labels.values = labels.values.map { ignored.contains($0) ? -1 : $0 }
            sample.target = .labels(labels)
        }
        return sample
    }

    /// Whether some sample of a set has an answer that counts.
    ///
    /// - Throws: the errors of reading a sample.
    public func hasAnswers<T: Scalar>(_ set: any DataSet<T>) throws -> Bool {
        guard !task.ignoredLabels.isEmpty else { return true }
        return try (0..<set.count).contains { index in
            guard let labels = judged(try set.sample(at: index)).target.labels else { return true }
            return labels.values.contains { $0 >= 0 }
        }
    }

    /// An input as the model is given it.
    public func input<T: Scalar>(_ raw: Tensor<T>) -> Tensor<T> { normalizer?(raw) ?? raw }

    /// Class weights for the trainer, which multiplies labels with them; those of distributions are in them already.
    public var trainerWeights: [Double]? { scale?.isFine ?? true ? classWeights : nil }

    /// The answers to a batch, `[E1, .., EN, O]` or `[O]` for each sample.
    ///
    /// - Parameters:
    ///   - model: of the pipeline, with its weights
    ///   - batch: inputs as ``input(_:)`` gives them
    public func answers<T: Scalar>(_ model: any Model<T>, to batch: TrainingBatch<T>) throws -> [Tensor<T>] {
        let output = try model.predict(batch.input, samples: batch.samples)
        let width = output.shape.last ?? 1
        let storage = Array(output.shape.dropFirst().dropLast())
        return (0..<output.shape[0]).map { b in
            let extents = batch.samples?[b] ?? Array(batch.input.shape.dropFirst().dropLast())
            let own = output.sample(b, extents: scale?.coarse(extents) ?? [], storage: storage, width: width)
            return scale?.fine(own, extents: extents) ?? own
        }
    }

    /// What a model is worth on a data set.
    ///
    /// - Parameters:
    ///   - model: of the pipeline, with its weights
    ///   - set: the samples to judge by
    ///   - size: samples or sites of a batch
    ///   - exchange: with the ranks that share the batches, all of which give the same; alone unless given
    ///   - each: called with the number and the answer of every sample of this rank, in an order of its own
    ///   - progress: called with the number of samples that have been judged
    public func evaluate<T: Scalar>(
        _ model: any Model<T>, on set: any DataSet<T>, batch size: BatchSize,
        over exchange: any RankExchange = SoloExchange(),
        each: (_ number: Int, _ answer: Tensor<T>) throws -> Void = { _, _ in }, progress: (Int) -> Void = { _ in }
    ) throws -> Evaluation {
        var evaluation = Evaluation(kind: task.kind, classes: classes)
        let source = try DataSetBatches(set, size: size, seed: 0) { sample, _, _ in judged(sample) }
        let shared = SharedBatches(source, over: exchange)
        let numbers = source.plan(epoch: 1).batches
        try exchange.share(numbers.count) { index in
            let batch = try shared.batch(index)
            var part = Evaluation(kind: task.kind, classes: classes)
            for (place, answer) in try answers(model, to: batch).enumerated() {
                try part.add(
                    answer.reshaped([1] + answer.shape),
                    target: batch.target.sample(place, extents: Array(answer.shape.dropLast())),
                    grid: try Grid(batch: 1, extents: Array(answer.shape.dropLast())), classWeights: classWeights)
                try each(numbers[index][place], answer)
            }
            return part.told
        } take: { _, told in
            try evaluation.add(told)
            progress(evaluation.samples)
        }
        return evaluation
    }
}

extension TrainingTarget {
    /// The target of sample `b` as a batch of its own, the first sites along every axis.
    fileprivate func sample(_ b: Int, extents: [Int]) -> TrainingTarget {
        switch self {
        case .values(let tensor):
            let storage = Array(tensor.shape.dropFirst().dropLast())
            let own = tensor.sample(b, extents: extents, storage: storage, width: tensor.shape.last ?? 1)
            return .values(Tensor(shape: [1] + own.shape, values: own.values))
        case .labels(let tensor):
            let own = tensor.sample(b, extents: extents, storage: Array(tensor.shape.dropFirst()), width: 1)
            return .labels(Tensor(shape: [1] + extents, values: own.values))
        case .none: return .none
        }
    }
}

extension ClassCounts {
    /// The weights that make every class count the same: the mean count over that of the class, 0 where it never occurs.
    static func balancedWeights(of counts: [Int]) -> [Double] {
        let total = Double(counts.reduce(0, +))
        return counts.map { $0 == 0 ? 0 : total / (Double(counts.count) * Double($0)) }
    }
}
