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
        guard !streaming.stream || outputFormat == .npy else {
            throw ValidationError("--stream writes .npy; a picture is made of the whole output, leave --stream out")
        }
    }

    /// Runs a layer from file to file, band by band.
    func streamLayer<T: Scalar>(_ file: LayerFile<T>, _ inputs: RunInputs<T>) throws {
        var (source, call) = try inputs.stream(of: file.configuration)
        call.wantsFinalState = finalState != nil
        call.wantsCellRange = stats
        call.bandHeight = streaming.bandHeight
        let backend = try compute.makeOpenCLBackend(T.self)
        let target = try NumpyOutput<T>(
            outputPath, shape: Array(source.shape.dropLast()) + [file.configuration.outputSize])
        let result = try backend.stream(
            file.configuration, parameters: file.parameters, from: source, to: target, call: call)
        var outputs = OutputSet()
        outputs.add(finalState) { try result.finalState!.write(to: $0) }
        outputs.add(outputPath) { _ in try target.commit() }
        try finish(RunResult(result, outputIsFinite: target.isFinite), outputs)
    }
}
