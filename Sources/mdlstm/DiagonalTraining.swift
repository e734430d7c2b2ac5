import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// A run of the diagonal task: training, figures, files.
struct DiagonalTraining<Element: Scalar> {
    let task: DiagonalTask
    let model: ModelConfiguration
    let steps: Int
    let seed: UInt64
    let configuration: TrainingConfiguration

    /// Trains and, with a folder, writes model.safetensors, metrics.jsonl, loss.svg and predictions.svg.
    ///
    /// A run stopped by NaN or infinite values writes the last good state before it throws; parameters that an update
    /// has made infinite are not written.
    ///
    /// - Parameters:
    ///   - backend: what trains
    ///   - keeper: what saves the training on its way and goes on with one; nil for one that nobody resumes
    ///   - folder: where the results go
    func run(
        on backend: any Backend<Element>, keeper: TrainingKeeper<Element>? = nil, into folder: OutputFolder? = nil
    ) throws -> DiagonalResult {
        let trainer = try backend.makeTrainer(
            model: model, parameters: task.initialParameters(of: model, seed: seed), training: configuration)
        try trainer.prepare(for: try task.grid())
        // Step 0 is drawn for the pictures; training starts with step 1.
        let sample: TrainingBatch<Element> = task.batch(seed: seed, step: 0)
        let before = folder == nil ? nil : try trainer.predict(sample.input, samples: nil)

        var result = DiagonalResult(task: task)
        if let checkpoint = try keeper?.resume(trainer, steps: steps) {
            result.reports = try DiagonalResult.reports(in: checkpoint.history)
        }
        var failure: (any Error)?
        do { try train(trainer, keeper: keeper, result: &result) } catch let error as MDLSTMError
            where error.kind == .notFinite
        { failure = error }
        if let folder {
            let after = try trainer.predict(sample.input, samples: nil)
            let gallery = try task.gallery(of: sample, before: before!, after: after)
            try write(result, try trainer.parameters(), gallery, into: folder)
        }
        if let failure { throw failure }
        return result
    }

    /// All steps that are left.
    private func train(
        _ trainer: any Trainer<Element>, keeper: TrainingKeeper<Element>?, result: inout DiagonalResult
    ) throws {
        let progress = ProgressLine()
        defer { progress.clear() }
        progress.show("compiling kernels (first run only)")
        let first = trainer.stepsTaken + 1
        result.commitMemory(steps: steps)
        let clock = ContinuousClock()
        var elapsed = Duration.zero
        while trainer.stepsTaken < steps {
            let start = clock.now
            let report = try trainer.step(task.batch(seed: seed, step: trainer.stepsTaken + 1))
            result.reports.append(report)
            // The first step compiles kernels: it does not count.
            if report.step > first {
                elapsed += clock.now - start
                result.stepsPerSecond = Double(report.step - first) / (elapsed / .seconds(1))
            }
            progress.show(
                fraction: Double(report.step) / Double(steps),
                "\(task.kind.rawValue) step \(report.step)/\(steps) loss \(rounded(report.loss, 5)) relevant "
                    + rounded(report.probeError, 5))
            try keeper?.afterStep(trainer) { result.history }
        }
    }

    private func write(
        _ result: DiagonalResult, _ parameters: ParameterTensors<Element>, _ gallery: SVG, into folder: OutputFolder
    ) throws {
        do { try parameters.requireFinite() } catch {
            throw MDLSTMError(.notFinite, "\(error.message); the learning rate is too large, nothing is saved")
        }
        let file = ModelFile(model: model, parameters: parameters, seed: seed)
        try folder.write("model.safetensors") { path throws(MDLSTMError) in try file.write(to: path) }
        try folder.write("metrics.jsonl") { path throws(MDLSTMError) in
            try writeFile(Array(result.metrics.utf8), to: path)
        }
        try folder.write("loss.svg") { path throws(MDLSTMError) in try result.plot.write(to: path) }
        try folder.write("predictions.svg") { path throws(MDLSTMError) in try gallery.write(to: path) }
    }
}
