import Foundation
import MDLSTM

/// A list of samples: a path a line, TAB, target. Paths are relative to the list.
enum ListFile {
    /// The samples of a list: texts where they are to be transcribed; masks where every target is a PNG; numbers where all
    /// are, and one has a point or there are several of them; else names of classes. Lines that are none are among the faults.
    ///
    /// - Throws: `MDLSTMError` where it cannot be read, has no line, or one target for each picture.
    static func found(_ path: String, kind: TaskKind?) throws(MDLSTMError) -> FoundData {
        guard let text = String(validating: try readFile(path), as: UTF8.self) else {
            throw MDLSTMError(.data, "\(path): expected text in UTF-8, found other bytes; save the list as UTF-8")
        }
        let url = URL(filePath: path)
        let folder = url.deletingLastPathComponent().path(percentEncoded: false)
        func file(_ name: String) -> DataFile {
            DataFile(path: name.hasPrefix("/") ? name : folder + (folder.hasSuffix("/") ? "" : "/") + name, name: name)
        }
        var (lines, faults) = Self.lines(text, list: url.lastPathComponent)
        guard !lines.isEmpty || !faults.isEmpty else {
            throw MDLSTMError(.data, "\(path): expected a path, TAB and a target a line, found no line; write some")
        }
        if kind == .transcribe {
            return .lines([.training: .listed(Self.texts(lines, faults, list: url.lastPathComponent, file))])
        }
        let areMasks = !lines.isEmpty && lines.allSatisfy { DataFile(path: "", name: $0.target).ending == "png" }
        let numbers = lines.map { Self.numbers($0.target) }
        let count = Self.usual(numbers.compactMap { $0?.count })
        let areNumbers = numbers.allSatisfy { $0?.count == count }
        let areReal = areNumbers && (count > 1 || lines.contains { Int($0.target) == nil })
        guard kind != .nextSymbol, kind != .density else {
            throw MDLSTMError(
                .data,
                "\(path): a list names pictures and what they show; give \(kind == .density ? "pictures alone" : "text as .txt files") "
                    + "in a folder")
        }
        let found = kind ?? (areMasks ? .labelSites : areReal ? .regress : .classify)
        if found == .regress {
            for (line, own) in zip(lines, numbers) where own?.count != count {
                faults.append(
                    DataFault(
                        url.lastPathComponent, found: "'\(line.target)' for \(line.image)",
                        expected: "\(counted(count, "number")) with spaces between them",
                        advice: "write as many for every picture", missing: 1))
            }
            lines.removeAll { Self.numbers($0.target)?.count != count }
        }
        if kind == nil, found == .classify, lines.count >= 20, Set(lines.map(\.target)).count == lines.count {
            throw MDLSTMError(
                .data,
                "\(path): expected classes, found another target for every picture; give --kind transcribe if they are the texts "
                    + "of lines, --kind classify if they are classes")
        }
        let pictures = FoundPictures(
            kind: found,
            entries: lines.map { line in
                let target: PictureEntry.Target =
                    switch found {
                    case .labelSites: .mask(file(line.target))
                    case .classify, .nextSymbol, .transcribe, .density: .className(line.target)
                    case .regress: .numbers(Self.numbers(line.target) ?? [])
                    }
                return PictureEntry(image: file(line.image), target: target)
            }, faults: faults)
        return .pictures([.training: pictures])
    }

    /// Targets as the texts of lines.
    private static func texts(
        _ lines: [(image: String, target: String)], _ faults: [DataFault], list: String, _ file: (String) -> DataFile
    ) -> ReadLines {
        var read = ReadLines(faults: faults)
        for line in lines {
            do throws(MDLSTMError) {
                let text = try LineText(line.target, name: list)
                read.entries.append(LineEntry(name: line.image, picture: .file(file(line.image)), text: text))
            } catch {
                read.faults.append(DataFault(error, path: list, name: "\(list)#\(line.image)", missing: 1))
            }
        }
        return read
    }

    /// The lines of a list but for empty ones, and what is wrong with others.
    private static func lines(
        _ text: String, list: String
    ) -> (lines: [(image: String, target: String)], faults: [DataFault]) {
        var lines: [(image: String, target: String)] = []
        var faults: [DataFault] = []
        var seen: Set<String> = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line =
                number == 0 && line.unicodeScalars.first == "\u{FEFF}"
                ? Substring(line.unicodeScalars.dropFirst()) : line
            if line.allSatisfy(\.isWhitespace) { continue }
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let target = parts.count == 2 ? parts[1].trimmed(" ") : ""
            if parts[0].isEmpty || target.isEmpty {
                faults.append(
                    DataFault(
                        list, found: "'\(line)' in line \(number + 1)", expected: "a path, TAB and a target",
                        advice: "write it so, or remove the line", missing: 1))
            } else if !seen.insert(parts[0]).inserted {
                faults.append(
                    DataFault(
                        list, found: "\(parts[0]) again in line \(number + 1)", expected: "every picture once",
                        advice: "remove the line", missing: 1))
            } else {
                lines.append((parts[0], target))
            }
        }
        return (lines, faults)
    }

    /// The number that occurs most often, of several the largest; 1 where there is none.
    private static func usual(_ counts: [Int]) -> Int {
        let frequencies = Dictionary(counts.map { ($0, 1) }, uniquingKeysWith: +)
        return frequencies.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 1
    }

    /// Finite numbers with spaces, TABs or commas between them.
    private static func numbers(_ text: String) -> [Double]? {
        let parts = text.split { $0.isWhitespace || $0 == "," }
        let numbers = parts.compactMap { Double($0) }.filter(\.isFinite)
        return !parts.isEmpty && numbers.count == parts.count ? numbers : nil
    }
}
