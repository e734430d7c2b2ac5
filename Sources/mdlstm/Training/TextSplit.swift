import MDLSTM
import MDLSTMData

/// The text to train with and that to validate with.
struct TextSplit {
    let training: SymbolText, validation: SymbolText

    /// The files that each is of.
    let files: (training: [String], validation: [String])

    /// Symbols that are held back from the text to train with, at its end.
    let held: Int
    private let parts: [DataPart]

    /// - Parameters:
    ///   - opened: the data
    ///   - path: other data to validate with; nil for the data's own part, or else a fraction
    ///   - fraction: what is then held back, from 0 below 1
    ///   - request: what is asked of the data
    init(_ opened: OpenedText, validatedWith path: String?, else fraction: Double, _ request: DataRequest) throws {
        var (training, validation) = opened.split(validation: path == nil ? fraction : 0)
        held = opened.parts.contains(.validation) ? 0 : validation.count
        var (judge, part, first) = (opened, held > 0 ? DataPart.training : .validation, held > 0 ? training.count : 0)
        if let path {
            guard let other = try OpenedText(path, request, alphabet: opened.alphabet) else {
                throw MDLSTMError(.data, "\(path): the data to validate with are no text; expected some")
            }
            try other.requireSound(announcing: "to validate with")
            (judge, part) = (other, other.parts.contains(.validation) ? .validation : .training)
            (validation, first) = (other.text(part), 0)
            guard validation.count > 1 else {
                throw MDLSTMError(
                    .data,
                    "\(path): found \(counted(validation.count, "symbol")) to validate with; expected at least 2")
            }
        }
        if let limit = request.limit {
            training = training.part(0..<min(limit, training.count))
            validation = validation.part(0..<min(limit, validation.count))
        }
        files = (opened.files(.training, 0..<training.count), judge.files(part, first..<(first + validation.count)))
        (self.training, self.validation, parts) = (training, validation, opened.parts)
    }

    /// What is said besides where the text to train with is too short.
    var whyShort: String {
        if held > 0 {
            return "; \(counted(held, "symbol")) more are held back to validate with (--validation-fraction 0: none)"
        }
        return parts.isEmpty || parts.contains(.training)
            ? "" : "; the data are for \(listed(parts.map(\.rawValue))) alone"
    }
}
