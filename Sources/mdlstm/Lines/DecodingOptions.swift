public import ArgumentParser
import Foundation
import MDLSTM
public import MDLSTMTasks

/// The flags of every command that reads lines with a model.
struct DecodingOptions: ParsableArguments {
    @Option(
        help: """
            Of lines: bestPath (the likeliest class of each frame), beam (the likeliest text) or lexicon (of words that a \
            lexicon has); what the model's file says unless given.
            """)
    var decoder: DecoderSettings.Kind?

    @Option(help: ArgumentHelp("Of lines: texts that a beam keeps; 25 unless given.", valueName: "width"))
    var beam: Int?

    @Option(help: ArgumentHelp("Of lines: what 'mdlstm language-model' has written.", valueName: "file"))
    var languageModel: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of lines: what the language model counts, in shares of what the picture does.", valueName: "w"))
    var languageWeight: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Of lines: nats that each character adds.", valueName: "nats"))
    var lengthBonus: Double?

    @Option(help: ArgumentHelp("Of lines: a text whose words are read rather than others.", valueName: "file"))
    var lexicon: String?

    @Option(help: "Of lines: a folder for a drawing of each line with its reading below it.")
    var overlay: String?

    func validate() throws {
        guard beam ?? 1 >= 1 else { throw ValidationError("--beam takes a number of at least 1, found \(beam ?? 0)") }
        if decoder == .bestPath, beam != nil || languageModel != nil || lexicon != nil || lengthBonus != nil {
            throw ValidationError(
                "--decoder bestPath takes no beam, language model, length bonus or lexicon; leave them out")
        }
        if decoder == .lexicon, lexicon == nil { throw ValidationError("--decoder lexicon needs --lexicon FILE") }
        if languageWeight != nil, languageModel == nil {
            throw ValidationError("--language-weight needs --language-model FILE")
        }
    }

    /// Refuses all of them, for other models.
    func requireNone() throws {
        let texts = [languageModel, lexicon, overlay], numbers = [languageWeight, lengthBonus]
        guard decoder == nil, beam == nil, texts.allSatisfy({ $0 == nil }), numbers.allSatisfy({ $0 == nil }) else {
            throw ValidationError("--overlay and the flags of decoding are for models of lines")
        }
    }

    /// How lines are read: flags over what the model's file says.
    func reader(_ settings: DecoderSettings, alphabet: Alphabet) throws -> @Sendable (FramePosteriors) throws -> Reading
    {
        guard let search = try search(settings, alphabet: alphabet) else { return { $0.bestPath() } }
        return { try search.readings(of: $0)[0] }
    }

    /// The search for the likeliest text; nil where lines are read by their best path.
    func search(_ settings: DecoderSettings, alphabet: Alphabet) throws -> BeamSearch? {
        let asksForBeam = beam != nil || languageModel != nil || lengthBonus != nil
        let kind = decoder ?? (lexicon != nil ? .lexicon : asksForBeam ? .beam : settings.kind)
        guard kind != .bestPath else { return nil }
        guard kind != .lexicon || lexicon != nil else {
            throw MDLSTMError(
                .option, "the model is to read by a lexicon, which is no part of its file; give --lexicon FILE")
        }
        guard settings.kind == .bestPath || settings.weight == 0 || languageModel != nil || lengthBonus != nil else {
            throw MDLSTMError(
                .option,
                "the model is to read with a language model, which is no part of its file; give --language-model FILE, or "
                    + "--length-bonus 0 to read without")
        }
        var prior = TextPrior(alphabet: alphabet, weight: 0, lengthBonus: lengthBonus ?? settings.lengthBonus)
        if let languageModel {
            prior.language = try CharacterModel(contentsOf: languageModel)
            prior.weight = languageWeight ?? (settings.kind == .bestPath ? Self.usualWeight : settings.weight)
        }
        if let lexicon { prior.lexicon = try Lexicon(wordsOf: try text(lexicon)) }
        return BeamSearch(width: beam ?? settings.width, prior: prior)
    }

    private static var usualWeight: Double { 0.5 }

    private func text(_ path: String) throws -> String {
        guard let text = String(validating: try readFile(path), as: UTF8.self) else {
            throw MDLSTMError(.data, "\(path): expected text in UTF-8, found other bytes; save it as UTF-8")
        }
        // As the alphabet of lines has it.
        return text.precomposedStringWithCanonicalMapping
    }
}

extension DecoderSettings.Kind: ExpressibleByArgument {}
