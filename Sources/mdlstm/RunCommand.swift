import ArgumentParser
import MDLSTM
import MDLSTMTasks

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a layer over an array or an image.",
        discussion: """
            The input is a .npy of shape [B, E1, .., EN, I] or a PNG (grey or RGB, scaled to 0..1, batch of one). The \
            output is a .npy of shape [B, E1, .., EN, S*H], or a PNG of the mean over all hidden units, its range \
            stretched to black and white.
            """)

    @Argument(help: "The layer: LAYER.safetensors.")
    var layer: String

    @Option(help: "Input: .npy or PNG.")
    var input: String

    @Option(help: "Output: .npy or .png.")
    var output: String

    @Option(help: "States that enter the grid: h_k and c_k for each axis k, from 1.")
    var initialState: String?

    @Option(help: "Where to write the states that leave the grid.")
    var finalState: String?

    @Option(help: "dL/dy as .npy, of the output's shape; needs --gradients.")
    var outputGradient: String?

    @Option(help: "Where to write the gradients; needs --output-gradient.")
    var gradients: String?

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard (outputGradient == nil) == (gradients == nil) else {
            throw ValidationError("--output-gradient and --gradients go together; one is missing")
        }
        guard output.hasSuffix(".npy") || output.hasSuffix(".png") else {
            throw ValidationError("--output must end in .npy or .png, found '\(output)'")
        }
    }

    func run() throws { try compute.withPrecision(Body(command: self)) }

    private struct Body: PrecisionBody {
        let command: RunCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let file = try LayerFile<T>(contentsOf: layer)
        var call = LayerCall<T>(input: try readInput())
        call.initialState = try initialState.map { path in
            try BoundaryState(contentsOf: path, axes: file.configuration.axes)
        }
        call.wantsFinalState = finalState != nil
        call.outputGradient = try outputGradient.map { try NumpyArray(contentsOf: $0).tensor() }
        let grid = try describing(input) { () throws(MDLSTMError) in
            try call.validatedGrid(for: file.configuration)
        }
        if output.hasSuffix(".png"), grid.axes != 2 || grid.batch != 1 {
            throw MDLSTMError(
                .data,
                "\(output): a PNG shows one image of two axes; the output has \(grid.batch) of \(grid.axes); "
                    + "write .npy")
        }
        let backend = try compute.makeBackend(T.self)
        let result = try backend.run(file.configuration, parameters: file.parameters, call: call)
        try requireFinite(result)

        if let finalState { try result.finalState!.write(to: finalState) }
        if let gradients { try result.gradients!.write(to: gradients) }
        if output.hasSuffix(".png") {
            try Image(meanOverUnitsOf: result.output).write(to: output)
        } else {
            try NumpyArray(result.output).write(to: output)
        }
    }

    /// Refuses results that left the finite range, naming the first tensor.
    private func requireFinite<T: Scalar>(_ result: LayerResult<T>) throws {
        var tensors = [("the output", result.output)]
        tensors += result.finalState?.named.entries.map { ("the final state '\($0.name)'", $0.tensor) } ?? []
        if let gradients = result.gradients {
            tensors += gradients.parameters.entries.map { ("the gradient of '\($0.name)'", $0.tensor) }
            tensors.append(("the gradient of the input", gradients.input))
            tensors += gradients.initialState?.named.entries.map { ("the gradient of '\($0.name)'", $0.tensor) } ?? []
        }
        if let (name, _) = tensors.first(where: { $1.firstNonFinite != nil }) {
            throw MDLSTMError(
                .notFinite,
                "\(name) has NaN or infinite values: the weights let cell states or gradients grow beyond "
                    + "\(T.precision.rawValue)")
        }
    }

    /// The input file, an image or an array by its first bytes.
    private func readInput<T: Scalar>() throws -> Tensor<T> {
        let bytes = try readFile(input)
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return try Image(decoding: bytes, name: input).tensor() }
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw MDLSTMError(.data, "\(input): neither a .npy array nor a PNG; expected one of the two")
        }
        return try NumpyArray(parsing: bytes, name: input).tensor()
    }
}

/// Runs `body`, putting the file's name before what is wrong with its data.
func describing<Value>(
    _ path: String, _ body: () throws(MDLSTMError) -> Value
) throws(MDLSTMError) -> Value {
    do { return try body() } catch {
        throw MDLSTMError(error.kind, "\(path): \(error.message)")
    }
}
