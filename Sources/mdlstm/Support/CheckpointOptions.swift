import ArgumentParser
import MDLSTM

/// The flags of every training that can be interrupted and resumed.
struct CheckpointOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Steps between checkpoints in --out; only one when the training is stopped, unless given.")
    var checkpointEvery: Int?

    @Option(parsing: .unconditional, help: "How many checkpoints stay, the newest.")
    var keep = 3

    @Option(
        help: "Go on from a checkpoint: its file, or auto for the newest in --out, from the beginning if there is none."
    )
    var resume: String?

    func validate() throws {
        guard checkpointEvery ?? 1 >= 1, keep >= 1 else {
            throw ValidationError("--checkpoint-every and --keep must be at least 1")
        }
    }

    /// What does not go without a folder for the results.
    func validate(out: String?) throws {
        guard out == nil else { return }
        if checkpointEvery != nil {
            throw ValidationError("--checkpoint-every writes to the folder of --out; give one")
        }
        if resume == "auto" { throw ValidationError("--resume auto looks into the folder of --out; give one") }
    }
}
