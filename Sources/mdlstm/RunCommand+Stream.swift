import ArgumentParser
import MDLSTM
import MDLSTMOpenCL

extension RunCommand {
    /// Refuses what does not go with bands.
    func checkStreaming() throws {
        guard streaming.isGiven else { return }
        guard compute.backend == .opencl else {
            throw ValidationError(
                "--stream and --band-height are for OpenCL devices; the cpu reference keeps all states")
        }
        guard !backward.isGiven || backward.recompute && !streaming.stream else {
            throw ValidationError(
                "--stream and, without --recompute, --band-height are for inference; gradients need all states, leave "
                    + "the flags out")
        }
        guard !streaming.stream || outputKind == "npy" else {
            throw ValidationError("--stream writes .npy; a picture is made of the whole output, leave --stream out")
        }
    }

    /// Runs a layer from file to file, band by band.
    func streamLayer<T: Scalar>(_ file: LayerFile<T>) throws {
        let configuration = file.configuration
        let source: any BandInput<T> = try NumpyInput<T>(input) ?? readInput()
        var call = StreamCall<T>(
            wantsFinalState: finalState != nil, wantsCellRange: stats, bandHeight: streaming.bandHeight)
        func validate(_ name: String) throws -> Grid {
            try named(name) { () throws(MDLSTMError) in
                try call.validatedGrid(ofInput: source.shape, for: configuration)
            }
        }
        let grid = try validate(input)
        if let lengths {
            call.samples = try readLengths(lengths, batch: grid.batch, axes: grid.axes)
            _ = try validate(lengths)
        }
        if let initialState {
            call.initialState = try readState(initialState, of: configuration)
            _ = try validate(initialState)
        }
        let backend = try compute.makeOpenCLBackend(T.self)
        let target = try NumpyOutput<T>(
            output, shape: Array(source.shape.dropLast()) + [configuration.outputSize])
        let result = try backend.stream(
            configuration, parameters: file.parameters, from: source, to: target, call: call)
        try finish(
            RunResult(result, outputIsFinite: target.isFinite),
            files: [
                finalState.map { path in (path, { try result.finalState!.write(to: path) }) },
                (output, { try target.commit() }),
            ].compactMap(\.self))
    }
}
