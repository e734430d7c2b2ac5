import ArgumentParser
import MDLSTM
import MDLSTMTasks

struct TrainParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity",
        abstract: "The parity task: is the number of ones in a string of bits odd?",
        discussion: """
            Trains a Grid LSTM of one axis, its depth, and beside it a feed-forward network of as many layers of as many \
            units, in the same way; both are tested on 1,000 fresh strings. A training ends early when 4 validations of \
            500 strings in a row, 25 steps apart, are without a mistake. With --out, writes grid.safetensors, \
            feedForward.safetensors, metrics.jsonl and accuracy.svg there.
            """)

    enum Defaults: TrainingDefaults {
        static let learningRate = 0.005
        static let clipNorm: Double? = 1
    }

    @Option(parsing: .unconditional, help: "Bits of a string.")
    var bits = 8

    @Option(parsing: .unconditional, help: "Layers: the depth of the grid, or dense layers.")
    var layers = 12

    @Option(parsing: .unconditional, help: "Hidden units of every layer.")
    var hidden = 32

    @Flag(help: "One set of weights for all layers of the grid, or one for each.")
    var tying = Tying.tied

    @Option(parsing: .unconditional, help: "Strings a step.")
    var batch = 128

    @Option(parsing: .unconditional, help: "Most training steps of each network.")
    var steps = 2000

    @Option(parsing: .unconditional, help: "Initial bias of the grid's forget gates.")
    var forgetBias = 2.0

    @Option(
        parsing: .unconditional,
        help: """
            What the input weights of a unit have in common at the start, uniform within ± this, so that units see the number \
            of ones; 0 for up to 16 bits and 1 for more unless given.
            """)
    var commonWeight: Double?

    @OptionGroup var training: TrainingOptions<Defaults>

    @OptionGroup var parts: ShardOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard hidden >= 1, layers >= 1, steps >= 1 else {
            throw ValidationError("--hidden, --layers and --steps must be at least 1")
        }
        guard (0...1000).contains(commonWeight ?? 0) else {
            throw ValidationError("--common-weight must be from 0 to 1000, found \(commonWeight!)")
        }
    }

    private var common: Double { commonWeight ?? (bits > 16 ? 1 : 0) }

    mutating func run() throws {
        parts.shards = try training.share(parts)
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: TrainParityCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let task = try ParityTask(bits: bits, batch: batch)
        let trainings = try ParityTask.ModelKind.allCases.map { kind in
            var course = ParityTraining<T>(
                task: task,
                model: try task.model(
                    kind, layers: layers, hiddenSize: hidden, tied: tying == .tied, forgetBias: forgetBias),
                steps: steps, seed: compute.seed,
                configuration: training.configuration(loss: .sigmoidCrossEntropy, steps: steps), commonWeight: common,
                shards: parts.shards)
            course.exchange = Ranks.exchange
            return course
        }
        let named = try namedCheckpoint(of: trainings)
        let (folder, backend) = try training.openFolder {
            printError("seed: \(compute.seed)")
            let backend = try compute.makeBackend(T.self)
            try Ranks.requireSame(run: runMembers, steps: steps, compute)
            return backend
        }
        StopRequest.waitForStep()
        let report = ParityReport<T>(
            networks: try zip(ParityTask.ModelKind.allCases, trainings).map { kind, course in
                try train(kind, course, on: backend, from: source(of: course.model, named: named))
            },
            name:
                "\(counted(bits, "bit")), \(counted(layers, "layer")) of \(counted(hidden, "unit")), grid \(tying.rawValue), seed \(compute.seed)",
            seed: compute.seed)
        if let folder { try report.write(into: folder) }
        if json {
            try printResult(report.json.serialized())
        } else {
            try printResult(report.summary)
            for file in folder?.written ?? [] { try printResult(file) }
        }
    }

    /// The checkpoint that `--resume FILE` names, of one of the two networks; nil without one.
    private func namedCheckpoint<T: Scalar>(of trainings: [ParityTraining<T>]) throws -> Checkpoint<T>? {
        guard let file = training.checkpoints.file else { return nil }
        let checkpoint = try Checkpoint<T>(contentsOf: file)
        guard trainings.contains(where: { $0.model == checkpoint.model }) else {
            throw MDLSTMError(
                .option,
                "\(file): expected a checkpoint of one of the two networks, found another model; give the flags the training "
                    + "was begun with")
        }
        return checkpoint
    }

    /// What a network goes on from: the other than the one whose checkpoint is named from its own in `--out`, if any.
    private func source<T: Scalar>(
        of model: ModelConfiguration, named checkpoint: Checkpoint<T>?
    ) -> TrainingKeeper<T>.Source? {
        guard let checkpoint else { return training.checkpoints.resume.map { _ in .newest } }
        if checkpoint.model == model { return .checkpoint(checkpoint, path: training.checkpoints.file ?? "") }
        return training.out.map { _ in .newest }
    }

    private var runMembers: JSONValue {
        var members: JSONObject = [
            "task": "parity", "bits": .integer(bits), "batch": .integer(batch), "seed": .string(String(compute.seed)),
        ]
        // Older checkpoints do not say that there was none.
        if common > 0 { members["commonWeight"] = .number(common) }
        return training.run(members, steps: steps, shards: parts.shards)
    }

    private func train<T: Scalar>(
        _ kind: ParityTask.ModelKind, _ course: ParityTraining<T>, on backend: any Backend<T>,
        from source: TrainingKeeper<T>.Source?
    ) throws -> ParityReport<T>.Network {
        let progress = ProgressLine()
        let clock = ContinuousClock()
        let start = clock.now
        defer { progress.clear() }
        let keeper = TrainingKeeper<T>(
            model: course.model, run: runMembers, options: training.checkpoints, source: source, out: training.out,
            network: kind.rawValue)
        let result = try course.run(
            on: backend, resume: { try keeper.resume($0, steps: steps)?.history }, afterStep: keeper.afterStep
        ) { validation in
            progress.show(
                fraction: Double(validation.step) / Double(steps),
                "\(kind.rawValue) step \(validation.step)/\(steps) loss \(rounded(validation.loss, 4)) accuracy "
                    + rounded(validation.accuracy, 3))
        }
        return ParityReport.Network(
            kind: kind, model: course.model, result: result, seconds: (clock.now - start) / .seconds(1))
    }
}
