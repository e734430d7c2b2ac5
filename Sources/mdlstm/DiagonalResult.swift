import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// The figures of a run of the diagonal task.
struct DiagonalResult {
    let task: DiagonalTask

    /// One of every step, those before a checkpoint included.
    var reports: [StepReport] = []

    /// Takes the memory of the reports of all steps at once: a training of days does not run out of it on its last one.
    mutating func commitMemory(steps: Int) {
        let before = reports
        let none = StepReport(step: 0, loss: 0, gradientNorm: 0, probeError: 0, learningRate: 0)
        reports = Array(repeating: none, count: max(steps, before.count))
        reports.removeAll(keepingCapacity: true)
        reports += before
    }

    /// Of this process, without its first step; 0 if it took no other.
    var stepsPerSecond = 0.0

    /// Means over the last 100 steps.
    var overallLoss: Double { mean(reports.suffix(100).map(\.loss)) }
    var relevantLoss: Double { mean(reports.suffix(100).map(\.probeError)) }

    /// The first step at which the mean relevant loss of 20 steps is below 0.01.
    var firstStepRelevantBelow001: Int? {
        var sum = 0.0
        for (index, report) in reports.enumerated() {
            sum += report.probeError - (index >= 20 ? reports[index - 20].probeError : 0)
            if index >= 19, sum / 20 < 0.01 { return report.step }
        }
        return nil
    }

    var json: JSONValue {
        [
            "overallLoss": .number(overallLoss), "relevantLoss": .number(relevantLoss),
            "firstStepRelevantBelow001": firstStepRelevantBelow001.map { .integer($0) } ?? .null,
            "stepsPerSecond": .number(stepsPerSecond), "optimum": .number(task.optimum),
        ]
    }

    var summary: String {
        let reached = firstStepRelevantBelow001.map { "at step \($0)" } ?? "not reached"
        return """
            \(task.kind.rawValue) \(task.rows)x\(task.columns), \(reports.count) steps, last 100: \
            overall loss \(rounded(overallLoss, 5)) (optimum \(rounded(task.optimum, 5))), \
            relevant loss \(rounded(relevantLoss, 5)), relevant below 0.01 \(reached), \
            \(rounded(stepsPerSecond, 0)) steps/s
            """
    }

    /// The reports as a checkpoint keeps them: `reports`, `[steps, 4]`.
    var history: ParameterTensors<Double> {
        var history = ParameterTensors<Double>()
        var values: [Double] = []
        values.reserveCapacity(4 * reports.count)
        for report in reports {
            values.append(report.loss)
            values.append(report.gradientNorm)
            values.append(report.probeError)
            values.append(report.learningRate)
        }
        history["reports"] = Tensor(shape: [reports.count, 4], values: values)
        return history
    }

    /// The reports of steps 1, 2, .. in a checkpoint.
    static func reports(in history: ParameterTensors<Double>) throws(MDLSTMError) -> [StepReport] {
        guard let tensor = history["reports"], tensor.shape.count == 2, tensor.shape[1] == 4 else {
            throw MDLSTMError(
                .data, "the checkpoint's tensor 'history.reports' is missing or misshapen; expected [steps, 4]")
        }
        return (0..<tensor.shape[0]).map { index in
            let values = tensor.values[(4 * index)..<(4 * index + 4)]
            let first = values.startIndex
            return StepReport(
                step: index + 1, loss: values[first], gradientNorm: values[first + 1], probeError: values[first + 2],
                learningRate: values[first + 3])
        }
    }

    /// One JSON object a line and step.
    var metrics: String {
        reports.map { report in
            let line: JSONValue = [
                "step": .integer(report.step), "loss": .number(report.loss),
                "relevantLoss": .number(report.probeError), "gradientNorm": .number(report.gradientNorm),
                "learningRate": .number(report.learningRate),
            ]
            return line.serialized() + "\n"
        }.joined()
    }

    /// Overall and relevant loss, as means of 20 steps, on a logarithmic axis.
    var plot: SVG {
        LinePlot(
            title: "diagonal \(task.rows)x\(task.columns), \(task.kind.rawValue)", xLabel: "step",
            yLabel: "squared error, mean of 20 steps",
            series: [
                LinePlot.Series("overall", points: smoothed(\.loss)),
                LinePlot.Series("relevant", points: smoothed(\.probeError)),
            ], references: [LinePlot.Reference("optimum", y: task.optimum)], hasLogarithmicY: true
        ).svg()
    }

    private func smoothed(_ value: (StepReport) -> Double) -> [SIMD2<Double>] {
        var sum = 0.0
        return reports.enumerated().map { index, report in
            sum += value(report) - (index >= 20 ? value(reports[index - 20]) : 0)
            return SIMD2(Double(report.step), max(0, sum) / Double(min(index + 1, 20)))
        }
    }

    private func mean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }
}

extension DiagonalTask {
    /// Input, target and prediction side by side, before and after training, for the first samples of a batch.
    func gallery<T: Scalar>(of sample: TrainingBatch<T>, before: Tensor<T>, after: Tensor<T>) throws(MDLSTMError) -> SVG
    {
        func image(_ tensor: Tensor<T>, _ b: Int) -> Image {
            let sites = rows * columns
            return Image(
                Tensor(shape: [rows, columns], values: Array(tensor.values[(b * sites)..<((b + 1) * sites)])))
        }
        return try Gallery(
            title: "diagonal \(rows)x\(columns), \(kind.rawValue)",
            columns: ["input", "target", "before training", "after training"],
            rows: (0..<min(4, batch)).map { b in
                Gallery.Row("\(b + 1)", [sample.input, sample.target.values!, before, after].map { image($0, b) })
            }, scale: max(2, 160 / max(rows, columns))
        ).svg()
    }
}
