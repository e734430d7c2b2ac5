import ArgumentParser
import MDLSTM

extension RunCommand {
    /// Runs a mixture over arrays of sites: their log-likelihoods, and the gradients of the sum.
    func runHead<T: Scalar>(_ file: MCGSMFile<T>) throws {
        let flags =
            [
                ("--initial-state", initialState), ("--final-state", finalState), ("--lengths", lengths),
                ("--recompute", backward.recompute ? "" : nil), ("--stream", streaming.stream ? "" : nil),
                ("--band-height", streaming.bandHeight.map(String.init)),
            ] + backward.inputs
        if let (flag, _) = flags.first(where: { $1 != nil }) {
            throw ValidationError("\(flag) is for recurrent layers; \(layer) is a mixture, whose sites are apart")
        }
        guard let target else {
            throw ValidationError(
                "\(layer) is a mixture, a density of y given h; give y as --target beside h as --input")
        }
        guard outputFormat == .npy else {
            throw ValidationError("a mixture's output is nats a site; --output must be .npy")
        }
        let h = try array(input, as: T.self), y = try array(target, as: T.self)
        guard h.shape.last == file.head.inputs else {
            throw MDLSTMError(
                .data, "\(input): has shape \(h.shape); expected [.., \(file.head.inputs)], which \(layer) takes")
        }
        let expected = Array(h.shape.dropLast()) + [file.head.outputs]
        guard y.shape == expected else {
            throw MDLSTMError(.data, "\(target): has shape \(y.shape); expected \(expected), the sites of \(input)")
        }
        let result = try compute.makeBackend(T.self).run(
            file.head, parameters: file.parameters, h: h, y: y, wantsGradients: backward.gradients != nil)
        var outputs = OutputSet()
        outputs.add(backward.gradients) { path in
            var gradients = TensorFile(name: path)
            gradients.append(contentsOf: result.gradients!)
            try gradients.write(to: path)
        }
        outputs.add(outputPath) { try result.nats.writeNumpy(to: $0) }
        try finish(RunResult(ofHead: result), outputs)
    }

    /// An array of finite numbers, not without any.
    private func array<T: Scalar>(_ path: String, as _: T.Type) throws(MDLSTMError) -> Tensor<T> {
        let array = try NumpyArray(contentsOf: path).tensor(as: T.self)
        try named(path) { () throws(MDLSTMError) in try array.requireFinite("the array") }
        guard !array.values.isEmpty else {
            throw MDLSTMError(.data, "\(path): has shape \(array.shape); expected at least one site")
        }
        return array
    }
}
