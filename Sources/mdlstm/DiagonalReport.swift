import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// What the command tells about a training of the diagonal task.
extension DiagonalResult {
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
            \(task.kind.rawValue) \(task.rows)x\(task.columns), \(counted(reports.count, "step")), last 100: \
            overall loss \(rounded(overallLoss, 5)) (optimum \(rounded(task.optimum, 5))), \
            relevant loss \(rounded(relevantLoss, 5)), relevant below 0.01 \(reached), \
            \(rounded(stepsPerSecond, 0)) steps/s
            """
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

    /// Overall and relevant loss as running means, on a logarithmic axis.
    var plot: LinePlot {
        func line(_ name: String, _ figure: (StepReport) -> Double) -> LinePlot.Series {
            LinePlot.Series(
                name, points: zip(reports, runningMeans(of: figure)).map { SIMD2(Double($0.step), $1) })
        }
        return LinePlot(
            title: "diagonal \(task.rows)x\(task.columns), \(task.kind.rawValue)", xLabel: "step",
            yLabel: "squared error, mean of \(Self.window) steps",
            series: [line("overall", \.loss), line("relevant", \.probeError)],
            references: [LinePlot.Reference("optimum", y: task.optimum)], hasLogarithmicY: true)
    }
}

extension DiagonalTraining {
    /// Trains and, with a folder, writes model.safetensors, metrics.jsonl, loss.svg and predictions.svg.
    ///
    /// A run stopped by NaN or infinite values writes the last good state before it throws; parameters that an update
    /// has made infinite are not written.
    ///
    /// - Parameters:
    ///   - backend: what trains
    ///   - keeper: saves checkpoints on the way and goes on with one; nil for a training without
    ///   - folder: where the results go
    func run(
        on backend: any Backend<Element>, keeper: TrainingKeeper<Element>? = nil, into folder: OutputFolder? = nil
    ) throws -> DiagonalResult {
        let progress = ProgressLine()
        defer { progress.clear() }
        let outcome = try run(
            on: backend, wantsPredictions: folder != nil,
            resume: { trainer in
                let checkpoint = try keeper?.resume(trainer, steps: steps)
                progress.show("compiling kernels (first run only)")
                return checkpoint?.history
            }, afterStep: { try keeper?.afterStep($0, history: $1) }
        ) { report in
            progress.show(
                fraction: Double(report.step) / Double(steps),
                "\(task.kind.rawValue) step \(report.step)/\(steps) loss \(rounded(report.loss, 5)) relevant "
                    + rounded(report.probeError, 5))
        }
        if let folder { try write(outcome, into: folder) }
        if let failure = outcome.failure { throw failure }
        return outcome.result
    }

    private func write(_ outcome: Outcome, into folder: OutputFolder) throws {
        do { try outcome.parameters.requireFinite() } catch {
            throw MDLSTMError(.notFinite, "\(error.message); the learning rate is too large, nothing is saved")
        }
        let file = ModelFile(model: model, parameters: outcome.parameters, seed: seed)
        try folder.write("model.safetensors") { path throws(MDLSTMError) in try file.write(to: path) }
        try folder.write("metrics.jsonl") { path throws(MDLSTMError) in
            try writeFile(Array(outcome.result.metrics.utf8), to: path)
        }
        try folder.write("loss.svg") { path throws(MDLSTMError) in
            try outcome.result.plot.svg().write(to: path)
        }
        guard let predictions = outcome.predictions else { return }
        try folder.write("predictions.svg") { path throws(MDLSTMError) in
            try gallery(of: predictions).svg().write(to: path)
        }
    }

    /// Input, target and predictions side by side, for the first samples.
    private func gallery(of predictions: Predictions) -> Gallery {
        let tensors = [
            predictions.sample.input, predictions.sample.target.values!, predictions.before, predictions.after,
        ]
        return Gallery(
            title: "diagonal \(task.rows)x\(task.columns), \(task.kind.rawValue)",
            columns: ["input", "target", "before training", "after training"],
            rows: (0..<min(4, task.batch)).map { b in
                Gallery.Row("\(b + 1)", tensors.map { Image(task.matrix(b, of: $0)) })
            }, scale: max(2, 160 / max(task.rows, task.columns)))
    }
}
