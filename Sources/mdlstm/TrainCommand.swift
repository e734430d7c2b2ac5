public import ArgumentParser
import MDLSTM
public import MDLSTMTasks

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on your own data, or of a published task.",
        subcommands: [
            TrainDataCommand.self, TrainDiagonalCommand.self, TrainParityCommand.self, TrainAdditionCommand.self,
            TrainMemorizationCommand.self,
        ],
        defaultSubcommand: TrainDataCommand.self)
}

extension DiagonalTask.ModelKind: ExpressibleByArgument {}

struct TrainDiagonalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagonal",
        abstract: "The random-diagonal task: predict a noisy grid with two ones on a diagonal, pixel by pixel.",
        discussion: """
            With --out, writes model.safetensors, metrics.jsonl, loss.svg and predictions.svg there. Ctrl-C, SIGTERM or SIGHUP ends \
            the step at hand and, with --out, saves a checkpoint to --resume from: the training then ends with the same \
            bits as one that was left alone.
            """)

    enum Defaults: TrainingDefaults {
        static let learningRate = 0.01
        static let clipNorm: Double? = nil
    }

    @Option(help: "md (2-D LSTM), horizontal or snake (1-D LSTMs).")
    var model: DiagonalTask.ModelKind = .md

    @Option(parsing: .unconditional, help: "Grid: N, or ROWSxCOLUMNS.")
    var size = "8"

    @Option(parsing: .unconditional, help: "Hidden units.")
    var hidden = 16

    @Option(parsing: .unconditional, help: "Matrices a step.")
    var batch = 16

    @Option(parsing: .unconditional, help: "Training steps.")
    var steps = 1000

    @Option(
        parsing: .unconditional, help: "Initial bias of the forget gates; 0 for md and 1 for the others unless given.")
    var forgetBias: Double?

    @Option(help: CellOption.help("layerNorm"))
    var layerNorm = LayerNorm.none

    @Flag(help: "Keep only the states between bands of the grid, and compute the others again: less memory, more time.")
    var recompute = false

    @OptionGroup var training: TrainingOptions<Defaults>

    @OptionGroup var parts: ShardOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard hidden >= 1, steps >= 1 else { throw ValidationError("--hidden and --steps must be at least 1") }
        _ = try extents()
    }

    mutating func run() throws {
        parts.shards = try training.share(parts)
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: TrainDiagonalCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let (rows, columns) = try extents()
        let task = try DiagonalTask(kind: model, rows: rows, columns: columns, batch: batch)
        let (folder, backend) = try training.openFolder {
            printError("seed: \(compute.seed)")
            let backend = try compute.makeBackend(T.self)
            try Ranks.requireSame(run: runMembers, steps: steps, compute)
            return backend
        }
        StopRequest.waitForStep()
        var course = DiagonalTraining<T>(
            task: task, model: try task.model(hiddenSize: hidden, forgetBias: forgetBias, layerNorm: layerNorm),
            steps: steps, seed: compute.seed,
            configuration: training.configuration(loss: .meanSquaredError, steps: steps, recompute: recompute),
            shards: parts.shards)
        course.exchange = Ranks.exchange
        let keeper = TrainingKeeper<T>(
            model: course.model, run: runMembers, options: training.checkpoints,
            source: training.checkpoints.resume.map { _ in training.checkpoints.file.map { .file($0) } ?? .newest },
            out: training.out)
        let result = try course.run(on: backend, keeper: keeper, into: folder)
        if json {
            try printResult(result.json.serialized())
        } else {
            try printResult(result.summary)
            for file in folder?.written ?? [] { try printResult(file) }
        }
    }

    private var runMembers: JSONValue {
        let task: JSONObject = [
            "task": "diagonal", "model": .string(model.rawValue), "size": .string(size), "batch": .integer(batch),
            "seed": .string(String(compute.seed)),
        ]
        return training.run(task, steps: steps, shards: parts.shards)
    }

    private func extents() throws -> (rows: Int, columns: Int) {
        let parts = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let rows = parts[0], let columns = parts[parts.count - 1] else {
            throw ValidationError("--size must be N or ROWSxCOLUMNS, such as 8 or 6x11, found '\(size)'")
        }
        return (rows, columns)
    }
}
