public import ArgumentParser
import MDLSTM
public import MDLSTMTasks

extension SequenceNetwork.Kind: ExpressibleByArgument {}

/// What a task over sequences is learnt with unless told otherwise.
protocol SequenceDefaults: TrainingDefaults {
    static var layers: Int { get }
    static var hidden: Int { get }

    /// The most examples, in words.
    static var examples: String { get }
}

extension SequenceDefaults {
    static var clipNorm: Double? { 1 }
    static var finalLearningRate: Double? { 0 }
}

/// The flags of a training of a task over sequences.
struct SequenceOptions<Defaults: SequenceDefaults>: ParsableArguments {
    @Option(help: "grid (a Grid LSTM over sequence and depth) or stacked (layers of lstm).")
    var model: SequenceNetwork.Kind = .grid

    @Flag(help: "One set of weights for all layers of the grid, or one for each; tied unless given.")
    var tying: Tying?

    @Option(parsing: .unconditional, help: "Layers: the depth of the grid, or layers of lstm.")
    var layers = Defaults.layers

    @Option(parsing: .unconditional, help: "Hidden units of every layer.")
    var hidden = Defaults.hidden

    @Option(parsing: .unconditional, help: "Initial bias of the forget gates.")
    var forgetBias = 1.0

    @Option(parsing: .unconditional, help: "Examples a step.")
    var batch = 32

    @Option(
        parsing: .unconditional,
        help: "Examples after which a training ends at the latest; \(Defaults.examples) unless given.")
    var examples: Int?

    @Option(
        parsing: .unconditional,
        help: "End a training once this share of the answers is right in every symbol, such as 0.99.")
    var until: Double?

    @Option(parsing: .unconditional, help: "Trainings, from as many seeds, of which --seed is the first.")
    var seeds = 1

    @OptionGroup var training: TrainingOptions<Defaults>

    @OptionGroup var parts: ShardOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    var network: SequenceNetwork {
        SequenceNetwork(model, layers: layers, hiddenSize: hidden, isTied: tying != .untied, forgetBias: forgetBias)
    }

    func validate(compute: ComputeOptions) throws {
        guard hidden >= 1, layers >= 1, examples ?? 1 >= 1, seeds >= 1, batch >= 1 else {
            throw ValidationError("--hidden, --layers, --batch, --examples and --seeds must be at least 1")
        }
        guard until.map({ $0 > 0 && $0 <= 1 }) ?? true else {
            throw ValidationError("--until must be above 0 and at most 1, found \(until!)")
        }
        guard tying == nil || model == .grid else {
            throw ValidationError("--\(tying!.rawValue) is of grids; stacked layers never share weights")
        }
        guard seeds <= 1000, compute.seed <= UInt64(Int.max - seeds) else {
            throw ValidationError("--seeds must be at most 1000, and --seed with it below 2^63")
        }
    }
}
