/// Figures by name, in order: what an evaluation says.
public typealias Figures = [(name: String, value: Double)]

/// What a training has noted at the end of an epoch.
public struct FitRecord: Sendable {
    public let epoch: Int, step: Int

    /// Time of all steps and evaluations so far.
    public let seconds: Double

    /// The learning rate of the last step, and the mean loss over the epoch's steps.
    public let learningRate: Double, trainLoss: Double

    /// What the evaluation says; nil where there was none.
    public let figures: Figures?

    /// Whether the monitored figure is the best so far; without evaluations every record is.
    public let isBest: Bool
}

/// How far a training has come: everything besides the trainer's state that one needs to go on with the same bits.
public struct FitCourse: Sendable {
    /// The next batch: its epoch, from 1, and its number in the epoch.
    public internal(set) var epoch = 1, batch = 0

    public internal(set) var seconds = 0.0

    /// Over the epoch's steps so far.
    var lossSum = 0.0, stepsOfEpoch = 0

    /// Of the last step.
    var learningRate = 0.0

    /// The best figure and the epoch it is of; nil before there is one.
    public internal(set) var best: (value: Double, epoch: Int)?

    /// Evaluations since the best, and since the learning rate was lowered or a better figure came.
    var waited = 0, waitedAtRate = 0

    /// What the plateau has left of the learning rate.
    var rateFactor = 1.0

    /// Why the training has ended; nil while it has not.
    public internal(set) var end: FitEnd?

    public init() {}

    /// The course in a checkpoint.
    public var history: ParameterTensors<Double> {
        let numbers = [
            Double(epoch), Double(batch), seconds, lossSum, Double(stepsOfEpoch), best?.value ?? 0,
            Double(best?.epoch ?? 0), Double(waited), Double(waitedAtRate), rateFactor,
            Double(end.map { FitEnd.allCases.firstIndex(of: $0)! + 1 } ?? 0), learningRate,
        ]
        var history = ParameterTensors<Double>()
        history[Self.name] = Tensor(shape: [numbers.count], values: numbers)
        return history
    }

    /// - Throws: ``MDLSTMError`` of kind `data` when the tensor is missing, misshapen, or has impossible numbers.
    public init(_ history: ParameterTensors<Double>) throws(MDLSTMError) {
        guard let tensor = history[Self.name], tensor.shape == [12] else {
            throw MDLSTMError(
                .data, "the checkpoint's tensor 'history.\(Self.name)' is missing or misshapen; expected [12]")
        }
        let values = tensor.values
        let counts = [0, 1, 4, 6, 7, 8, 10].map { Int(exactly: values[$0]) ?? -1 }
        guard counts.allSatisfy({ (0...1 << 53).contains($0) }), counts[0] >= 1, counts[6] <= FitEnd.allCases.count,
            values[2] >= 0, values[9] > 0
        else {
            throw MDLSTMError(.data, "the checkpoint's tensor 'history.\(Self.name)' has impossible numbers, \(values)")
        }
        (epoch, batch, stepsOfEpoch, waited, waitedAtRate) = (counts[0], counts[1], counts[2], counts[4], counts[5])
        (seconds, lossSum, rateFactor, learningRate) = (values[2], values[3], values[9], values[11])
        best = counts[3] == 0 ? nil : (values[5], counts[3])
        end = counts[6] == 0 ? nil : FitEnd.allCases[counts[6] - 1]
    }

    private static let name = "course"
}

/// Why a training has ended.
public enum FitEnd: String, CaseIterable, Sendable {
    case epochs, steps, time, patience
}
