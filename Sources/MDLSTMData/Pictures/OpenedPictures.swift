import MDLSTM
import MDLSTMImages

/// Pictures of all parts, looked at; the channels that all are read as.
struct OpenedPictures {
    private(set) var sources: [DataPart: CheckedSource] = [:]
    let shape: DataShape
    let channels: Int

    /// By number; none for masks, whose labels decide.
    let classes: [String]

    /// What the channels leave out or make up.
    let remarks: [String]

    init(_ parts: [DataPart: FoundPictures], _ request: DataRequest) {
        let kind = parts.values.first?.kind ?? .classify
        var found = parts
        var names: [String] = []
        if kind == .classify {
            names = request.classes ?? Array(Set(parts.values.flatMap(\.classNames))).sortedByBytes()
            for part in parts.keys { found[part]!.removeClasses(notIn: names) }
        }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var checks: [DataPart: [PictureCheck]] = [:]
        for (part, pictures) in found {
            let entries = evenly(pictures.entries.count, limit: request.limit).map { pictures.entries[$0] }
            found[part]!.entries = entries
            checks[part] = concurrently(entries.count) { PictureCheck(entries[$0], decodes: request.decodesPictures) }
        }
        let headers = checks.values.flatMap { $0.compactMap(\.header) }
        let gray = headers.count { $0.channels < 3 }
        channels = request.channels ?? (gray == headers.count ? 1 : 3)
        var remarks: [String] = []
        if channels >= 3, gray > 0 { remarks.append("\(gray) of them gray") }
        if channels < 3, gray < headers.count { remarks.append("\(headers.count - gray) of them made gray") }
        if channels % 2 == 1, headers.contains(where: \.hasAlpha) { remarks.append("alpha left out") }
        self.remarks = remarks
        var outputs = 0
        for part in DataPart.allCases {
            guard let pictures = found[part], let checks = checks[part] else { continue }
            let samples = PictureSamples(
                entries: pictures.entries, extents: checks.map { [$0.header?.height ?? 0, $0.header?.width ?? 0] },
                reader: PictureReader(channels: channels), classes: numbers)
            var seen = checks.map(\.sample)
            for (index, entry) in pictures.entries.enumerated() {
                switch entry.target {
                case .className(let name): seen[index].labels = [LabelCount(label: numbers[name]!, count: 1, first: 0)]
                case .numbers(let numbers): outputs = numbers.count
                case .mask: break
                }
            }
            sources[part] = CheckedSource(
                source: samples, indices: Array(pictures.entries.indices), checks: seen, faults: pictures.faults)
        }
        classes = names
        shape = DataShape(
            kind: kind, axes: 2, features: channels, outputs: outputs, isAnswerPerSample: kind != .labelSites)
    }
}

extension FoundPictures {
    /// Takes pictures of other classes out, with a fault for each class.
    fileprivate mutating func removeClasses(notIn names: [String]) {
        let known = Set(names)
        var counts: [(name: String, count: Int, first: DataFile)] = []
        entries = entries.filter { entry in
            guard case .className(let name) = entry.target, !known.contains(name) else { return true }
            if let last = counts.lastIndex(where: { $0.name == name }) {
                counts[last].count += 1
            } else {
                counts.append((name, 1, entry.image))
            }
            return false
        }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", .." : "")
        faults += counts.map { name, count, first in
            DataFault(
                first.name, found: "\(counted(count, "picture")) of the class '\(name)'",
                expected: "one of the config's classes \(shown)",
                advice: "name the class in the config's 'classes', or remove the pictures", missing: count)
        }
    }
}
