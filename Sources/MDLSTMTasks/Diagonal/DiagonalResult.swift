public import MDLSTM

/// The figures of a training of the diagonal task.
public struct DiagonalResult: Sendable {
    public let task: DiagonalTask

    /// One report a step, the steps before a checkpoint included.
    public var reports: [StepReport]

    /// Speed of this process, without its first step; 0 if it took no other.
    public var stepsPerSecond: Double

    public init(task: DiagonalTask, reports: [StepReport] = [], stepsPerSecond: Double = 0) {
        (self.task, self.reports, self.stepsPerSecond) = (task, reports, stepsPerSecond)
    }

    /// Means over the last 100 steps; NaN without any.
    public var overallLoss: Double { mean(reports.suffix(100).map(\.loss)) }
    public var relevantLoss: Double { mean(reports.suffix(100).map(\.probeError)) }

    private func mean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    /// Steps that a running mean is over.
    public static let window = 20

    /// At every step the mean of a figure over the last ``window`` steps; at the first steps over those there are.
    public func runningMeans(of figure: (StepReport) -> Double) -> [Double] {
        var sum = 0.0
        return reports.indices.map { index in
            sum += figure(reports[index]) - (index >= Self.window ? figure(reports[index - Self.window]) : 0)
            return (sum < 0 ? 0 : sum) / Double(min(index + 1, Self.window))
        }
    }

    /// The first step at which the mean relevant loss of ``window`` steps is below 0.01; nil if there is none.
    public var firstStepRelevantBelow001: Int? {
        let means = runningMeans(of: \.probeError)
        return means.indices.first { $0 >= Self.window - 1 && means[$0] < 0.01 }.map { reports[$0].step }
    }

    /// Takes the memory of the reports of all steps at once: a training of days does not run out of it on its last one.
    mutating func commitMemory(steps: Int) {
        let before = reports
        let none = StepReport(step: 0, loss: 0, gradientNorm: 0, probeError: 0, learningRate: 0)
        reports = Array(repeating: none, count: max(steps, before.count))
        reports.removeAll(keepingCapacity: true)
        reports += before
    }

    /// The reports as a checkpoint keeps them: `reports`, `[steps, 4]`.
    public var history: ParameterTensors<Double> {
        var values: [Double] = []
        values.reserveCapacity(4 * reports.count)
        for report in reports {
            values.append(report.loss)
            values.append(report.gradientNorm)
            values.append(report.probeError)
            values.append(report.learningRate)
        }
        var history = ParameterTensors<Double>()
        history["reports"] = Tensor(shape: [reports.count, 4], values: values)
        return history
    }

    /// The reports of steps 1, 2, .. in a checkpoint's history.
    ///
    /// - Throws: `MDLSTMError` when they are missing or misshapen.
    static func reports(in history: ParameterTensors<Double>) throws(MDLSTMError) -> [StepReport] {
        guard let tensor = history["reports"], tensor.shape.count == 2, tensor.shape[1] == 4 else {
            throw MDLSTMError(
                .data, "the checkpoint's tensor 'history.reports' is missing or misshapen; expected [steps, 4]")
        }
        return (0..<tensor.shape[0]).map { index in
            let values = Array(tensor.values[(4 * index)..<(4 * index + 4)])
            return StepReport(
                step: index + 1, loss: values[0], gradientNorm: values[1], probeError: values[2],
                learningRate: values[3])
        }
    }
}
