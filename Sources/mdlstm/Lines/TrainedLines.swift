import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// A model of `mdlstm train DATA` that reads lines, with its alphabet.
struct TrainedLines<Element: Scalar> {
    let file: ModelFile<Element>
    let pipeline: LinePipeline
    let decoder: DecoderSettings
    let batch: BatchSize

    init(_ file: ModelFile<Element>, path: String) throws(MDLSTMError) {
        self.file = file
        guard let task = file.members["task"], let data = file.members["data"] else {
            throw MDLSTMError(
                .data, "\(path): expected a model of lines, found one that says nothing of its task and data")
        }
        let settings = try TaskSettings(json: task, name: path)
        guard let alphabet = settings.alphabet else {
            throw MDLSTMError(.data, "\(path): expected a model of lines with its alphabet, found none; train it again")
        }
        decoder = settings.decoder
        pipeline = try LinePipeline(
            model: file.model, alphabet: alphabet, data: try DataSettings(json: data, name: path), name: path)
        batch =
            try file.members["training"].map { json throws(MDLSTMError) in
                try TrainingSettings(json: json, preset: TrainingSettings(), name: path).batch
            } ?? .samples(12)
    }
}

extension ModelFile {
    /// Whether it is a model of lines.
    var isOfLines: Bool { members["task"]?["kind"]?.stringValue == TaskKind.transcribe.rawValue }
}
