import MDLSTM
import MDLSTMImages

/// Lines of all parts, looked at, with the alphabet of their texts.
struct OpenedLines {
    private(set) var sources: [DataPart: CheckedSource] = [:]
    private(set) var texts: [DataPart: [String]] = [:]
    let alphabet: Alphabet

    /// What is made of pictures that are not gray.
    let remarks: [String]

    var shape: DataShape {
        DataShape(kind: .transcribe, axes: 2, features: 1, outputs: alphabet.count, isAnswerPerSample: true)
    }

    init(_ parts: [DataPart: FoundLines], _ request: DataRequest) throws(MDLSTMError) {
        let read = parts.mapValues { $0.read() }
        let learnt = read[.training] ?? read[.validation] ?? read[.test]
        let symbols = Set(learnt?.entries.flatMap { $0.text.scalars } ?? [])
        // Of nothing but faults there is no alphabet.
        if let given = request.alphabet {
            alphabet = given
        } else {
            alphabet = try Alphabet(.characters, symbols: symbols.isEmpty ? [32] : symbols)
        }
        let classes = Dictionary(uniqueKeysWithValues: alphabet.symbols.enumerated().map { ($1, Int32($0 + 1)) })
        var (colour, alpha) = (0, false)
        for part in DataPart.allCases {
            guard let lines = read[part] else { continue }
            let entries = evenly(lines.entries.count, limit: request.limit).map { lines.entries[$0] }
            let cut = CutLines(entries, height: request.lineHeight)
            let (checks, faults) = LineCheck.all(entries, cut, decodes: request.decodesPictures)
            colour += checks.count { $0.channels > 2 }
            alpha = alpha || checks.contains { $0.channels > 0 && $0.channels % 2 == 0 }
            var unknown = UnknownCharacters()
            var known: [Int] = []
            for (index, entry) in entries.enumerated() {
                if !checks[index].isOfBrokenPage, unknown.count(entry, in: classes) { known.append(index) }
            }
            sources[part] = CheckedSource(
                source: LineSamples(
                    entries: entries, extents: checks.map(\.extents),
                    classes: entries.map { $0.text.scalars.map { classes[$0] ?? Int32(Alphabet.unknown) } }, lines: cut),
                indices: known, checks: known.map { SampleCheck(faults: checks[$0].faults) },
                faults: lines.faults + faults + unknown.faults(alphabet, isGiven: request.alphabet != nil))
            texts[part] = entries.map(\.text.string)
        }
        var remarks: [String] = []
        if colour > 0 { remarks.append("\(colour) of them made gray") }
        if alpha { remarks.append("alpha left out") }
        self.remarks = remarks
    }
}

/// Characters of a part's texts that the alphabet does not have.
private struct UnknownCharacters {
    private struct Found {
        let first: String
        var lines = 0, count = 0

        /// Lines left out for it: those that have no other before it.
        var missing = 0
    }

    private var found: [UInt32: Found] = [:]

    /// Counts those of a line; whether it has none.
    mutating func count(_ entry: LineEntry, in classes: [UInt32: Int32]) -> Bool {
        let unknown = entry.text.scalars.filter { classes[$0] == nil }
        guard let first = unknown.first else { return true }
        for scalar in unknown { found[scalar, default: Found(first: entry.name)].count += 1 }
        for scalar in Set(unknown) { found[scalar]!.lines += 1 }
        found[first]!.missing += 1
        return false
    }

    /// A fault for each, the most frequent first.
    func faults(_ alphabet: Alphabet, isGiven: Bool) -> [DataFault] {
        let whose = isGiven ? "of the model" : "of the texts to train with"
        return found.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { scalar, found in
            let code = String(scalar, radix: 16, uppercase: true)
            let character = Unicode.Scalar(scalar).map { String($0) } ?? ""
            return DataFault(
                found.first,
                found: "'\(character)' (U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)), "
                    + (found.lines == 1 ? "in this line" : "first of \(found.lines) lines that have it"),
                expected: "the \(counted(alphabet.symbols.count, "character")) \(whose)",
                advice: isGiven
                    ? "correct the text, or train on lines that have the character"
                    : "correct the text, or move lines that have the character to those to train with",
                missing: found.missing)
        }
    }
}

/// What was seen of a line.
private struct LineCheck: Sendable {
    /// None where the picture cannot be read.
    var extents = [0, 0]

    /// Of the picture, of a page's too; 0 where it cannot be read.
    var channels = 0
    var faults: [DataFault] = []

    /// Whether its page cannot be read, which is told of the page and not of its lines.
    var isOfBrokenPage = false

    /// Looks at all lines, at those of a page together.
    static func all(
        _ entries: [LineEntry], _ cut: CutLines, decodes: Bool
    ) -> (checks: [LineCheck], ofPages: [DataFault]) {
        let pages = cut.pages
        let groups = pages.map { cut.lines(of: $0) }
        let alone = entries.indices.filter { if case .file = entries[$0].picture { true } else { false } }
        var checks = Array(repeating: LineCheck(), count: entries.count)
        let seen = concurrently(pages.count) { number in
            let file = entries[groups[number][0]].file
            return LineCheck(file, decodes ? { () throws(MDLSTMError) in try cut.read(file.path) } : nil)
        }
        var faults: [DataFault] = []
        for (number, page) in seen.enumerated() {
            let extents = cut.extents(of: pages[number])
            if let fault = page.faults.first { faults.append(fault.with(missing: groups[number].count)) }
            for index in groups[number] {
                checks[index].isOfBrokenPage = !page.faults.isEmpty
                (checks[index].extents, checks[index].channels) = (extents[index] ?? [0, 0], page.channels)
            }
        }
        let files = concurrently(alone.count) { number in
            let file = entries[alone[number]].file
            return LineCheck(file, decodes ? { () throws(MDLSTMError) in try PictureCheck.decode(file.path) } : nil)
        }
        for (index, check) in zip(alone, files) { checks[index] = check }
        return (checks, faults)
    }

    private init() {}

    private init(_ file: DataFile, _ decode: (() throws(MDLSTMError) -> Void)?) {
        do throws(MDLSTMError) {
            let header = try ImageHeader(contentsOf: file.path)
            try decode?()
            (extents, channels) = ([header.height, header.width], header.channels)
        } catch {
            faults.append(DataFault(error, path: file.path, name: file.name))
        }
    }
}

extension LineText {
    /// Its characters, as an alphabet has them.
    var scalars: [UInt32] { string.unicodeScalars.map(\.value) }
}
