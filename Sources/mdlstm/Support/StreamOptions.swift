import ArgumentParser

/// The flags of inference in bands of the first axis.
struct StreamOptions: ParsableArguments {
    @Flag(help: "Hold only a band of the grid at a time, cut along its first axis; the output is the same.")
    var stream = false

    @Option(
        parsing: .unconditional,
        help: "Sites of a band along the first axis, here and with --recompute; chosen by memory unless given.")
    var bandHeight: Int?

    /// Whether any of the flags is given.
    var isGiven: Bool { stream || bandHeight != nil }

    func validate() throws {
        if let bandHeight, bandHeight < 1 {
            throw ValidationError("--band-height must be at least 1, found \(bandHeight)")
        }
    }
}
