import Foundation
import MDLSTM

/// What is written in a line: in Unicode's form NFC, each run of white space one space, none at the ends.
struct LineText: Sendable, Hashable {
    let string: String

    /// Throws `.data` for nothing, for more than one line, and for more combining marks on a letter than any writing has;
    /// `name` is that of the file.
    init(_ text: String, name: String) throws(MDLSTMError) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count < 2 else {
            throw MDLSTMError(
                .data,
                "\(name): expected the text of one line, found \(lines.count) lines; write a file for each line of the picture"
            )
        }
        guard let line = lines.first else {
            throw MDLSTMError(
                .data, "\(name): expected the text of the line, found none; write it, or remove the line")
        }
        guard line.count < Self.mostCharacters, String(line).isStreamSafe else {
            throw MDLSTMError(
                .data, "\(name): expected the text of one line, found more than a line can hold; write the line alone")
        }
        // A mark of the byte order at the beginning is no character.
        let bare = line.unicodeScalars.first == "\u{FEFF}" ? String(line.unicodeScalars.dropFirst()) : String(line)
        let words = bare.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty else { self = try LineText("", name: name); return }
        string = words.joined(separator: " ").precomposedStringWithCanonicalMapping
    }

    private init(_ string: String) { self.string = string }

    /// That of a line which is to be read.
    static let unknown = LineText("")

    private static let mostCharacters = 1 << 14

    /// Reads a file of one line; throws `.missingInput` besides, and `.data` where it is not UTF-8.
    init(contentsOf path: String) throws(MDLSTMError) {
        guard let text = String(validating: try readFile(path), as: UTF8.self) else {
            throw MDLSTMError(.data, "\(path): expected text in UTF-8, found other bytes; save it as UTF-8")
        }
        try self.init(text, name: path)
    }
}
