import MDLSTM
import MDLSTMData
import MDLSTMImages
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

/// Writes what was read of each line: `.txt`, `.json`, and a drawing where asked for.
struct ReadingFolder {
    private let names: AnswerNames
    private let overlays: AnswerNames?

    /// - Throws: `MDLSTMError` where two lines have one name, or a file would take the place of an input.
    init(_ path: String, overlays: String?, names: [String], areLines: Bool = false) throws(MDLSTMError) {
        self.names = try AnswerNames(path, of: names, ending: "txt", areLines: areLines)
        self.overlays = try overlays.map { path throws(MDLSTMError) in
            try AnswerNames(path, of: names, ending: "svg", areLines: areLines)
        }
    }

    /// The file of the text.
    @discardableResult
    func write(_ line: ReadLine, of number: Int) throws -> String {
        let file = names.file(of: number)
        try writeFile(Array((line.text + "\n").utf8), to: file)
        try writeFile(
            Array(JSONValue.object(line.json).serialized(indented: true).utf8),
            to: names.file(of: number, ending: "json"))
        if let overlays { try line.drawing().write(to: overlays.file(of: number)) }
        return file
    }
}
