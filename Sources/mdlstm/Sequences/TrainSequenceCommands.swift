import ArgumentParser
import MDLSTM
import MDLSTMTasks

/// What the trainings have in common, as --help says it.
private let sequenceDiscussion = """
    Trains from --seeds seeds in turn. Every 2,000 examples 2,000 new ones are answered; a whole answer is right in every \
    symbol. The table has the examples after which 90, 97 and 99 % of the answers were whole, and shares of another 2,000 \
    at the end. Grid and stacked layers start by the same law. With --out, writes report.json and curves.svg there, and \
    in a folder for each seed (grid-seed1) model.safetensors, metrics.jsonl and a checkpoint; --resume auto goes on with \
    the seeds that have not ended.
    """

struct TrainAdditionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "addition",
        abstract: "The addition task: two numbers digit by digit, then their sum.",
        discussion: sequenceDiscussion)

    enum Defaults: SequenceDefaults {
        static let learningRate = 0.005
        static let layers = 5
        static let hidden = 64
        static let examples = "200000 for 1 or 2 digits, 600000 for 3, 2000000 for more"
    }

    @Option(parsing: .unconditional, help: "Digits of each of the two numbers.")
    var digits = 2

    @OptionGroup var sequence: SequenceOptions<Defaults>

    @OptionGroup var compute: ComputeOptions

    func validate() throws { try sequence.validate(compute: compute) }

    func run() throws {
        let examples = digits <= 2 ? 200_000 : digits == 3 ? 600_000 : 2_000_000
        var command = SequenceCommand(
            task: try AdditionTask(digits: digits), members: ["digits": .integer(digits)], examples: examples,
            options: sequence, compute: compute)
        try command.run()
    }
}

struct TrainMemorizationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memorization",
        abstract: "The memorization task: random symbols, one a step, then the same again.",
        discussion: sequenceDiscussion)

    enum Defaults: SequenceDefaults {
        static let learningRate = 0.01
        static let layers = 4
        static let hidden = 32
        static let examples = "150000"
    }

    @Option(parsing: .unconditional, help: "Symbols of a sequence.")
    var symbols = 5

    @Option(parsing: .unconditional, help: "How many symbols there are to draw from.")
    var alphabet = 8

    @OptionGroup var sequence: SequenceOptions<Defaults>

    @OptionGroup var compute: ComputeOptions

    func validate() throws { try sequence.validate(compute: compute) }

    func run() throws {
        var command = SequenceCommand(
            task: try MemorizationTask(symbols: symbols, alphabet: alphabet),
            members: ["symbols": .integer(symbols), "alphabet": .integer(alphabet)], examples: 150_000,
            options: sequence, compute: compute)
        try command.run()
    }
}
