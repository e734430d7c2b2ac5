import MDLSTM

/// Saves a training on its way, stops it when told to, and goes on with one that was stopped.
struct TrainingKeeper<Element: Scalar> {
    let model: ModelConfiguration

    /// What fixes the run beside the model: a checkpoint of another run is refused.
    let run: JSONValue

    /// Members of it in which a checkpoint may differ.
    let mayDiffer: Set<String>

    /// Where checkpoints go; nil without `--out`.
    let folder: CheckpointFolder?
    let every: Int?

    /// Where a checkpoint to go on from comes from.
    enum Source {
        /// The newest in the folder, if any.
        case newest
        case file(String)
        /// One that has been read from a file.
        case checkpoint(Checkpoint<Element>, path: String)
    }

    /// Nil for a training from the beginning.
    private let source: Source?

    /// - Parameters:
    ///   - mayDiffer: members of `run` in which a checkpoint may differ
    ///   - source: what to go on from; nil to begin
    ///   - network: begins the files' names where a training has several networks
    init(
        model: ModelConfiguration, run: JSONValue, mayDiffer: Set<String> = [], options: CheckpointOptions,
        source: Source?, out: String?,
        network: String? = nil
    ) {
        self.model = model
        (self.run, self.mayDiffer) = (run, mayDiffer)
        let prefix = (network.map { $0 + "-" } ?? "") + "checkpoint-"
        folder = out.map { CheckpointFolder(path: $0, keep: options.keep ?? 3, prefix: prefix) }
        every = options.checkpointEvery
        self.source = source
    }

    /// Puts `trainer` where the checkpoint of its source was taken, on all ranks the same; from now on signals stop it.
    ///
    /// - Parameters:
    ///   - trainer: one that has taken no step
    ///   - steps: how many it is to take in all
    /// - Returns: the checkpoint; nil where the training begins.
    func resume(_ trainer: any Trainer<Element>, steps: Int) throws -> Checkpoint<Element>? {
        Ranks.watch(trainer)
        let checkpoint = try restore(trainer, steps: steps)
        try Ranks.requireSame([("checkpoint", "step \(trainer.stepsTaken)")])
        return checkpoint
    }

    private func restore(_ trainer: any Trainer<Element>, steps: Int) throws -> Checkpoint<Element>? {
        let found: (path: String, checkpoint: Checkpoint<Element>)?
        switch source {
        case nil: return nil
        case .newest: found = try folder?.newest(as: Element.self)
        case .file(let path): found = (path, try Checkpoint(contentsOf: path))
        case .checkpoint(let checkpoint, let path): found = (path, checkpoint)
        }
        guard let (path, checkpoint) = found else { return nil }
        try requireSameRun(checkpoint, path: path)
        guard checkpoint.state.stepsTaken <= steps else {
            throw MDLSTMError(
                .option,
                "\(path): expected a checkpoint of at most --steps \(steps), found one of step "
                    + "\(checkpoint.state.stepsTaken); name an earlier one or give more steps")
        }
        try trainer.restore(checkpoint.state)
        printError("resumed: \(path), step \(checkpoint.state.stepsTaken)")
        return checkpoint
    }

    /// Whether a checkpoint says that it was of other data than these.
    func areOtherData(than checkpoint: Checkpoint<Element>) -> Bool {
        mayDiffer.contains { key in
            checkpoint.run[key].map { $0.serialized() != run[key]?.serialized() } ?? false
        }
    }

    private func requireSameRun(_ checkpoint: Checkpoint<Element>, path: String) throws(MDLSTMError) {
        var (theirs, ours) = (checkpoint.run.objectValue ?? [:], run.objectValue ?? [:])
        // Older checkpoints of trainings that had no such flag do not say that there was no warm-up.
        if theirs["warmup"] == nil { theirs["warmup"] = 0 }
        if ours["warmup"] == nil { ours["warmup"] = 0 }
        // How lines are read, which older ones say, changes nothing of how they are learnt.
        theirs["task.decoder"] = nil
        for key in mayDiffer { (theirs[key], ours[key]) = (nil, nil) }
        func text(_ key: String, of run: JSONObject) -> String { run[key]?.serialized() ?? "none" }
        let keys = ours.keys + theirs.keys.filter { ours[$0] == nil }
        let different = keys.first { text($0, of: theirs) != text($0, of: ours) }
        if different == nil, checkpoint.model == model { return }
        let found = different.map { "\($0) \(text($0, of: theirs)), this one \(text($0, of: ours))" }
        throw MDLSTMError(
            .option,
            "\(path): expected a checkpoint of the same training; it has \(found ?? "another model"); give the flags it was "
                + "begun with, or leave out --resume")
    }

    /// Saves where a checkpoint is due; saves and throws where the training is to stop.
    ///
    /// - Parameter history: what the task has noted so far
    func afterStep(_ trainer: any Trainer<Element>, history: () -> ParameterTensors<Double>) throws {
        let step = trainer.stepsTaken
        let signal = Ranks.signal(trainer)
        guard signal != nil || every.map({ step % $0 == 0 }) ?? false else { return }
        let saved = try save(trainer, history: history())
        if let signal { throw TrainingStopped(signal: signal, step: step, checkpoint: saved) }
    }

    /// Saves a checkpoint; nil without a folder.
    @discardableResult
    func save(_ trainer: any Trainer<Element>, history: ParameterTensors<Double>) throws -> String? {
        try Ranks.requireSameParameters(trainer)
        let saved = try folder?.save(
            Checkpoint(
                model: model, state: try trainer.state(), dataPosition: trainer.stepsTaken, run: run, history: history))
        // The copies that a checkpoint is made of have gone.
        FreedMemory.giveBack()
        return saved
    }
}
