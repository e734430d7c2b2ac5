import MDLSTM

/// The IAM database's `lines.txt`: name, `ok` or `err`, gray level, components, a rectangle, and the text with `|` for a space.
///
/// `err` says that the line was not cut into words rightly; its text is right, and it is read as others are.
enum IAMLines {
    /// The list among files; told by its first row that is no comment.
    static func list(in files: [DataFile]) -> DataFile? {
        files.first { file in
            guard file.lastComponent == "lines.txt", let input = try? InputFile(file.path), input.isRegular,
                let bytes = try? input.bytes(most: 1 << 14)
            else { return false }
            let rows = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            return rows.first { !$0.hasPrefix("#") }.map { isRow($0.split(separator: " ")) } ?? false
        }
    }

    private static func isRow(_ words: [Substring]) -> Bool {
        words.count >= 8 && ["ok", "err"].contains(words[1]) && words[2..<8].allSatisfy { Int($0) != nil }
    }

    static func read(_ list: DataFile, _ pictures: NamedPictures) -> ReadLines {
        TableText.read(list, pictures) { row throws(MDLSTMError) in
            guard row.words[0].first != "#" else { return nil }
            guard isRow(row.words) else {
                throw MDLSTMError(
                    .data,
                    "expected a name, ok or err, 6 numbers and a text, found '\(row.words.joined(separator: " "))' in "
                        + "line \(row.number); write it so, or remove the line")
            }
            return row.words.dropFirst(8).joined(separator: " ").replacing("|", with: " ")
        }
    }
}
