public import MDLSTM

/// What readings of lines are worth: the figures of `mdlstm evaluate` for transcribe.
public struct LineEvaluation: Sendable {
    /// Errors of characters and words.
    public private(set) var score = TranscriptionScore()

    /// Lines whose frames are too few for their text: read like all others, but without a loss.
    public private(set) var infeasible = 0

    /// By number in the set, so that sums do not depend on the batches.
    private var lines: [JudgedLine?]
    private var missing: Int

    init(count: Int) {
        lines = Array(repeating: nil, count: count)
        missing = count
    }

    /// Adds line `number`; all lines are counted when the last has been added.
    mutating func add(_ number: Int, _ line: JudgedLine) {
        lines[number] = line
        missing -= 1
        if line.loss == nil { infeasible += 1 }
        guard missing == 0 else { return }
        for case let line? in lines { score.add(reference: line.reference, reading: line.reading) }
    }

    /// The mean loss of a line in nats; nil where none has one.
    public var loss: Double? {
        let known = lines.compactMap { $0?.loss }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }

    /// Character and word error rates.
    public var cer: Double { score.characters.rate }
    public var wer: Double { score.words.rate }

    /// The figures that can be monitored.
    public var figures: Figures {
        [("cer", cer), ("wer", wer)] + (loss.map { [("loss", $0)] } ?? [])
    }

    /// Confusions that are told.
    private static var mostConfusions: Int { 50 }

    /// The object of `mdlstm evaluate --json`, without the time.
    public var json: JSONObject {
        func interval(_ counts: KeyPath<TranscriptionScore.Line, EditCounts>) -> JSONValue {
            score.interval(of: counts).map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null
        }
        func name(_ scalar: Unicode.Scalar?) -> JSONValue { .string(scalar.map { String(Character($0)) } ?? "") }
        let confusions = score.confusions(most: Self.mostConfusions).map { confusion, count -> JSONValue in
            [
                "reference": name(confusion.reference), "reading": name(confusion.reading), "count": .integer(count),
            ]
        }
        let characters = score.characters
        return [
            "task": .string(TaskKind.transcribe.rawValue), "samples": .integer(score.lines.count), "loss": number(loss),
            "cer": .number(cer), "cerInterval": interval(\.characters), "wer": .number(wer),
            "werInterval": interval(\.words), "characters": .integer(characters.length),
            "words": .integer(score.words.length), "substitutions": .integer(characters.substitutions),
            "insertions": .integer(characters.insertions), "deletions": .integer(characters.deletions),
            "confusions": .array(confusions), "infeasible": .integer(infeasible),
        ]
    }
}
