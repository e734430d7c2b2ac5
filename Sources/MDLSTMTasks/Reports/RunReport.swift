public import MDLSTM

/// What became of a training: report.json.
public struct RunReport: Sendable {
    /// What `mdlstm evaluate --json` says of the best model on the validation data.
    public var evaluation: JSONObject

    public var epochs: Int, steps: Int

    /// Time of all steps and evaluations of the training, those of earlier runs that it went on from included.
    public var seconds: Double

    /// Samples trained with in a second of steps; nil where no step was timed.
    public var samplesPerSecond: Double?

    /// The figure that tells the best.
    public var monitor: String

    /// The best figure and the epoch it is of; nil without validation.
    public var best: (value: Double, epoch: Int)?

    /// Why the training has ended; nil where it was stopped.
    public var end: FitEnd?

    public init(
        evaluation: JSONObject, epochs: Int, steps: Int, seconds: Double, samplesPerSecond: Double?, monitor: String,
        best: (value: Double, epoch: Int)?, end: FitEnd?
    ) {
        (self.evaluation, self.epochs, self.steps, self.seconds) = (evaluation, epochs, steps, seconds)
        (self.samplesPerSecond, self.monitor, self.best, self.end) = (samplesPerSecond, monitor, best, end)
    }

    /// The report of a course that has come to a record.
    public init(
        evaluation: JSONObject, course: FitCourse, last: EpochRecord?, samplesPerSecond: Double?, monitor: String
    ) {
        self.init(
            evaluation: evaluation, epochs: last?.epoch ?? 0, steps: last?.step ?? 0, seconds: course.seconds,
            samplesPerSecond: samplesPerSecond, monitor: monitor, best: course.best, end: course.end)
    }

    /// The members of the evaluation, then those of the training. `seconds` is the time of the training, and
    /// `evaluationSeconds` what the evaluation calls so.
    public var json: JSONValue {
        var members = evaluation
        if let seconds = members["seconds"] {
            members["seconds"] = nil
            members["evaluationSeconds"] = seconds
        }
        members["epochs"] = .integer(epochs)
        members["steps"] = .integer(steps)
        members["seconds"] = .number(seconds)
        members["samplesPerSecond"] = number(samplesPerSecond)
        members["monitor"] = .string(monitor)
        members["bestEpoch"] = best.map { .integer($0.epoch) } ?? .null
        members["bestValue"] = number(best?.value)
        members["end"] = end.map { .string($0.rawValue) } ?? .null
        return .object(members)
    }

    /// Writes the file, whole or not at all: a line for each member, so that a matrix is no page of numbers.
    public func write(to path: String) throws(MDLSTMError) {
        let lines = (json.objectValue ?? [:]).map { key, value in
            "  \(JSONValue.string(key).serialized()): \(value.serialized())"
        }
        try writeFile(Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8), to: path)
    }
}
