/// The data of one training step.
public struct TrainingBatch<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// What the model should give.
    public var target: TrainingTarget<Element>

    /// The extents of each sample of a ragged batch; nil when all fill the storage.
    public var samples: [[Int]]?

    /// Elements of the output whose mean squared error is reported with the loss.
    public var probes: [Int]

    /// The place of the first sample in the whole batch, where this is a part of one: masks of dropout and zoneout follow
    /// from a sample's place in the whole.
    public var firstSample = 0

    /// A batch with numbers of the output's shape to reach, `[B, E1, .., EN, O]`.
    public init(input: Tensor<Element>, target: Tensor<Element>, samples: [[Int]]? = nil, probes: [Int] = []) {
        self.init(input: input, target: .values(target), samples: samples, probes: probes)
    }

    /// A batch with the number of a class for every site, `[B, E1, .., EN]`; negative where none is known.
    public init(input: Tensor<Element>, labels: Tensor<Int32>, samples: [[Int]]? = nil) {
        self.init(input: input, target: .labels(labels), samples: samples)
    }

    /// A batch for a loss of the caller's own.
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

    /// Some of the samples, with the storage and the masks that they have in the whole; without probes.
    ///
    /// - Precondition: the batch has these samples.
    public func part(_ range: Range<Int>) -> TrainingBatch {
        var part = TrainingBatch(
            input: input.samples(range), target: target.part(range), samples: samples.map { Array($0[range]) })
        part.firstSample = firstSample + range.lowerBound
        return part
    }
}

/// What a model should give for a batch.
public enum TrainingTarget<Element: Scalar>: Sendable, Equatable {
    /// Numbers of the output's shape, `[B, E1, .., EN, O]`; for `softmaxCrossEntropy` a distribution over the features of
    /// every site, which counts by its sum: a site of zeros is unlabelled.
    case values(Tensor<Element>)

    /// The number of the right feature at every site, `[B, E1, .., EN]`, from 0; negative where none is known. For
    /// `softmaxCrossEntropy` alone.
    case labels(Tensor<Int32>)

    /// Nothing: for a loss of the caller's own.
    case none

    /// The numbers, nil for other targets.
    public var values: Tensor<Element>? {
        get { if case .values(let tensor) = self { tensor } else { nil } }
        set { self = newValue.map { .values($0) } ?? .none }
    }

    fileprivate func part(_ range: Range<Int>) -> TrainingTarget {
        switch self {
        case .values(let tensor): .values(tensor.samples(range))
        case .labels(let tensor): .labels(tensor.samples(range))
        case .none: .none
        }
    }
}

extension Tensor {
    /// Some of the samples of a tensor `[B, ..]`.
    fileprivate func samples(_ range: Range<Int>) -> Tensor {
        let perSample = count / shape[0]
        return Tensor(
            shape: [range.count] + shape.dropFirst(),
            values: Array(values[(range.lowerBound * perSample)..<(range.upperBound * perSample)]))
    }
}
