import MDLSTM
import MDLSTMImages
import MDLSTMTasks

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

    /// The lines of a page: a text with a line for each, all that is known of them, and a drawing of each where asked for.
    ///
    /// - Returns: the file of the text
    func write(_ lines: [ReadLine], named ids: [String], of number: Int) throws -> String {
        let file = names.file(of: number)
        try writeFile(Array(lines.map { $0.text + "\n" }.joined().utf8), to: file)
        let list = zip(ids, lines).map { id, line in
            var members = line.json
            members["line"] = .string(id)
            return JSONValue.object(members)
        }
        try writeFile(
            Array(JSONValue.object(["lines": .array(list)]).serialized(indented: true).utf8),
            to: names.file(of: number, ending: "json"))
        if let overlays {
            var taken: Set<String> = []
            for (place, (id, line)) in zip(ids, lines).enumerated() {
                var file = overlays.file(of: number, part: id)
                // Ids that differ in what a file's name cannot have.
                if !taken.insert(file).inserted { file = overlays.file(of: number, part: "\(id)-\(place + 1)") }
                try line.drawing().write(to: file)
            }
        }
        return file
    }
}
