import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMTasks

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a layer over an array or an image.",
        discussion: """
            The input is a .npy of shape [B, E1, .., EN, I] or a PNG [1, height, width, 1 or 3], grey or RGB, scaled \
            to 0..1 (16 bits are read as 8, alpha is laid over white). The output is a .npy of shape \
            [B, E1, .., EN, S*H] in the precision asked for, or a PNG of the mean over all hidden units, its range \
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
        guard ["npy", "png"].contains(outputKind) else {
            throw ValidationError("--output must end in .npy or .png, found '\(output)'")
        }
        try checkPaths()
    }

    private var outputKind: String { URL(filePath: output).pathExtension.lowercased() }

    /// Refuses to write one file over another of the same call.
    private func checkPaths() throws {
        var taken = [("the layer", layer), ("--input", input)]
        taken += [("--initial-state", initialState), ("--output-gradient", outputGradient)].compactMap { flag, path in
            path.map { (flag, $0) }
        }
        let outputs = [("--output", output), ("--final-state", finalState), ("--gradients", gradients)]
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
        let file = try LayerFile<T>(contentsOf: layer)
        var call = LayerCall<T>(input: try readInput())
        let grid = try validate(call, for: file.configuration, name: input)
        if let initialState {
            call.initialState = try BoundaryState(contentsOf: initialState, axes: file.configuration.inputAxes)
            try validate(call, for: file.configuration, name: initialState)
        }
        if let outputGradient {
            call.outputGradient = try NumpyArray(contentsOf: outputGradient).tensor()
            try validate(call, for: file.configuration, name: outputGradient)
        }
        call.wantsFinalState = finalState != nil
        if outputKind == "png", grid.axes != 2 || grid.batch != 1 {
            throw MDLSTMError(
                .data,
                "\(output): a PNG shows one image of two axes; the output has \(grid.batch) of \(grid.axes); "
                    + "write .npy")
        }
        let backend = try compute.makeBackend(T.self)
        let result = try backend.run(file.configuration, parameters: file.parameters, call: call)
        try requireFinite(result)

        var written: [String] = []
        do {
            if let finalState {
                try result.finalState!.write(to: finalState)
                written.append(finalState)
            }
            if let gradients {
                try result.gradients!.write(to: gradients)
                written.append(gradients)
            }
            if outputKind == "png" {
                try Image(meanOverUnitsOf: result.output).write(to: output)
            } else {
                try NumpyArray(result.output).write(to: output)
            }
        } catch {
            // All files of a call, or none; what is no file of ours (a device, a pipe) stays.
            for path in written where isRegularFile(path) { try? FileManager.default.removeItem(atPath: path) }
            throw error
        }
    }

    private func isRegularFile(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    /// The grid of a call, what does not fit reported under the name of the file it came from.
    @discardableResult
    private func validate<T: Scalar>(
        _ call: LayerCall<T>, for configuration: LayerConfiguration, name: String
    ) throws -> Grid {
        do { return try call.validatedGrid(for: configuration) } catch {
            throw MDLSTMError(error.kind, "\(name): \(error.message)")
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
