import MDLSTM
import MDLSTMTasks

/// The diagonal task with its three models, beside the published figures.
struct DiagonalDemo {
    let out: String
    let compute: ComputeOptions

    /// Figures of the published runs (tensorflow-multi-dimensional-lstm, its logs): means over the last 100 steps.
    private static let published: [DiagonalTask.ModelKind: (overall: Double, relevant: Double)] = [
        .md: (0.01521, 0.02073), .snake: (0.01575, 0.02402), .horizontal: (0.02788, 0.83064),
    ]

    func run<T: Scalar>(_ type: T.Type) throws {
        let backend = try compute.makeBackend(T.self)
        var rows = [["model", "overall", "published", "optimum", "relevant", "published", "steps/s"]]
        var files: [String] = []
        for kind in [DiagonalTask.ModelKind.md, .snake, .horizontal] {
            let folder = try OutputFolder("\(out)/\(kind.rawValue)")
            let task = try DiagonalTask(kind: kind, rows: 8, columns: 8, batch: 16)
            let training = DiagonalTraining<T>(
                task: task, model: try task.model(hiddenSize: 16), steps: 1000, seed: compute.seed,
                configuration: TrainingConfiguration(optimizer: .adam(), learningRate: LearningRateSchedule(0.01)))
            let result = try training.run(on: backend, into: folder)
            let published = Self.published[kind]!
            rows.append([
                kind.rawValue, rounded(result.overallLoss, 5), rounded(published.overall, 5),
                rounded(task.optimum, 5), rounded(result.relevantLoss, 5), rounded(published.relevant, 5),
                rounded(result.stepsPerSecond, 0),
            ])
            files += folder.written
        }
        try printResult("diagonal 8x8, hidden 16, batch 16, Adam 0.01, 1000 steps, means over the last 100:\n")
        try printResult(table(rows))
        try printResult("\npublished: tensorflow-multi-dimensional-lstm, with layer norm\n")
        for file in files { try printResult(file) }
    }
}
