import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

struct CheckDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-data",
        abstract:
            "Look at a data set as train does: kind, sizes, classes or symbols, and everything that is wrong with it.",
        discussion: """
            Recognised by looking: images/ with masks/ or labels/ (PNG of class numbers, 255 ignored), arrays x, y and lengths
            (.npz, or .npy in a folder), MNIST's P-images-idx3-ubyte[.gz] with its labels beside it, a folder of pictures for
            each class; pictures of lines x.png with their text in x.gt.txt, pages with ALTO or PAGE XML, PyLaia's tables with
            syms.txt, IAM's lines.txt; .txt files of text; pictures alone, whose density is learnt. train/, valid/ and test/
            inside are used as such. Exit code 65 where there is a fault.
            """)

    @Argument(help: "A file or a folder of samples; see above.")
    var data: String?

    @Option(help: "A configuration: its task says the classes and the labels to ignore, its data the channels.")
    var config: String?

    @OptionGroup var options: DataOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if data == nil, options.list == nil { throw ValidationError("give the path of data, or --list") }
    }

    func run() throws {
        var given = GivenConfiguration()
        if let config {
            given = try GivenConfiguration(json: JSONValue(parsing: readFile(config), name: config), name: config)
        }
        func orRefusal<Found>(_ open: () throws -> Found) throws -> Found {
            do { return try open() } catch let error as MDLSTMError where error.kind == .data && json {
                try printResult(refusal(error).serialized())
                throw error
            }
        }
        if let text = try orRefusal({ try openedText(given) }) { return try printText(text) }
        if let images = try orRefusal({ try openedImages(given) }) { return try printImages(images) }
        let opened = try orRefusal {
            var request = try options.request(
                kind: given.kind, ignoredLabels: given.ignoredLabels, classes: given.classes, channels: given.channels)
            request.alphabet = given.taskSettings?.alphabet
            return try OpenedData(data, request)
        }
        printError("data: " + opened.summary)
        if json {
            try printResult(opened.json.serialized())
        } else {
            try printText(opened)
        }
        if let failure = opened.failure { throw failure }
    }

    private func printText(_ opened: OpenedData) throws {
        try printResult("kind: \(opened.shape.kind.rawValue)")
        try printResult(
            "samples: \(opened.count)"
                + (opened.partsWithSamples == [.training]
                    ? ""
                    : " (\(opened.partsWithSamples.map { "\(opened.count($0)) \($0.rawValue)" }.joined(separator: ", ")))")
        )
        if opened.leftOut > 0 { try printResult("with a fault: \(counted(opened.leftOut, "sample"))") }
        if !opened.classCounts.isEmpty {
            let unit = opened.shape.isAnswerPerSample ? "samples" : "sites"
            let total = opened.classCounts.reduce(0, +)
            let rows = zip(opened.classes, opened.classCounts).map { name, count in
                [name.onOneLine, "\(count)", total == 0 ? "" : rounded(Double(count) / Double(total), 3)]
            }
            try printResult(table([["class", unit, "share"]] + rows))
            if opened.ignoredSites > 0 {
                try printResult(
                    "ignored: \(counted(opened.ignoredSites, opened.shape.isAnswerPerSample ? "sample" : "site"))")
            }
        }
        if let alphabet = opened.alphabet {
            let characters = alphabet.symbols.compactMap { Unicode.Scalar($0).map { String($0) } }.joined()
            try printResult("symbols: \(alphabet.symbols.count), \(characters.onOneLine)")
        }
        try tell(opened.faults) { try printResult($0) }
    }

    /// Text; nil where the data are something else.
    private func openedText(_ given: GivenConfiguration) throws -> OpenedText? {
        let task = given.taskSettings
        return try OpenedText(
            data, options.request(kind: given.kind, ignoredLabels: nil, classes: nil, channels: nil),
            unit: task?.unit ?? .characters, alphabet: task?.alphabet)
    }

    private func printText(_ opened: OpenedText) throws {
        printError("data: " + opened.summary)
        if json {
            try printResult(opened.json.serialized())
        } else {
            try printResult("kind: \(opened.shape.kind.rawValue)")
            for part in opened.parts {
                let unknown = opened.unknownSymbols(part)
                try printResult(
                    "\(part.rawValue): \(counted(opened.text(part).count, "symbol"))"
                        + (unknown > 0 ? ", \(unknown) not in the alphabet" : ""))
            }
            try printResult("alphabet: \(opened.alphabet.symbols.count) \(opened.alphabet.unit.rawValue)")
            try tell(opened.faults) { try printResult($0) }
        }
        if let failure = opened.failure { throw failure }
    }

    /// What is printed where the data cannot be opened at all.
    private func refusal(_ error: MDLSTMError) -> JSONValue {
        let path = options.list ?? data ?? ""
        return [
            "kind": .null, "samples": 0, "extents": .null, "channels": .null, "classes": [],
            "faults": [DataFault(error, path: path, name: path).json],
        ]
    }
}

extension OpenedText {
    /// The object of `mdlstm check-data --json`.
    var json: JSONValue {
        var parts: JSONObject = [:]
        for part in self.parts { parts[part.rawValue] = .integer(text(part).count) }
        let count = self.parts.reduce(0) { $0 + text($1).count }
        return [
            "kind": .string(shape.kind.rawValue), "samples": .integer(count), "parts": .object(parts),
            "extents": ["least": [.integer(count)], "most": [.integer(count)]], "channels": 1,
            "outputs": .integer(alphabet.symbols.isEmpty ? 0 : alphabet.count), "classes": [], "symbols": alphabet.json,
            "faults": .array(faults.map(\.json)),
        ]
    }
}

extension OpenedData {
    /// The object of `mdlstm check-data --json`.
    var json: JSONValue {
        func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer($0) }) }
        var parts: JSONObject = [:]
        for part in partsWithSamples { parts[part.rawValue] = .integer(count(part)) }
        return [
            "kind": .string(shape.kind.rawValue), "samples": .integer(count),
            "parts": .object(parts),
            "extents": ["least": list(extents.least), "most": list(extents.most)],
            "channels": .integer(shape.features), "outputs": .integer(shape.outputs),
            "classes": .array(classes.map { .string($0) }), "symbols": alphabet?.json ?? .null,
            "counts": list(classCounts),
            "ignored": .integer(ignoredSites), "leftOut": .integer(leftOut), "faults": .array(faults.map(\.json)),
        ]
    }
}

extension DataFault {
    var json: JSONValue {
        ["file": .string(file), "found": .string(found), "expected": .string(expected), "advice": .string(advice)]
    }
}
