import MDLSTM

/// PyLaia's tables: `train.txt`, `val.txt`, `test.txt` or `ids.txt` with a picture and the symbols of its text a line, and
/// `syms.txt` with a symbol and its number a line.
enum LineTable {
    static func isSymbols(_ file: DataFile) -> Bool {
        ["syms.txt", "symbols.txt", "syms_ctc.txt"].contains(file.lastComponent.lowercased())
    }

    /// The tables among files, by the part their name says; lists of pictures without text and texts that are not in symbols
    /// have other names.
    static func tables(
        in files: [DataFile], symbols: DataFile, pictures: [DataFile]
    ) -> [DataPart: FoundLines] {
        let short: [String: DataPart] = ["ids": .training, "tr": .training, "va": .validation, "te": .test]
        var tables: [DataPart: FoundLines] = [:]
        for file in files where file.ending == "txt" {
            guard let part = DataPart(folder: file.stem) ?? short[file.stem.lowercased()], tables[part] == nil else {
                continue
            }
            tables[part] = .table(file, symbols: symbols, pictures: pictures)
        }
        return tables
    }

    static func read(_ table: DataFile, symbols: DataFile, _ pictures: NamedPictures) -> ReadLines {
        do throws(MDLSTMError) {
            let known = Set(try TableText(symbols).rows.map { String($0.words[0]) })
            return TableText.read(table, pictures) { row throws(MDLSTMError) in try text(row, known, symbols) }
        } catch {
            return ReadLines(faults: [DataFault(error, path: table.path, name: table.name)])
        }
    }

    private static func text(_ row: TableText.Row, _ known: Set<String>, _ symbols: DataFile) throws(MDLSTMError)
        -> String
    {
        var text = ""
        for symbol in row.words.dropFirst().map(String.init) {
            guard known.contains(symbol), symbol != "<ctc>" else {
                throw MDLSTMError(
                    .data,
                    "expected symbols of \(symbols.lastComponent), found '\(symbol)' in line \(row.number); add it there, or "
                        + "correct the line")
            }
            text += symbol == "<space>" ? " " : symbol
        }
        return text
    }
}

/// A text file of rows of words with white space between them, without empty rows.
struct TableText {
    struct Row {
        /// From 1.
        let number: Int
        let words: [Substring]

        func lacks(_ id: String, _ path: String) -> MDLSTMError {
            MDLSTMError(
                .data,
                "\(path): expected a picture '\(id)' of its own, found none in line \(number); add it, or remove the line"
            )
        }

        func isSecond(_ id: String, _ path: String) -> MDLSTMError {
            MDLSTMError(
                .data, "\(path): expected every picture once, found '\(id)' again in line \(number); remove the line")
        }
    }

    let rows: [Row]

    init(_ file: DataFile) throws(MDLSTMError) {
        guard let text = String(validating: try readFile(file.path), as: UTF8.self) else {
            throw MDLSTMError(.data, "\(file.path): expected text in UTF-8, found other bytes; save it as UTF-8")
        }
        var rows: [Row] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" }
            if !words.isEmpty { rows.append(Row(number: number + 1, words: words)) }
        }
        self.rows = rows
    }
    /// The lines of a table whose rows begin with the name of a picture.
    ///
    /// - Parameter text: what is written in a row's picture; nil for a row that is none
    static func read(
        _ table: DataFile, _ pictures: NamedPictures, text: (Row) throws(MDLSTMError) -> String?
    ) -> ReadLines {
        var read = ReadLines()
        do throws(MDLSTMError) {
            var seen: Set<String> = []
            for row in try TableText(table).rows {
                let id = String(row.words[0])
                do throws(MDLSTMError) {
                    guard let text = try text(row) else { continue }
                    let line = try LineText(text, name: table.path)
                    guard let picture = pictures.picture(of: id) else { throw row.lacks(id, table.path) }
                    guard seen.insert(picture.name).inserted else { throw row.isSecond(id, table.path) }
                    read.entries.append(LineEntry(name: picture.name, picture: .file(picture), text: line))
                } catch {
                    read.faults.append(DataFault(error, path: table.path, name: "\(table.name)#\(id)", missing: 1))
                }
            }
        } catch {
            read.faults.append(DataFault(error, path: table.path, name: table.name))
        }
        return read
    }
}
