import Foundation
import MDLSTM
import MDLSTMTasks

/// A run of the diagonal task: training, figures, files.
struct DiagonalTraining<Element: Scalar> {
    let task: DiagonalTask
    let model: ModelConfiguration
    let steps: Int
    let seed: UInt64
    let configuration: TrainingConfiguration

    /// Trains and, with a folder, writes model.safetensors, metrics.jsonl, loss.png and predictions.png.
    ///
    /// A run stopped by NaN or infinite values writes the last good state before it throws; parameters that an update
    /// has made infinite are not written.
    func run(on backend: any Backend<Element>, into folder: OutputFolder? = nil) throws -> DiagonalResult {
        let trainer = try backend.makeTrainer(
            model: model, parameters: task.initialParameters(of: model, seed: seed), training: configuration)
        // Step 0 is drawn for the pictures; training starts with step 1.
        let sample: TrainingBatch<Element> = task.batch(seed: seed, step: 0)
        let before = folder == nil ? nil : try trainer.predict(sample.input, samples: nil)

        let progress = ProgressLine()
        progress.show("compiling kernels (first run only)")
        var reports: [StepReport] = []
        reports.reserveCapacity(steps)
        var failure: (any Error)?
        let clock = ContinuousClock()
        var elapsed = Duration.zero
        do {
            for step in 1...steps {
                let start = clock.now
                reports.append(try trainer.step(task.batch(seed: seed, step: step)))
                // The first step compiles kernels: it does not count.
                if step > 1 { elapsed += clock.now - start }
                progress.show(
                    fraction: Double(step) / Double(steps),
                    "\(task.kind.rawValue) step \(step)/\(steps) loss \(rounded(reports[step - 1].loss, 5)) relevant "
                        + rounded(reports[step - 1].probeError, 5))
            }
        } catch let error as MDLSTMError where error.kind == .notFinite {
            failure = error
        }
        progress.clear()
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let result = DiagonalResult(
            task: task, reports: reports,
            stepsPerSecond: reports.count > 1 && seconds > 0 ? Double(reports.count - 1) / seconds : 0)
        if let folder {
            let parameters = try trainer.parameters()
            do { try parameters.requireFinite() } catch {
                throw MDLSTMError(.notFinite, "\(error.message); the learning rate is too large, nothing is saved")
            }
            let file = ModelFile(model: model, parameters: parameters)
            try folder.write("model.safetensors") { path throws(MDLSTMError) in try file.write(to: path) }
            try folder.write("metrics.jsonl") { path throws(MDLSTMError) in
                try writeFile(Array(result.metrics.utf8), to: path)
            }
            try folder.write("loss.png") { path throws(MDLSTMError) in try result.plot.write(to: path) }
            let after = try trainer.predict(sample.input, samples: nil)
            try folder.write("predictions.png") { path throws(MDLSTMError) in
                try task.gallery(of: sample, before: before!, after: after).write(to: path)
            }
        }
        if let failure { throw failure }
        return result
    }
}
