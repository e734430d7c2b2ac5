import ArgumentParser
import MDLSTM

/// What a task trains with unless told otherwise.
protocol TrainingDefaults {
    static var learningRate: Double { get }

    /// The limit of the norm of all gradients; nil for none.
    static var clipNorm: Double? { get }

    /// The learning rate of the last step; nil for a constant one.
    static var finalLearningRate: Double? { get }
}

extension TrainingDefaults {
    static var finalLearningRate: Double? { nil }
}

/// The flags of every training: how it learns, where its results go, when it is saved.
struct TrainingOptions<Defaults: TrainingDefaults>: ParsableArguments {
    @Option(parsing: .unconditional, help: "Adam's learning rate.")
    var learningRate = Defaults.learningRate

    @Option(parsing: .unconditional, help: "Steps of linear growth of the learning rate.")
    var warmup = 0

    @Option(
        name: .customLong("final-learning-rate"), parsing: .unconditional,
        help: """
            Learning rate of the last step, reached by half a cosine; \
            \(Defaults.finalLearningRate.map { "\(rounded($0, 0))" } ?? "constant") unless given.
            """)
    var givenFinalLearningRate: Double?

    @Option(
        name: .customLong("clip-norm"), parsing: .unconditional,
        help: "Limit of the norm of all gradients; \(Defaults.clipNorm.map { "\($0)" } ?? "none") unless given.")
    var givenClipNorm: Double?

    @Option(help: "Folder for the results, made if it is not there.")
    var out: String?

    @OptionGroup var checkpoints: CheckpointOptions

    func validate() throws {
        guard warmup >= 0 else { throw ValidationError("--warmup must be at least 0, found \(warmup)") }
        let rates = [learningRate, givenFinalLearningRate ?? learningRate, clipNorm ?? 1]
        guard rates.allSatisfy({ $0 > 0 && $0 <= 1e30 }) else {
            throw ValidationError(
                "--learning-rate, --final-learning-rate and --clip-norm must be above 0 and at most 1e30")
        }
        try checkpoints.validate(out: out)
    }

    /// The folder for the results, made if it is not there, without what another training left in it: that is refused, or
    /// removed by `--overwrite`, once `prepare` has done what else may fail.
    func openFolder<Result>(_ prepare: () throws -> Result) throws -> (folder: OutputFolder?, prepared: Result) {
        guard let out else { return (nil, try prepare()) }
        let folder = try checkpoints.openFolder(out)
        let prepared = try prepare()
        try checkpoints.removeEarlier(in: out)
        return (folder, prepared)
    }

    var clipNorm: Double? { givenClipNorm ?? Defaults.clipNorm }

    var finalLearningRate: Double? { givenFinalLearningRate ?? Defaults.finalLearningRate }

    /// How a training of at most `steps` steps learns.
    func configuration(loss: Loss, steps: Int, recompute: Bool = false) -> TrainingConfiguration {
        var schedule = LearningRateSchedule(learningRate, warmup: warmup)
        if let finalLearningRate { schedule.decay = .cosine(final: finalLearningRate, total: steps) }
        return TrainingConfiguration(
            loss: loss, optimizer: .adam(), clipping: clipNorm.map { .globalNorm($0) } ?? .none,
            learningRate: schedule, recompute: recompute)
    }

    /// Joins the other ranks, which get folders of their own (see `RankFolder`).
    ///
    /// - Parameter subfolders: of `--out`, in which the training keeps files too
    /// - Returns: the shards of a batch, which a training that is gone on with may say
    mutating func share(_ parts: ShardOptions, _ subfolders: [String] = []) throws -> Int? {
        try parts.join()
        (out, checkpoints) = try RankFolder.share(out, checkpoints, subfolders)
        return try parts.count(checkpoints, in: out.map { out in [out] + subfolders.map { "\(out)/\($0)" } } ?? [])
    }

    /// A run's identity apart from its model: the task's members, these flags and the shards. The number of steps is one of
    /// them where the learning rate falls until the last.
    func run(_ task: JSONObject, steps: Int, shards: Int?) -> JSONValue {
        var members = task
        members["learningRate"] = .number(learningRate)
        members["warmup"] = .integer(warmup)
        if let finalLearningRate {
            members["finalLearningRate"] = .number(finalLearningRate)
            members["steps"] = .integer(steps)
        }
        if let clipNorm { members["clipNorm"] = .number(clipNorm) }
        if let shards { members["shards"] = .integer(shards) }
        return .object(members)
    }
}
