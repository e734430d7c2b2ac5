private import RealModule

/// The rule by which parameters are updated from their gradients.
public enum Optimizer: Hashable, Sendable {
    /// `m = momentum m + g, p -= rate m`
    case sgd(momentum: Double = 0)
    /// `v = decay v + (1 - decay) g^2, m = momentum m + g / (sqrt(v) + epsilon), p -= rate m`
    case rmsProp(decay: Double = 0.99, momentum: Double = 0, epsilon: Double = 1e-8)
    /// Kingma and Ba 2015 (arXiv 1412.6980), with both bias corrections.
    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
}

/// How gradients are limited before the optimizer sees them.
public enum Clipping: Hashable, Sendable {
    case none
    /// Every element is clipped to ±limit.
    case value(Double)
    /// All gradients are scaled by one factor so that their common norm is at most the limit.
    case globalNorm(Double)

    /// Both limits in the form that kernels take: 0 stands for no limit.
    package var limits: (norm: Double, value: Double) {
        switch self {
        case .none: (0, 0)
        case .value(let limit): (0, limit)
        case .globalNorm(let limit): (limit, 0)
        }
    }
}

/// The learning rate as a function of the step.
public struct LearningRateSchedule: Hashable, Sendable {
    /// How the rate falls after the warm-up.
    public enum Decay: Hashable, Sendable {
        case constant
        /// Multiplied by `factor` every `steps` steps.
        case step(factor: Double, every: Int)
        /// Multiplied by `factor` at every step.
        case exponential(factor: Double)
        /// Half a cosine down to `final` at step `total`, and `final` after it.
        case cosine(final: Double, total: Int)
    }

    public var base: Double
    public var warmup: Int
    public var decay: Decay

    /// `base` after `warmup` steps of linear growth, falling by `decay`.
    public init(_ base: Double, warmup: Int = 0, decay: Decay = .constant) {
        self.base = base
        self.warmup = warmup
        self.decay = decay
    }

    /// The rate of step `step`, counted from 1.
    public func rate(step: Int) -> Double {
        if step <= warmup { return base * Double(step) / Double(warmup) }
        let passed = step - 1 - warmup
        switch decay {
        case .constant: return base
        case .step(let factor, let every): return base * .pow(factor, Double(passed / max(every, 1)))
        case .exponential(let factor): return base * .pow(factor, Double(passed))
        case .cosine(let final, let total):
            guard step < total else { return final }
            let progress = Double(passed) / Double(total - warmup - 1)
            return final + (base - final) * (1 + .cos(.pi * progress)) / 2
        }
    }
}

/// The settings of a training: everything except the model and the data.
public struct TrainingConfiguration: Hashable, Sendable {
    public var loss: Loss
    public var optimizer: Optimizer
    public var clipping: Clipping
    public var learningRate: LearningRateSchedule

    /// Seed of the masks of dropout, zoneout and weight dropout.
    public var seed: UInt64

    /// Whether recurrent layers keep only the states between bands of their grids and recompute the others in the
    /// backward pass; see ``StateMemory/recomputed(height:)``.
    public var recompute: Bool

    /// Whether the states that leave with a batch are kept for the next one, which they enter where
    /// ``TrainingBatch/continues`` says so: long sequences are then learnt piece by piece, no gradient going back beyond
    /// a piece. The model must read one axis forwards.
    public var carriesStates = false

    /// Whether backward passes compute the gradient by the input too: ``Trainer/inputGradient()``.
    public var wantsInputGradient = false

    /// The share of the weights by which hidden states enter recurrent layers that a step leaves out, from 0 below 1 (Merity,
    /// Keskar and Socher 2018, arXiv 1708.02182).
    public var weightDropout = 0.0

    /// Layers of the model, by number from 0, that keep their weights.
    ///
    /// Their gradients are not computed, stay zero and do not count in any norm.
    public var frozen: Set<Int>

    /// What the loss of a site with a label is multiplied by, by class; nil for 1. Only for labels.
    public var classWeights: [Double]?

    public init(
        loss: Loss = .meanSquaredError, optimizer: Optimizer = .adam(), clipping: Clipping = .none,
        learningRate: LearningRateSchedule = LearningRateSchedule(0.001), seed: UInt64 = 1,
        recompute: Bool = false, frozen: Set<Int> = [], classWeights: [Double]? = nil
    ) {
        self.seed = seed
        self.recompute = recompute
        self.frozen = frozen
        self.classWeights = classWeights
        self.loss = loss
        self.optimizer = optimizer
        self.clipping = clipping
        self.learningRate = learningRate
    }
}

extension TrainingConfiguration {
    /// The masks of step `step`, for a batch whose first sample has the number `firstSample` in the whole batch.
    package func noise(step: Int, firstSample: Int) -> NoiseKey {
        NoiseKey(seed: seed, step: UInt32(truncatingIfNeeded: step), firstSample: firstSample)
    }

