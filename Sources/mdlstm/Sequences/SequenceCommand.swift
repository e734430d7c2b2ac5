import MDLSTM
import MDLSTMTasks

/// A call of `mdlstm train addition` or `memorization`.
struct SequenceCommand<Task: SequenceTask, Defaults: SequenceDefaults> {
    let task: Task

    /// The sizes of the task, as a checkpoint keeps them.
    let members: JSONObject

    /// The most examples where no flag says.
    let examples: Int
    var options: SequenceOptions<Defaults>
    let compute: ComputeOptions

    private var seeds: [UInt64] { (0..<options.seeds).map { compute.seed + UInt64($0) } }

    mutating func run() throws {
        let folders = seeds.map { SequenceFolder.name(options.model, seed: $0) }
        options.parts.shards = try options.training.share(options.parts, folders)
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: SequenceCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let model = try options.network.model(for: task)
        let examples = options.examples ?? examples
        let steps = SequenceTraining<Task, T>.steps(examples: examples, batch: options.batch)
        let trainings = try seeds.map { seed in
            var training = try SequenceTraining<Task, T>(
                task: task, model: model, batch: options.batch, examples: examples, goal: options.until, seed: seed,
                configuration: options.training.configuration(loss: .softmaxCrossEntropy, steps: steps),
                shards: options.parts.shards)
            training.exchange = Ranks.exchange
            return training
        }
        let named = try namedCheckpoint(as: T.self)
        let folder = try options.training.out.map { out in
            try SequenceFolder(
                out, kind: options.model, seeds: seeds, options: options.training.checkpoints)
        }
        printError("seed: \(seeds[0])" + (seeds.count > 1 ? " to \(seeds.last!)" : ""))
        let backend = try compute.makeBackend(T.self)
        let identities = trainings.map { identity(seed: $0.seed, steps: $0.steps).serialized() }.joined(separator: " ")
        try Ranks.requireSame(run: .string(identities), steps: steps, compute)
        try folder?.removeEarlier()
        StopRequest.waitForStep()
        var runs: [SequenceReport<Task>.Run] = []
        for training in trainings {
            let result = try train(training, on: backend, into: folder, named: named)
            try folder?.write(result, of: training)
            runs.append(SequenceReport<Task>.Run(result))
        }
        let report = SequenceReport(task: task, network: options.network, model: model, runs: runs)
        try folder?.write(report)
        if options.json {
            try printResult(report.json.serialized())
        } else {
            try printResult(report.summary)
            for file in folder?.written ?? [] { try printResult(file) }
        }
    }

    /// The checkpoint that `--resume FILE` names, of one of the seeds; nil without one.
    private func namedCheckpoint<T: Scalar>(
        as type: T.Type
    ) throws -> (seed: UInt64, path: String, checkpoint: Checkpoint<T>)? {
        guard let file = options.training.checkpoints.file else { return nil }
        let checkpoint = try Checkpoint<T>(contentsOf: file)
        let found = checkpoint.run["seed"]?.stringValue
        guard let seed = seeds.first(where: { String($0) == found }) else {
            throw MDLSTMError(
                .option,
                "\(file): expected a checkpoint of seed \(seeds.map(String.init).joined(separator: ", ")), found one of seed "
                    + "\(found ?? "none"); give the flags the training was begun with")
        }
        return (seed, file, checkpoint)
    }

    private func train<T: Scalar>(
        _ training: SequenceTraining<Task, T>, on backend: any Backend<T>, into folder: SequenceFolder?,
        named: (seed: UInt64, path: String, checkpoint: Checkpoint<T>)?
    ) throws -> SequenceTraining<Task, T>.Result {
        let progress = ProgressLine()
        defer { progress.clear() }
        let checkpoints = options.training.checkpoints
        var source: TrainingKeeper<T>.Source? = checkpoints.resume.flatMap { _ in folder == nil ? nil : .newest }
        if let named, named.seed == training.seed { source = .checkpoint(named.checkpoint, path: named.path) }
        let keeper = TrainingKeeper<T>(
            model: training.model, run: identity(seed: training.seed, steps: training.steps), options: checkpoints,
            source: source, out: folder?.path(seed: training.seed))
        let result = try training.run(
            on: backend, resume: { try keeper.resume($0, steps: training.steps)?.history },
            afterStep: keeper.afterStep,
            progress: { measurements in
                try folder?.write(measurements, of: training)
                let measurement = measurements.last!
                progress.show(
                    fraction: Double(measurement.examples) / Double(training.examples),
                    "seed \(training.seed): \(measurement.examples) examples, loss \(rounded(measurement.loss, 4)), "
                        + "\(percent(measurement.score.whole)) whole, \(percent(measurement.score.symbols)) of symbols")
            },
            // Where several are trained, those that have ended are not trained again.
            atEnd: { try keeper.save($0, history: $1()) })
        progress.clear()
        printError(
            "seed \(training.seed): \(percent(result.test.whole)) whole, \(percent(result.test.symbols)) of symbols after "
                + counted(result.examples, "example"))
        return result
    }

    /// What a checkpoint must agree with beside its model.
    private func identity(seed: UInt64, steps: Int) -> JSONValue {
        var members: JSONObject = ["task": .string(task.name)]
        for (key, value) in self.members { members[key] = value }
        members["batch"] = .integer(options.batch)
        members["seed"] = .string(String(seed))
        return options.training.run(members, steps: steps, shards: options.parts.shards)
    }
}
