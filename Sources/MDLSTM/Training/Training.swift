private import RealModule

/// What a training minimises, always a mean over the sites that belong to a sample.
public enum Loss: String, CaseIterable, Sendable {
    /// Mean of (y - t)^2 over sites and features.
    case meanSquaredError
    /// Mean over sites and features of the cross entropy of sigmoid(y) with t; y is taken before the sigmoid.
    case sigmoidCrossEntropy
    /// Mean over sites of the cross entropy of softmax(y) with the distribution t; y is taken before the softmax.
    case softmaxCrossEntropy

    /// What the sum over `sites` sites of `features` features is multiplied by.
    package func scale(sites: Int, features: Int) -> Double {
        self == .softmaxCrossEntropy ? 1 / Double(sites) : 1 / Double(sites * features)
    }
}

/// How parameters follow their gradients.
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
    /// Every element cut to ±limit.
    case value(Double)
    /// All gradients scaled together so that their norm is at most the limit.
    case globalNorm(Double)

    /// The two limits as the kernels take them, 0 for none.
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

/// Everything that fixes a training but the model and the data.
public struct TrainingConfiguration: Hashable, Sendable {
    public var loss: Loss
    public var optimizer: Optimizer
    public var clipping: Clipping
    public var learningRate: LearningRateSchedule

    /// Seed of the masks of dropout and zoneout.
    public var seed: UInt64

    /// Whether recurrent layers keep only the states between bands of their grids from the forward to the backward pass, and
    /// compute the others again: see ``LayerCall/recompute``.
    public var recompute: Bool

    public init(
        loss: Loss = .meanSquaredError, optimizer: Optimizer = .adam(), clipping: Clipping = .none,
        learningRate: LearningRateSchedule = LearningRateSchedule(0.001), seed: UInt64 = 1,
        recompute: Bool = false
    ) {
        self.seed = seed
        self.recompute = recompute
        self.loss = loss
        self.optimizer = optimizer
        self.clipping = clipping
        self.learningRate = learningRate
    }
}

extension TrainingConfiguration {
    /// The masks of step `step`.
    package func noise(step: Int) -> NoiseKey { NoiseKey(seed: seed, step: UInt32(truncatingIfNeeded: step)) }
}

/// The data of one training step.
public struct TrainingBatch<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// What the model should give, of its output's shape.
    public var target: Tensor<Element>

    /// The extents of each sample of a ragged batch; nil when all fill the storage.
    public var samples: [[Int]]?

    /// Elements of the output whose mean squared error is reported beside the loss.
    public var probes: [Int]

    public init(input: Tensor<Element>, target: Tensor<Element>, samples: [[Int]]? = nil, probes: [Int] = []) {
        self.input = input
        self.target = target
        self.samples = samples
        self.probes = probes
    }
}

/// What is known after a training step.
public struct StepReport: Sendable, Equatable {
    /// Number of the step, from 1.
    public let step: Int
    public let loss: Double
    /// Norm of all gradients together, before clipping.
    public let gradientNorm: Double
    /// Mean squared error at the batch's probes; 0 without any.
    public let probeError: Double
    public let learningRate: Double

    public init(step: Int, loss: Double, gradientNorm: Double, probeError: Double, learningRate: Double) {
        self.step = step
        self.loss = loss
        self.gradientNorm = gradientNorm
        self.probeError = probeError
        self.learningRate = learningRate
    }
}

/// A model in training: its parameters and the optimizer's state, wherever they live.
public protocol Trainer<Element>: AnyObject {
    associatedtype Element: Scalar

    /// Steps taken so far.
    var stepsTaken: Int { get }

    /// Makes what steps over batches of this grid need, before there is one.
    ///
    /// - Throws: ``MDLSTMError`` when the grid is too large for the model; the backend's own error, with what would fit,
    ///   when its device has no memory for it.
    func prepare(for grid: Grid) throws

    /// One step: forward, loss, backward, clipping, optimizer.
    ///
    /// - Throws: ``MDLSTMError`` of kind `notFinite` when the loss or a gradient is NaN or infinite, naming the step
    ///   and the first tensor concerned; the parameters are then those before the step.
    func step(_ batch: TrainingBatch<Element>) throws -> StepReport

    /// The model's output for `input`, `[B, E1, .., EN, I]`.
    func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws -> Tensor<Element>

    /// The current parameters, copied to the host.
    func parameters() throws -> ParameterTensors<Element>

    /// The gradients of the last step, before clipping; zeros before the first.
    func gradients() throws -> ParameterTensors<Element>

    /// All that it takes to go on from here, copied to the host.
    func state() throws -> TrainerState<Element>

    /// Goes on from there: the next step is the one that would have followed.
    ///
    /// - Throws: ``MDLSTMError`` when the tensors are not those of the model.
    func restore(_ state: TrainerState<Element>) throws
}
