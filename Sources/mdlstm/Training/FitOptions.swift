import ArgumentParser
import MDLSTM
import MDLSTMTasks

/// The flags of a training on own data that change its configuration: flag over config over preset.
struct FitOptions: ParsableArguments {
    @Option(help: "The configuration, a JSON file; what it leaves out is the preset's.")
    var config: String?

    @Option(help: "The preset; that of the data's kind unless given.")
    var preset: String?

    @Option(parsing: .unconditional, help: "Ends the training after so many epochs.")
    var epochs: Int?

    @Option(parsing: .unconditional, help: "Ends the training after so many steps.")
    var steps: Int?

    @Option(help: "Ends the training after a time such as 90s, 10m or 2h, counted over all resumed runs.")
    var maxTime: Duration?

    @Option(parsing: .unconditional, help: "Samples a step.")
    var batch: Int?

    @OptionGroup var parts: ShardOptions

    @Option(parsing: .unconditional, help: "The learning rate it begins with.")
    var learningRate: Double?

    @Option(help: "The figure of the validation that tells the best: loss, error, accuracy, meanIoU, ..")
    var monitor: String?

    @Option(parsing: .unconditional, help: "Evaluations in a row without a better figure that end the training.")
    var patience: Int?

    @Option(
        help: """
            Changes of samples in training, in the place of the preset's: flip,transpose,shift=2,crop=128,contrast=.2,\
            noise=.02,stretch=.1,shear=.2,stroke=.5, or none.
            """)
    var augment: String?

    @Option(help: "Layers that keep their weights, from 0, commas between them.")
    var freeze: CommaList<Int>?

    @Option(parsing: .unconditional, help: "The share of the samples to validate with, where none are given.")
    var validationFraction: Double?

    func validate() throws {
        for (name, value) in [("--epochs", epochs), ("--steps", steps), ("--batch", batch), ("--patience", patience)] {
            guard value ?? 1 >= 1 else { throw ValidationError("\(name) must be at least 1, found \(value ?? 0)") }
        }
        guard learningRate.map({ $0 > 0 && $0 <= 1e30 }) ?? true else {
            throw ValidationError("--learning-rate must be above 0 and at most 1e30")
        }
        guard validationFraction.map({ (0..<1).contains($0) }) ?? true else {
            throw ValidationError("--validation-fraction must be from 0 below 1")
        }
    }

    /// The file of `--config`; one that says nothing without it.
    func given() throws -> GivenConfiguration {
        guard let config else { return GivenConfiguration() }
        let json = try JSONValue(parsing: try readFile(config), name: config)
        return try GivenConfiguration(json: json, name: config)
    }

    /// Changes a configuration by the flags.
    func apply(to run: inout RunConfiguration, seed: UInt64?) throws {
        if epochs != nil || steps != nil || maxTime != nil {
            (run.training.epochs, run.training.steps, run.training.maxTime) = (epochs, steps, maxTime?.seconds)
        }
        if let batch { run.training.batch = .samples(batch) }
        if let learningRate { run.training.learningRate.base = learningRate }
        run.training.monitor = try run.task.kind.monitor(named: monitor ?? run.training.monitor).name
        run.training.patience = patience ?? run.training.patience
        if let augment { run.data.augmentation = try Augmentation(flags: augment) }
        run.training.validationFraction = validationFraction ?? run.training.validationFraction
        run.training.seed = seed ?? run.training.seed
    }

    /// A time on the command line: a number of seconds, or with s, m or h behind.
    struct Duration: ExpressibleByArgument, Sendable {
        let seconds: Double

        init?(argument: String) {
            let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
            let factor = argument.last.flatMap { factors[$0] }
            guard let number = Double(factor == nil ? argument : String(argument.dropLast())), number > 0, number <= 1e9
            else {
                return nil
            }
            seconds = number * (factor ?? 1)
        }
    }
}
