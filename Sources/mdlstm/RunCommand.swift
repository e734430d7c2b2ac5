import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMImages

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a layer or a model over an array or an image.",
        discussion: """
            The input is a .npy of shape [B, E1, .., EN, I] or a PNG [1, height, width, 1 or 3], grey or RGB, scaled \
            to 0..1 (16 bits are read as 8, alpha is laid over white). The output is a .npy of shape \
            [B, E1, .., EN, S*H] in the precision asked for, or a PNG of the mean over all hidden units, its range \
            stretched to black and white. A grid cell's depth is no axis of its input: over one axis that is [B, I]. Of a \
            model there is the output only: no states, no gradients. With --stream the .npy files are read and written \
            in bands and never whole in memory; without it a device still computes large grids in bands.
            """)

    @Argument(help: "The layer or the model: LAYER.safetensors.")
    var layer: String

    @Option(help: "Input: .npy or PNG.")
    var input: String

    @Option(help: "Output: .npy or .png.")
    var output: String

    @Option(help: "States that enter the grid: h_k and c_k for each axis k, from 1.")
    var initialState: String?

    @Option(help: "Where to write the states that leave the grid.")
    var finalState: String?

    @Option(help: "The extents of each sample of a ragged batch as .npy: whole numbers [B, N].")
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
        guard ["npy", "png"].contains(outputKind) else {
            throw ValidationError("--output must end in .npy or .png, found '\(output)'")
        }
        try checkStreaming()
        try checkPaths()
    }

    var outputKind: String { URL(filePath: output).pathExtension.lowercased() }

    /// Refuses to write one file over another of the same call.
    private func checkPaths() throws {
        var taken = [("the layer", layer), ("--input", input)]
        let more = [("--initial-state", initialState), ("--lengths", lengths)] + backward.inputs
        taken += more.compactMap { flag, path in path.map { (flag, $0) } }
        let outputs = [("--output", output), ("--final-state", finalState), ("--gradients", backward.gradients)]
        for (flag, path) in outputs {
            guard let path else { continue }
            let place = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
            if place.hasPrefix("/dev/") { continue }
            if let other = taken.first(where: {
                URL(filePath: $0.1).standardizedFileURL.resolvingSymlinksInPath().path == place
            }) {
                throw ValidationError("\(flag) would overwrite \(other.0), '\(path)'; give each a file of its own")
            }
            taken.append((flag, path))
        }
    }

    func run() throws { try compute.withPrecision(Body(command: self)) }

    private struct Body: PrecisionBody {
        let command: RunCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        if try TensorFile(contentsOf: layer).configuration()?["model"] != nil {
            try runModel(try ModelFile<T>(contentsOf: layer))
        } else if streaming.stream {
            try streamLayer(try LayerFile<T>(contentsOf: layer))
        } else {
            try runLayer(try LayerFile<T>(contentsOf: layer))
        }
    }

    private func runLayer<T: Scalar>(_ file: LayerFile<T>) throws {
        let configuration = file.configuration
        var call = LayerCall<T>(input: try readInput())
        let grid = try validate(call, for: configuration, name: input)
        if let lengths {
            call.samples = try readLengths(lengths, batch: grid.batch, axes: configuration.inputAxes)
            try validate(call, for: configuration, name: lengths)
        }
        if let initialState {
            call.initialState = try readState(initialState, of: configuration)
            try validate(call, for: configuration, name: initialState)
        }
        if let path = backward.outputGradient {
            call.outputGradient = try NumpyArray(contentsOf: path).tensor()
            try validate(call, for: configuration, name: path)
        }
        if let path = backward.finalStateGradient {
            call.finalStateGradient = try BoundaryState(contentsOf: path, axes: configuration.axes)
            try validate(call, for: configuration, name: path)
        }
        call.wantsFinalState = finalState != nil
        call.wantsCellRange = stats
        call.memory =
            backward.recompute
            ? .recomputed(height: streaming.bandHeight) : streaming.bandHeight.map { .bands(height: $0) } ?? .automatic
        try checkPicture(of: grid)
        let backend = try compute.makeBackend(T.self)
        let result = try backend.run(configuration, parameters: file.parameters, call: call)
        try finish(
            RunResult(result),
            files: [
                finalState.map { path in (path, { try result.finalState!.write(to: path) }) },
                backward.gradients.map { path in (path, { try result.gradients!.write(to: path) }) },
                (output, { try write(result.output) }),
            ].compactMap(\.self))
    }

    private func runModel<T: Scalar>(_ file: ModelFile<T>) throws {
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
        let input: Tensor<T> = try readInput()
        let whole = try named(self.input) { () throws(MDLSTMError) in
            let grid = try file.model.validatedGrid(input: input, samples: nil)
            try input.requireFinite("the input")
            return grid
        }
        let samples = try lengths.map { try readLengths($0, batch: whole.batch, axes: whole.axes) }
        let grid = try named(lengths ?? self.input) { () throws(MDLSTMError) in
            let grid = try file.model.validatedGrid(input: input, samples: samples)
            return try file.model.grids(from: grid).last ?? grid
        }
        try checkPicture(of: grid)
        let model = try compute.makeBackend(T.self).makeModel(file.model, parameters: file.parameters)
        let result = try model.predict(input, samples: samples)
        try finish(RunResult(ofModel: result), files: [(output, { try write(result) })])
    }

    /// Prints the figures, refuses numbers that left the finite range, and writes all files or none.
    func finish<T: Scalar>(_ result: RunResult<T>, files: [(path: String, write: () throws -> Void)]) throws {
        if stats { try printResult(json ? result.json.serialized() : result.text) }
        try result.requireFinite()
        var written: [String] = []
        do {
            for (path, write) in files {
                try write()
                written.append(path)
            }
        } catch {
            // What is no file of ours (a device, a pipe) stays.
            for path in written where isRegularFile(path) { try? FileManager.default.removeItem(atPath: path) }
            throw error
        }
    }

    private func write<T: Scalar>(_ tensor: Tensor<T>) throws {
        if outputKind == "png" {
            try Image(meanOverUnitsOf: tensor).write(to: output)
        } else {
            try tensor.writeNumpy(to: output)
        }
    }

    private func isRegularFile(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    private func checkPicture(of grid: Grid) throws(MDLSTMError) {
        guard outputKind == "png", grid.axes != 2 || grid.batch != 1 else { return }
        throw MDLSTMError(
            .data,
            "\(output): a PNG shows one image of two axes; the output has \(grid.batch) of \(grid.axes); write .npy")
    }

    /// The grid of a call, what does not fit reported under the name of the file it came from.
    @discardableResult
    private func validate<T: Scalar>(
        _ call: LayerCall<T>, for configuration: LayerConfiguration, name: String
    ) throws -> Grid {
        try named(name) { () throws(MDLSTMError) in try call.validatedGrid(for: configuration) }
    }

    /// What `body` finds wrong, reported under the name of a file.
    func named<Result>(
        _ name: String, _ body: () throws(MDLSTMError) -> Result
    ) throws(MDLSTMError) -> Result {
        do { return try body() } catch { throw MDLSTMError(error.kind, "\(name): \(error.message)") }
    }

    /// The input file, an image or an array by its first bytes.
    func readInput<T: Scalar>() throws -> Tensor<T> {
        if let file = try NumpyInput<T>(input) { return try file.tensor() }
        let bytes = try readFile(input)
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return try Image(decoding: bytes, name: input).tensor() }
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw MDLSTMError(.data, "\(input): neither a .npy array nor a PNG; expected one of the two")
        }
        return try NumpyArray(parsing: bytes, name: input).tensor()
    }

    /// The states that enter a layer.
    func readState<T: Scalar>(_ path: String, of configuration: LayerConfiguration) throws -> BoundaryState<T> {
        guard configuration.inputAxes > 0 else {
            throw ValidationError("a grid whose only axis is its depth has no --initial-state: the input enters there")
        }
        return try BoundaryState(
            contentsOf: path, axes: configuration.inputAxes,
            passingOver: configuration.axes - configuration.inputAxes)
    }

    /// The extents of each sample, `[B][N]`, for an input over `axes` axes.
    func readLengths(_ path: String, batch: Int, axes: Int) throws(MDLSTMError) -> [[Int]] {
        let array = try NumpyArray(contentsOf: path).tensor(as: Double.self)
        guard array.shape == [batch, axes] else {
            throw MDLSTMError(
                .data, "\(path): has shape \(array.shape); expected [\(batch), \(axes)], the extents of each sample")
        }
        guard let lengths = array.values.map({ Int(exactly: $0) }) as? [Int] else {
            let bad = array.values.first { Int(exactly: $0) == nil }!
            throw MDLSTMError(.data, "\(path): has the value \(bad); extents are whole numbers")
        }
        return (0..<batch).map { b in Array(lengths[(b * axes)..<((b + 1) * axes)]) }
    }
}
