import ArgumentParser
import MDLSTM
import MDLSTMImages

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a layer, a model or a density's head over an array or a picture.",
        discussion: """
            The input is a .npy of shape [B, E1, .., EN, I] or a PNG or JPEG, [1, height, width, channels]: grey 1, grey \
            and alpha 2, RGB or a palette 3, RGBA 4. Its numbers are the stored samples scaled to 0..1, 16 bits too, \
            without gamma, colour profile or EXIF orientation. Alpha is left out, and stderr says so, where the layer \
            takes one channel less. The output is a .npy of shape [B, E1, .., EN, D*H] in the precision asked for, or a \
            PNG of the mean over all hidden units, its range stretched to black and white. A grid cell's depth is no \
            axis of its input: over one axis that is [B, I]. Of a model there is the output only: no states, no \
            gradients. With --stream the .npy files are read and written in bands and never whole in memory; without it \
            a device still computes large grids in bands.

            The head of a density (a layer "mcgsm", the model of a density, or a file of the tensors priors, scales, weights, \
            features, predictors, cholesky and means, with or without "head." before) takes h [.., D] as --input and y [.., O] as \
            --target. The output is log p(y | h) in nats, [..]; --gradients gets those of the sum, by every tensor, h and y.
            """)

    @Argument(help: "The layer or the model: LAYER.safetensors; - for standard input.", transform: StandardStream.input)
    var layer: String

    @Option(help: "Input: .npy, PNG or JPEG; - for standard input.", transform: StandardStream.input)
    var input: String

    @Option(
        help: "Of a density's head: y as .npy, [.., O], at the sites of --input.", transform: StandardStream.input)
    var target: String?

    @Option(help: "Output: .npy or .png; - for .npy to standard output.")
    var output: String

    @Option(help: "npy or png, whatever --output ends in.")
    var format: OutputFormat?

    @Option(
        help: "States that enter the grid: h_k and c_k for each axis k, from 1.", transform: StandardStream.input)
    var initialState: String?

    @Option(help: "Where to write the states that leave the grid.")
    var finalState: String?

    @Option(
        help: "The extents of each sample of a ragged batch as .npy: whole numbers [B, N].",
        transform: StandardStream.input)
    var lengths: String?

    @Flag(help: "Print the least and the largest cell state, and of each gradient; of a model's output.")
    var stats = false

    @Flag(help: "Print the figures of --stats as one JSON object.")
    var json = false

    @OptionGroup var backward: GradientOptions

    @OptionGroup var streaming: StreamOptions

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard stats || !json else {
            throw ValidationError("--json is for the figures of --stats; give --stats too")
        }
        guard givenFormat != nil else {
            throw ValidationError("--output must end in .npy or .png, or --format say which, found '\(output)'")
        }
        guard !stats || !StandardStream.isOutput(output) else {
            throw ValidationError("--stats prints to standard output, where --output goes; leave one of them out")
        }
        try backward.validate(withTarget: target != nil)
        try checkStreaming()
        try OutputSet.requireDistinct(
            inputs: [
                ("the layer", layer), ("--input", input), ("--target", target), ("--initial-state", initialState),
                ("--lengths", lengths),
            ] + backward.inputs,
            outputs: [
                ("--output", outputPath), ("--final-state", finalState), ("--gradients", backward.gradients),
            ])
    }

    /// The format that the flag or the output's name says; nil where neither does.
    private var givenFormat: OutputFormat? { format ?? (output == "-" ? .npy : OutputFormat(endingOf: output)) }

    /// The format of the output, which is validated.
    var outputFormat: OutputFormat { givenFormat ?? .npy }

    var outputPath: String { StandardStream.output(output) }

    func run() throws { try compute.withPrecision(Body(command: self)) }

    private struct Body: PrecisionBody {
        let command: RunCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let tensors = try TensorFile(contentsOf: layer)
        if let head = try MCGSMFile<T>(tensors) { return try runHead(head) }
        guard target == nil else {
            throw ValidationError("--target is for the head of a density; \(layer) is something else")
        }
        let inputs = RunInputs<T>(
            layer: layer, input: input, lengths: lengths, initialState: initialState,
            outputGradient: backward.outputGradient, finalStateGradient: backward.finalStateGradient)
        switch try WeightFile<T>(tensors) {
        case .model(let file): try runModel(file, inputs)
        case .layer(let file) where streaming.stream: try streamLayer(file, inputs)
        case .layer(let file): try runLayer(file, inputs)
        }
    }

    private func runLayer<T: Scalar>(_ file: LayerFile<T>, _ inputs: RunInputs<T>) throws {
        var (call, grid) = try inputs.call(of: file.configuration)
        call.wantsFinalState = finalState != nil
        call.wantsCellRange = stats
        call.memory =
            backward.recompute
            ? .recomputed(height: streaming.bandHeight) : streaming.bandHeight.map { .bands(height: $0) } ?? .automatic
        try checkPicture(of: grid)
        let backend = try compute.makeBackend(T.self)
        let result = try inputs.namingFiles(of: call) {
            try backend.run(file.configuration, parameters: file.parameters, call: call)
        }
        var outputs = OutputSet()
        outputs.add(finalState) { try result.finalState!.write(to: $0) }
        outputs.add(backward.gradients) { try result.gradients!.write(to: $0) }
        outputs.add(outputPath) { try write(result.output, to: $0) }
        try finish(RunResult(result), outputs)
    }

    private func runModel<T: Scalar>(_ file: ModelFile<T>, _ inputs: RunInputs<T>) throws {
        let flags =
            [
                ("--initial-state", initialState), ("--final-state", finalState),
                ("--recompute", backward.recompute ? "" : nil), ("--stream", streaming.stream ? "" : nil),
                ("--band-height", streaming.bandHeight.map(String.init)),
            ] + backward.inputs
        if let (flag, _) = flags.first(where: { $1 != nil }) {
            throw ValidationError(
                "\(flag) is for a single layer; \(layer) is a model, of which there is the output only")
        }
        let (input, samples, grid) = try inputs.input(of: file.model)
        try checkPicture(of: grid)
        let model = try compute.makeBackend(T.self).makeModel(file.model, parameters: file.parameters)
        let result = try model.predict(input, samples: samples)
        var outputs = OutputSet()
        outputs.add(outputPath) { try write(result, to: $0) }
        try finish(RunResult(ofModel: result), outputs)
    }

    /// Prints the figures, refuses numbers that left the finite range, and writes all files or none.
    func finish<T: Scalar>(_ result: RunResult<T>, _ outputs: OutputSet) throws {
        if stats { try printResult(json ? result.json.serialized() : result.text) }
        try result.requireFinite()
        try outputs.write()
    }

    private func write<T: Scalar>(_ tensor: Tensor<T>, to path: String) throws {
        if outputFormat == .png {
            try Image(meanOverUnitsOf: tensor).write(to: path)
        } else {
            try tensor.writeNumpy(to: path)
        }
    }

    private func checkPicture(of grid: Grid) throws(MDLSTMError) {
        guard outputFormat == .png, grid.axes != 2 || grid.batch != 1 else { return }
        throw MDLSTMError(
            .data,
            "\(output): a PNG shows one image of two axes; the output has \(grid.batch) of \(grid.axes); write .npy")
    }
}
