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
        let folder = try ReadingFolder(command.out, overlays: command.decoding.overlay, names: files)
        let read = try command.decoding.reader(trained.decoder, alphabet: pipeline.alphabet)
        let network = try command.compute.makeBackend(Element.self).makeModel(
            trained.file.model, parameters: trained.file.parameters)
        let progress = ProgressLine()
        var list: [JSONValue] = []
        for (index, file) in files.enumerated() {
            progress.show(fraction: Double(index) / Double(files.count), file)
            let sample = Sample<Element>(input: try LineReader().input(file), target: .none)
            let line = try pipeline.read(sample, named: file, by: network, read: read)
            let output = try folder.write(line, of: index)
            list.append([
                "output": .string(output), "input": .string(file), "text": .string(line.text),
                "confidence": .number(line.reading.confidence),
            ])
            if !command.json {
                progress.clear()
                try printResult("\(output): \(line.text)")
            }
        }
        progress.clear()
        guard command.json else { return }
        try printResult(
            JSONValue.object(["task": .string(TaskKind.transcribe.rawValue), "predictions": .array(list)]).serialized())
    }

    /// Refuses files that cannot be read, all of them named, before the first is.
    private func requireInputs(_ files: [String]) throws {
        try requireAll(files) { file in
            let input: Tensor<Float> = try LineReader().input(file)
            _ = try trained.pipeline.frames(of: Array(input.shape.prefix(2)))
        }
    }
}
