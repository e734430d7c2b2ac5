import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// `mdlstm predict` of a model that reads lines.
struct PredictedLines<Element: Scalar> {
    let command: PredictCommand
    let trained: TrainedLines<Element>

    func run() throws {
        guard !command.probabilities else {
            throw ValidationError(
                "--probabilities is for classes; 'mdlstm run' gives what a model of lines says of frames")
        }
        let pipeline = trained.pipeline
        let files = try command.files(arrays: false)
        try requireInputs(files)
        try Ranks.requireSame(model: command.model, data: files.joined(separator: " "), command.compute)
        let folder = try ReadingFolder(command.out, overlays: command.decoding.overlay, names: files)
        let read = try command.decoding.reader(trained.decoder, alphabet: pipeline.alphabet)
        let network = try command.compute.makeBackend(Element.self).makeModel(
            trained.file.model, parameters: trained.file.parameters)
        try command.answer(files, as: .transcribe, line: Self.line) { index in
            let sample = Sample<Element>(input: try LineReader().input(files[index]), target: .none)
            let line = try pipeline.read(sample, named: files[index], by: network, read: read)
            return [
                "output": .string(try folder.write(line, of: index)), "input": .string(files[index]),
                "text": .string(line.text), "confidence": .number(line.reading.confidence),
            ]
        }
    }

    private static func line(_ members: JSONValue) -> String {
        "\(members["output"]?.stringValue ?? ""): \(members["text"]?.stringValue ?? "")"
    }

    /// Refuses files that cannot be read, all of them named, before the first is.
    private func requireInputs(_ files: [String]) throws {
        try requireAll(files) { file in
            let input: Tensor<Float> = try LineReader().input(file)
            _ = try trained.pipeline.frames(of: Array(input.shape.prefix(2)))
        }
    }
}
