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

    /// Sum of the losses of the epoch's steps so far.
    public internal(set) var lossSum = 0.0

    /// Of the epoch so far.
    var stepsOfEpoch = 0

    /// Of the last step.
    var learningRate = 0.0

    /// The best figure and the epoch it is of; nil before there is one.
    public internal(set) var best: (value: Double, epoch: Int)?

    /// Evaluations since the best, and since the learning rate was lowered or a better figure came.
    var waited = 0, waitedAtRate = 0

    /// Evaluations in a row that have reached the goal.
    var reached = 0

    /// What the plateau has left of the learning rate.
    var rateFactor = 1.0

    /// Why the training has ended; nil while it has not. ``Fit`` judges it anew by its own configuration.
    public internal(set) var end: FitEnd?

    public init() {}

    /// A place in the course of a training that notes its own figures, without plateau, patience and time.
    ///
    /// - Parameters:
    ///   - epoch: of the next batch, from 1
    ///   - batch: number of the next batch in its epoch, from 0
    ///   - lossSum: sum of the losses of the epoch's steps so far
    ///   - reached: evaluations in a row that have reached the goal
    public init(epoch: Int, batch: Int, lossSum: Double = 0, reached: Int = 0) {
        (self.epoch, self.batch, self.lossSum, self.reached) = (epoch, batch, lossSum, reached)
        stepsOfEpoch = batch
    }

    /// The same course over other data: the epoch at hand begins anew, and what was the best by the data before counts no
    /// more.
    public var beginningAnew: FitCourse {
        var course = judgedAnew
        (course.batch, course.lossSum, course.stepsOfEpoch) = (0, 0, 0)
        return course
    }

    /// The same course judged by other data: what was the best by those before counts no more.
    public var judgedAnew: FitCourse {
        var course = self
        (course.best, course.waited, course.waitedAtRate, course.reached) = (nil, 0, 0, 0)
        return course
    }

    /// The course in a checkpoint.
    public var history: ParameterTensors<Double> {
        let numbers = [
            Double(epoch), Double(batch), seconds, lossSum, Double(stepsOfEpoch), best?.value ?? 0,
            Double(best?.epoch ?? 0), Double(waited), Double(waitedAtRate), rateFactor,
            Double(end.map { FitEnd.allCases.firstIndex(of: $0)! + 1 } ?? 0), learningRate,
            Double(reached),
        ]
        var history = ParameterTensors<Double>()
        history[Self.name] = Tensor(shape: [numbers.count], values: numbers)
        return history
    }

    /// A course from a checkpoint; those of earlier versions have 12 numbers, none of them for a goal.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` when the tensor is missing, misshapen, or has impossible numbers.
    public init(_ history: ParameterTensors<Double>) throws(MDLSTMError) {
        guard let tensor = history[Self.name], [[12], [13]].contains(tensor.shape) else {
            throw MDLSTMError(
                .data, "the checkpoint's tensor 'history.\(Self.name)' is missing or misshapen; expected [13]")
        }
        let values = tensor.values + Array(repeating: 0, count: 13 - tensor.count)
        let counts = [0, 1, 4, 6, 7, 8, 10, 12].map { Int(exactly: values[$0]) ?? -1 }
        guard counts.allSatisfy({ (0...1 << 53).contains($0) }), counts[0] >= 1, counts[6] <= FitEnd.allCases.count,
            values[2] >= 0, values[9] > 0
        else {
            throw MDLSTMError(.data, "the checkpoint's tensor 'history.\(Self.name)' has impossible numbers, \(values)")
        }
        (epoch, batch, stepsOfEpoch) = (counts[0], counts[1], counts[2])
        (waited, waitedAtRate, reached) = (counts[4], counts[5], counts[7])
        (seconds, lossSum, rateFactor, learningRate) = (values[2], values[3], values[9], values[11])
        best = counts[3] == 0 ? nil : (values[5], counts[3])
        end = counts[6] == 0 ? nil : FitEnd.allCases[counts[6] - 1]
    }

    private static let name = "course"
}

/// Why a training has ended.
public enum FitEnd: String, CaseIterable, Sendable {
    case epochs, steps, time, patience, goal
}