    /// Refuses to freeze layers that the model does not have, and class weights that do not fit it.
    package func validate(for model: ModelConfiguration) throws(MDLSTMError) {
        try validateWeightDropout(for: model)
        if carriesStates {
            try model.requireCarryingStates()
            guard !recompute else {
                throw MDLSTMError(
                    .option, "states that are carried from batch to batch do not go with recomputed ones; leave one out"
                )
            }
        }
        if loss == .ctc, model.outputAxes != 1 || model.outputSize < 2 {
            throw MDLSTMError(
                .option,
                "the model's output has \(counted(model.outputAxes, "axis", plural: "axes")) and "
                    + "\(counted(model.outputSize, "feature")); the loss 'ctc' needs one axis, of frames, and a blank with at "
                    + "least one symbol")
        }
        if let classWeights {
            guard loss == .softmaxCrossEntropy, classWeights.count == model.outputSize,
                classWeights.allSatisfy({ $0 >= 0 && $0 <= 1e30 }), classWeights.contains(where: { $0 > 0 })
            else {
                throw MDLSTMError(
                    .option,
                    "the class weights are \(classWeights); expected \(model.outputSize) numbers from 0 to 1e30, one for each "
                        + "output, not all 0, and the loss softmaxCrossEntropy")
            }
        }
        guard let index = frozen.sorted().first(where: { !model.layers.indices.contains($0) }) else { return }
        throw MDLSTMError(
            .option, "layer \(index) is to be frozen; the model has layers 0 to \(model.layers.count - 1)")
    }

    /// What enters with a batch: the states that the one before left, or zeros; nil in a training that carries none.
    ///
    /// - Parameters:
    ///   - carried: what the batch before left; empty before the first
    ///   - isShard: whether the batch is a shard, which has states of its own
    package func entering<T: Scalar>(
        _ batch: TrainingBatch<T>, of model: ModelConfiguration, carried: ParameterTensors<T>, isShard: Bool = false
    ) throws(MDLSTMError) -> ParameterTensors<T>? {
        try requireCarrying(batch, isShard: isShard)
        guard carriesStates else { return nil }
        let shapes = model.carriedShapes(batch: batch.input.shape[0])
        guard batch.continues else { return ParameterTensors(zeros: shapes) }
        try Self.require(carried.shapes, shapes)
        return carried
    }

    /// Refuses a batch that goes on where another ended, where no states are carried, and one of samples that end apart.
    package func requireCarrying<T: Scalar>(_ batch: TrainingBatch<T>, isShard: Bool = false) throws(MDLSTMError) {
        guard !batch.continues || carriesStates else {
            throw MDLSTMError(.option, "the batch goes on where another ended; set the training's carriesStates")
        }
        guard !carriesStates || isShard || batch.firstSample == 0 else {
            throw MDLSTMError(
                .option, "states are carried by whole batches; found a part that begins at sample \(batch.firstSample)")
        }
        guard !carriesStates || batch.samples == nil else {
            throw MDLSTMError(
                .data,
                "the samples of the batch have extents of their own; states are carried where all are of one length")
        }
    }

    /// Refuses states that a batch of another size has left.
    package static func require(_ found: [ParameterShape], _ expected: [ParameterShape]) throws(MDLSTMError) {
        guard found != expected else { return }
        let rows = (found.first?.shape[0], expected.first?.shape[0])
        throw MDLSTMError(
            .data,
            "the batch goes on where another ended, but "
                + (rows.0 == nil
                    ? "there was none before it; the first of a sequence begins anew"
                    : "that had \(rows.0 ?? 0) rows of states, this one \(rows.1 ?? 0); keep the number of samples"))
    }

    /// The parameters that learn, as ranges of the flat array of all parameters; adjacent ranges are joined.
    package func trainedRanges(of model: ModelConfiguration) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var first = 0
        for (index, layer) in model.layers.enumerated() {
            let end = first + layer.parameterShapes.reduce(0) { $0 + $1.count }
            if trains(index, of: model) {
                let learning = end - layer.runningCount
                if ranges.last?.upperBound == first {
                    ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<learning
                } else {
                    ranges.append(first..<learning)
                }
            }
            first = end
        }
        return ranges
    }

    /// The first layer that a gradient reaches; the number of layers where none does.
    package func firstReached(of model: ModelConfiguration) -> Int {
        wantsInputGradient ? 0 : model.layers.indices.first { trains($0, of: model) } ?? model.layers.count
    }

    /// Whether layer `index` of `model` learns: it has weights and is not frozen.
    package func trains(_ index: Int, of model: ModelConfiguration) -> Bool {
        !frozen.contains(index) && !model.layers[index].parameterShapes.isEmpty
    }
}
