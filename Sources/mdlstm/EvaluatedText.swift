import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// `mdlstm evaluate` of a model of text: the state is carried over the whole text.
struct EvaluatedText<Element: Scalar> {
    let command: EvaluateCommand
    let trained: TrainedText<Element>

    func run() throws {
        guard command.confusion == nil, command.predictions == nil else {
            throw ValidationError("--confusion and --predictions are for classes and numbers; the model is one of text")
        }
        let request = try command.source.request(
            kind: .nextSymbol, ignoredLabels: nil, classes: nil, channels: nil)
        guard let opened = try OpenedText(command.data, request, alphabet: trained.alphabet) else {
            throw MDLSTMError(.data, "\(command.data ?? "the data"): expected text, found something else")
        }
        try opened.requireSound()
        let part: DataPart =
            opened.parts.contains(.test) ? .test : opened.parts.contains(.validation) ? .validation : .training
        printError("judged by: \(part == .training ? "the whole text" : part.rawValue)")
        var text = opened.text(part)
        if let limit = command.source.limitSamples { text = text.part(0..<min(limit, text.count)) }
        let counts = try counts()
        let network = try command.compute.makeBackend(Element.self).makeModel(
            trained.file.model, parameters: trained.file.parameters)
        let clock = ContinuousClock()
        let start = clock.now
        let progress = ProgressLine()
        var found = try TextEvaluation(of: network, on: text) {
            progress.show(fraction: $0, "evaluation")
        }
        progress.clear()
        found.baseline = counts?.bitsPerSymbol(of: text)
        var members = found.json
        members["seconds"] = .number((clock.now - start) / .seconds(1))
        try printResult(command.json ? JSONValue.object(members).serialized() : Self.lines(found))
    }

    /// Those of `--baseline`, or of the model's file.
    private func counts() throws -> ContextCounts? {
        guard let path = command.baseline else { return trained.file.counts }
        let bytes = try readFile(StandardStream.input(path))
        try requireMemory(for: 4 * bytes.count, of: Double.self, "\(path): the counts of its symbols")
        do {
            return ContextCounts(of: try trained.alphabet.classes(of: trained.alphabet.unit.withoutMark(bytes)))
        } catch {
            throw MDLSTMError(.data, "\(path): \(error.message)")
        }
    }

    private static func lines(_ found: TextEvaluation) -> String {
        var lines = [
            "symbols \(found.symbols)" + (found.unknown > 0 ? ", \(found.unknown) not in the alphabet" : ""),
            "natsPerSymbol \(rounded(found.natsPerSymbol, 4))", "bitsPerSymbol \(rounded(found.bitsPerSymbol, 4))",
            "accuracy \(rounded(found.accuracy, 4))",
        ]
        if let baseline = found.baseline {
            let bits = baseline.map { rounded($0, 3) }.joined(separator: " ")
            lines.append("baseline, bits a symbol by counts of 0 to \(baseline.count - 1) symbols before: \(bits)")
        } else {
            lines.append("baseline: the model's file has no counts; give the training text with --baseline")
        }
        return lines.joined(separator: "\n")
    }
}
