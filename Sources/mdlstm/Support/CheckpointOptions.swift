import ArgumentParser
import MDLSTM

/// The flags of every training that can be interrupted and resumed.
struct CheckpointOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: """
            Steps between checkpoints in --out; unless given, one at the end of every epoch of own data, of a published \
            task only one when it is stopped, and of addition and memorization when a seed has ended.
            """)
    var checkpointEvery: Int?

    @Option(parsing: .unconditional, help: "How many checkpoints stay, the newest; 3 unless given.")
    var keep: Int?

    @Option(
        help: "Go on from a checkpoint: its file, or auto for the newest in --out, from the beginning if there is none."
    )
    var resume: String?

    @Flag(help: "Remove what an earlier training left in --out, its files alone; it is refused otherwise.")
    var overwrite = false

    func validate() throws {
        guard !overwrite || resume == nil else {
            throw ValidationError("--resume goes on with a training and --overwrite removes it; give one of them")
        }
        guard checkpointEvery ?? 1 >= 1, keep ?? 1 >= 1 else {
            throw ValidationError("--checkpoint-every and --keep must be at least 1")
        }
    }

    /// The file that `--resume` names, standard input for `-`; nil for `auto` and without the flag.
    var file: String? { resume.flatMap { $0 == "auto" ? nil : StandardStream.input($0) } }

    /// The folder for the results, made if it is not there; that of another training is refused without a flag.
    func openFolder(_ out: String) throws(MDLSTMError) -> OutputFolder {
        if !overwrite, resume == nil { try EarlierRun(inFolder: out).requireNone() }
        return try OutputFolder(out)
    }

    /// With `--overwrite`, removes what another training left in the folder: once all has been done that may fail before.
    func removeEarlier(in out: String) throws(MDLSTMError) {
        if overwrite { try EarlierRun(inFolder: out).remove() }
    }

    /// What does not go without a folder for the results.
    func validate(out: String?) throws {
        guard out == nil else { return }
        if checkpointEvery != nil {
            throw ValidationError("--checkpoint-every writes to the folder of --out; give one")
        }
        if overwrite { throw ValidationError("--overwrite is for the folder of --out; give one") }
        if resume == "auto" { throw ValidationError("--resume auto looks into the folder of --out; give one") }
    }
}
