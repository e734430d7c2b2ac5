public import MDLSTM

/// How lines become what a model is given, and what it says of their frames becomes text.
public struct LinePipeline: Sendable {
    public let model: ModelConfiguration
    public let alphabet: Alphabet
    public let data: DataSettings
    private let normalizer: Normalizer?

    /// - Parameters:
    ///   - model: of which nothing is left open
    ///   - alphabet: of the texts; its class 0 is the blank
    ///   - data: how pictures become inputs
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the model is none that lines can be read with.
    public init(
        model: ModelConfiguration, alphabet: Alphabet, data: DataSettings, name: String
    ) throws(MDLSTMError) {
        guard model.axes == 2, model.inputSize == 1 else {
            throw MDLSTMError(
                .data,
                "\(name): the model takes \(counted(model.axes, "axis", plural: "axes")) of "
                    + "\(counted(model.inputSize, "feature")); lines have 2 axes and 1")
        }
        guard model.outputSize == alphabet.count else {
            throw MDLSTMError(
                .data,
                "\(name): the model has \(counted(model.outputSize, "output")); expected \(alphabet.count), a blank and "
                    + "\(counted(alphabet.symbols.count, "symbol"))")
        }
        guard model.outputAxes == 1 else {
            throw MDLSTMError(
                .data,
                "\(name): the model gives answers over \(counted(model.outputAxes, "axis", plural: "axes")); lines are read "
                    + "along their width: pool the height, {\"type\": \"pool\", \"axes\": [0], \"by\": \"mean\"}")
        }
        (self.model, self.alphabet, self.data) = (model, alphabet, data)
        switch data.normalization {
        case .numbers(let mean, let deviation) where mean.count == 1:
            normalizer = Normalizer(mean: mean, deviation: deviation)
        case .unit: normalizer = nil
        case .numbers, .meanAndDeviation:
            throw MDLSTMError(
                .data, "\(name): 'normalize' has no number for lines; expected one mean and one deviation")
        }
    }

    /// Frames that the model makes of a picture, `[height, width]`.
    ///
    /// - Throws: the errors of `ModelConfiguration.grids(from:)`.
    public func frames(of extents: [Int]) throws(MDLSTMError) -> Int {
        try model.grids(from: Grid(batch: 1, extents: extents)).last?.extents.first ?? 0
    }

    /// Input columns to a frame.
    public func columns(of extents: [Int]) throws(MDLSTMError) -> Double {
        Double(extents[1]) / Double(max(1, try frames(of: extents)))
    }

    /// A sample as the model is trained with it in an epoch; not stretched where its frames would be too few for its text.
    public func trainingSample<T: Scalar>(_ raw: Sample<T>, epoch: Int, number: Int, seed: UInt64) -> Sample<T> {
        var augmentation = data.augmentation
        var changed = augmentation.apply(to: raw, seed: seed, epoch: epoch, number: number)
        let frames = (try? frames(of: changed.extents)) ?? 0
        if augmentation.stretch > 0, frames < CTC.fewestFrames(for: raw.target.labels?.values ?? []) {
            augmentation.stretch = 0
            changed = augmentation.apply(to: raw, seed: seed, epoch: epoch, number: number)
        }
        return judged(changed)
    }

    /// A sample as the model is judged by it.
    func judged<T: Scalar>(_ raw: Sample<T>) -> Sample<T> {
        guard let normalizer else { return raw }
        return Sample(input: normalizer(raw.input), target: raw.target)
    }

    /// What the model says of the frames of each line of a batch of inputs as it is judged by, as logits `[T, C]`.
    public func logits<T: Scalar>(_ model: any Model<T>, of batch: TrainingBatch<T>) throws -> [Tensor<T>] {
        let output = try model.predict(batch.input, samples: batch.samples)
        let (most, width) = (output.shape[1], output.shape[2])
        return try (0..<output.shape[0]).map { b in
            let extents = batch.samples?[b] ?? Array(batch.input.shape.dropFirst().dropLast())
            let frames = try frames(of: extents)
            let first = b * most * width
            return Tensor(shape: [frames, width], values: Array(output.values[first..<(first + frames * width)]))
        }
    }

    /// What a model's readings of a data set are worth.
    ///
    /// - Parameters:
    ///   - model: of the pipeline, with its weights
    ///   - set: lines with the classes of their texts
    ///   - size: samples or sites of a batch
    ///   - exchange: with the ranks that share the batches, all of which give the same; alone unless given
    ///   - read: makes a reading of what the model says of the frames; the best path unless given
    ///   - each: called with the number, extents and reading of every line of this rank, in an order of its own
    ///   - progress: called with the number of lines that have been judged
    public func evaluate<T: Scalar>(
        _ model: any Model<T>, on set: any DataSet<T>, batch size: BatchSize,
        over exchange: any RankExchange = SoloExchange(),
        read: (FramePosteriors) throws -> Reading = { $0.bestPath() },
        each: (_ number: Int, _ extents: [Int], _ reading: Reading) throws -> Void = { _, _, _ in },
        progress: (Int) -> Void = { _ in }
    ) throws -> LineEvaluation {
        var found = LineEvaluation(count: set.count)
        let source = try DataSetBatches(set, size: size, seed: 0, beginsSmall: true) { sample, _, _ in judged(sample) }
        let shared = SharedBatches(source, over: exchange)
        let numbers = source.plan(epoch: 1).batches
        var done = 0
        try exchange.share(numbers.count) { index in
            let batch = try shared.batch(index)
            let lines = try logits(model, of: batch).enumerated().map { place, logits in
                let posteriors = try FramePosteriors(logits: logits)
                let reading = try read(posteriors)
                let extents = batch.samples?[place] ?? Array(batch.input.shape.dropFirst().dropLast())
                try each(numbers[index][place], extents, reading)
                return JudgedLine(posteriors, labels: batch.target.text(place), reading: reading, alphabet).told
            }
            return .array(lines)
        } take: { index, told in
            let lines = told.arrayValue ?? []
            guard lines.count == numbers[index].count else { throw ExchangeError.unlikeWork }
            for (number, line) in zip(numbers[index], lines) { found.add(number, try JudgedLine(line)) }
            done += numbers[index].count
            progress(done)
        }
        return found
    }
}

extension TrainingTarget {
    /// The labels of one sample's text.
    fileprivate func text(_ b: Int) -> [Int32] {
        guard let labels else { return [] }
        let width = labels.shape[1]
        return Array(labels.values[(b * width)..<((b + 1) * width)].prefix { $0 >= 0 })
    }
}
