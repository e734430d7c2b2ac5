import MDLSTM
import MDLSTMTasks

/// A model of `mdlstm train TEXT` with its alphabet.
struct TrainedText<Element: Scalar> {
    let file: ModelFile<Element>
    let alphabet: Alphabet

    /// - Parameter path: a file, or the folder of a run
    /// - Throws: `MDLSTMError` where it is no model of text.
    init(_ path: String) throws(MDLSTMError) {
        let path = TrainedModel<Element>.file(of: path)
        try self.init(try ModelFile(contentsOf: path), path: path)
    }

    init(_ file: ModelFile<Element>, path: String) throws(MDLSTMError) {
        self.file = file
        let settings = try file.members["task"].map { json throws(MDLSTMError) in
            try TaskSettings(json: json, name: path)
        }
        guard settings?.kind == .nextSymbol, let alphabet = settings?.alphabet else {
            throw MDLSTMError(
                .data,
                "\(path): expected a model of text, found one "
                    + (settings.map { "for \($0.kind.rawValue)" } ?? "that says nothing of its task")
                    + "; train one with 'mdlstm train TEXT.txt'")
        }
        guard alphabet.count == file.model.outputSize, alphabet.count == file.model.layers.first?.symbols else {
            throw MDLSTMError(
                .data,
                "\(path): the alphabet has \(alphabet.count) classes, the model \(file.model.outputSize) outputs; train it again"
            )
        }
        self.alphabet = alphabet
    }
}

extension ModelFile {
    /// Whether it is a model of text.
    var isOfText: Bool { members["task"]?["kind"]?.stringValue == TaskKind.nextSymbol.rawValue }
}
