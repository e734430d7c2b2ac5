import ArgumentParser

/// The flags of gradients: what comes from behind the layer, and where to write them.
struct GradientOptions: ParsableArguments {
    @Option(help: "dL/dy as .npy, of the output's shape; needs --gradients.", transform: StandardStream.input)
    var outputGradient: String?

    @Option(
        help: "dL/dh_k and dL/dc_k by the states that leave the grid, of a final state's shapes; needs --gradients.",
        transform: StandardStream.input)
    var finalStateGradient: String?

    @Option(help: "Where to write the gradients; needs --output-gradient, --final-state-gradient or both, or --target.")
    var gradients: String?

    @Flag(
        help:
            "Keep only the states between bands of the first axis for the gradients, and compute the others again: less memory, more time."
    )
    var recompute = false

    /// The files that are read, by flag.
    var inputs: [(name: String, path: String?)] {
        [("--output-gradient", outputGradient), ("--final-state-gradient", finalStateGradient)]
    }

    /// Whether any of the flags is given.
    var isGiven: Bool { recompute || gradients != nil || inputs.contains { $0.path != nil } }

    /// Refuses flags that do not go together.
    ///
    /// - Parameter withTarget: whether the gradients are those of a density, which need nothing from behind it
    func validate(withTarget: Bool) throws {
        guard withTarget || (gradients != nil) == inputs.contains(where: { $0.path != nil }) else {
            throw ValidationError(
                "--gradients goes together with --output-gradient, --final-state-gradient or both; one is missing")
        }
        guard gradients != nil || !recompute else {
            throw ValidationError("--recompute saves memory of the gradients; give --gradients too, or leave it out")
        }
    }
}
