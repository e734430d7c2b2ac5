/// The data of one training step.
public struct TrainingBatch<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// The output that the model should give.
    public var target: TrainingTarget<Element>

    /// The extents of each sample of a ragged batch; nil when all fill the storage.
    public var samples: [[Int]]?

    /// Flat indices of output elements whose mean squared error is reported in addition to the loss.
    public var probes: [Int]

    /// The number of the first sample in the whole batch, if this is a part of one. The masks of dropout and zoneout
    /// depend on a sample's number in the whole batch.
    public var firstSample = 0

    /// Whether every sample goes on where that of the batch before ended, whose states enter; zeros enter otherwise. Only
    /// in a training with ``TrainingConfiguration/carriesStates``.
    public var continues = false

    /// A batch whose target is a tensor in the shape of the output, `[B, E1, .., EN, O]`.
    public init(input: Tensor<Element>, target: Tensor<Element>, samples: [[Int]]? = nil, probes: [Int] = []) {
        self.init(input: input, target: .values(target), samples: samples, probes: probes)
    }

    /// A batch whose target is a class number for every site, `[B, E1, .., EN]`; negative if the class is unknown.
    public init(input: Tensor<Element>, labels: Tensor<Int32>, samples: [[Int]]? = nil) {
        self.init(input: input, target: .labels(labels), samples: samples)
    }

    /// A batch without a target, for a custom loss.
    public init(input: Tensor<Element>, samples: [[Int]]? = nil) {
        self.init(input: input, target: .none, samples: samples)
    }

    public init(
        input: Tensor<Element>, target: TrainingTarget<Element>, samples: [[Int]]? = nil, probes: [Int] = []
    ) {
        self.input = input
        self.target = target
        self.samples = samples
        self.probes = probes
    }

    /// A batch of some of the samples, with the same storage and masks as in the whole batch, but without probes.
    ///
    /// - Precondition: the batch has these samples.
    public func part(_ range: Range<Int>) -> TrainingBatch {
        selecting(Array(range), at: range.lowerBound)
    }

    /// A batch of some of the samples, in the same storage, without probes.
    ///
    /// - Parameters:
    ///   - numbers: of samples of this batch, none twice
    ///   - place: of the first in the whole batch
    func selecting(_ numbers: [Int], at place: Int) -> TrainingBatch {
        var part = TrainingBatch(
            input: input.selecting(numbers), target: target.selecting(numbers),
            samples: samples.map { all in numbers.map { all[$0] } })
        part.firstSample = firstSample + place
        part.continues = continues
        return part
    }
}

/// The output that a model should give for a batch.
public enum TrainingTarget<Element: Scalar>: Sendable, Equatable {
    /// Numbers in the shape of the output, `[B, E1, .., EN, O]`. For `softmaxCrossEntropy` they are a distribution over
    /// the features of every site, weighted by its sum: a site of zeros is unlabelled.
    case values(Tensor<Element>)

    /// The number of the right feature at every site, `[B, E1, .., EN]`, from 0; negative if it is unknown. Only for
    /// `softmaxCrossEntropy`.
    case labels(Tensor<Int32>)

    /// No target, for a custom loss.
    case none

    /// The numbers; nil for other targets.
    public var values: Tensor<Element>? {
        get { if case .values(let tensor) = self { tensor } else { nil } }
        set { self = newValue.map { .values($0) } ?? .none }
    }

    /// The labels; nil for other targets.
    public var labels: Tensor<Int32>? { if case .labels(let tensor) = self { tensor } else { nil } }

    fileprivate func selecting(_ numbers: [Int]) -> TrainingTarget {
        switch self {
        case .values(let tensor): .values(tensor.selecting(numbers))
        case .labels(let tensor): .labels(tensor.selecting(numbers))
        case .none: .none
        }
    }
}

extension Tensor {
    /// Some of the samples of a tensor `[B, ..]`.
    fileprivate func selecting(_ numbers: [Int]) -> Tensor {
        let perSample = shape[0] == 0 ? 0 : count / shape[0]
        var selected: [Element] = []
        selected.reserveCapacity(numbers.count * perSample)
        for number in numbers { selected += values[(number * perSample)..<((number + 1) * perSample)] }
        return Tensor(shape: [numbers.count] + shape.dropFirst(), values: selected)
    }
}
