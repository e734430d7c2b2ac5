import ArgumentParser
import Foundation
import MDLSTM

struct LanguageModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "language-model",
        abstract: "Count the characters of texts: what a reader of lines is told of the language.",
        discussion: """
            UTF-8, normalised to NFC; spaces in a row are one. The probabilities are those of Witten and Bell, with contexts of \
            up to ORDER - 1 characters. 'mdlstm evaluate' and 'predict' take the file as --language-model.
            """)

    @Argument(help: "Files of text, its lines as they stand on a page; - for standard input.")
    var texts: [String]

    @Option(
        parsing: .unconditional,
        help: "Characters that are seen together, 1 to 6: the one foretold and those before it.")
    var order = 6

    @Option(help: "The file to write; - for standard output.", transform: StandardStream.output)
    var output: String

    @Flag(
        help: """
            Lines of the texts are whole paragraphs, as in most books on the net: they say nothing of where a line of a page \
            begins and ends.
            """)
    var paragraphs = false

    func validate() throws {
        guard CharacterModel.orders.contains(order) else {
            throw ValidationError(
                "--order must be from \(CharacterModel.orders.lowerBound) to \(CharacterModel.orders.upperBound), found "
                    + "\(order)")
        }
    }

    func run() throws {
        try OutputSet.requireDistinct(
            inputs: texts.map { ("the text", StandardStream.input($0)) }, outputs: [("--output", output)])
        let model = try CharacterModel(
            of: try texts.map { try text($0) }, order: order, lineEnds: !paragraphs)
        try model.write(to: output)
        let characters = model.alphabet.symbols.count { $0 != 10 }
        printError(
            "\(output): order \(order), \(counted(characters, "character")), \(counted(texts.count, "text")), "
                + (model.hasLineEnds ? "with line ends" : "without line ends"))
    }

    /// A text in NFC.
    private func text(_ path: String) throws -> String {
        let bytes = try readFile(StandardStream.input(path))
        // Keys, entries and tables of the counts.
        try requireMemory(for: 30 * bytes.count, of: Double.self, "\(path): the counts of its characters")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MDLSTMError(
                .data, "\(path): expected text in UTF-8, found other bytes; convert it, as by iconv -t UTF-8")
        }
        return text.precomposedStringWithCanonicalMapping
    }
}
