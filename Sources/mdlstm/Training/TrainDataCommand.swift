import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// Training on own data: from a folder or file to a model that predicts.
struct TrainDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Train a model on your own data.",
        discussion: """
            DATA is looked at: pictures in folders named by their class; images/ and masks/ of the same names; .npz or .npy \
            with x and y; MNIST's IDX files; .txt files of text, whose next symbol is foretold; a list. What is found is printed. Without --config the preset of the kind is \
            used; --print-config shows it. --out gets model.safetensors (the best by the validation), checkpoints, \
            metrics.jsonl and .csv, curves, examples and report.json. Ctrl-C, SIGTERM or SIGHUP ends the step at hand and \
            saves a checkpoint to --resume from. A folder named like a published task is written ./diagonal.
            """, shouldDisplay: false)

    @Argument(help: "The data: a folder or a file.")
    var data: String?

    @Option(help: "Folder for the results, made if it is not there.")
    var out: String?

    @Option(help: "Data to validate with; unless given, a part of DATA.")
    var validation: String?

    @Option(
        help: "Begin with the weights of another model, a file or a run's folder, layer by layer where shapes agree.")
    var from: String?

    @Option(parsing: .unconditional, help: "Of text: symbols of a piece between two updates.")
    var sequence: Int?

    @OptionGroup var fit: FitOptions

    @OptionGroup var source: DataOptions

    @OptionGroup var checkpoints: CheckpointOptions

    @Flag(help: "One batch forward and backward; shapes and memory are printed, nothing is written.")
    var dryRun = false

    @Flag(help: "Print the whole configuration, every default filled in, and stop; --config takes it.")
    var printConfig = false

    @Flag(help: "Write event files that TensorBoard reads.")
    var tensorboard = false

    @Flag(help: "Print report.json at the end.")
    var json = false

    @OptionGroup var compute: ComputeOptions

    /// The folders of networks that are trained in turn, of colours, in `--out`.
    static let networks = DensityPlane.allCases.map(\.rawValue)

    func validate() throws {
        guard data != nil || source.list != nil else {
            throw ValidationError(
                "name the data to train on, a folder or a file, or a published task: diagonal, parity, addition or "
                    + "memorization")
        }
        guard out != nil || dryRun || printConfig else {
            throw ValidationError(
                "--out names the folder for the results; only --dry-run and --print-config go without")
        }
        guard sequence ?? 1 >= 1 else { throw ValidationError("--sequence must be at least 1, found \(sequence ?? 0)") }
        try checkpoints.validate(out: out)
    }

    mutating func run() throws {
        try fit.parts.join()
        (out, checkpoints) = try RankFolder.share(out, checkpoints, Self.networks)
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: TrainDataCommand
        func run<T: Scalar>(_ type: T.Type) throws {
            if let text = try TextTraining<T>(command) { return try text.run() }
            guard command.sequence == nil else {
                throw ValidationError("--sequence is for text; the data are none")
            }
            if let density = try DensityTraining<T>(command) { return try density.run() }
            let data = try SplitData<T>(command)
            if let alphabet = data.opened.alphabet {
                return try LineTraining<T>(command, data, alphabet: alphabet).run()
            }
            try DataTraining<T>(command, data).run()
        }
    }
}
