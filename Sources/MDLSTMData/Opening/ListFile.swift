import Foundation
import MDLSTM

/// A list of samples: a path a line, TAB, target. Paths are relative to the list.
enum ListFile {
    /// The samples of a list: masks where every target is a PNG; numbers where all are, and one has a point or there are
    /// several of them; else names of classes.
    ///
    /// - Throws: `MDLSTMError` naming the line.
    static func pictures(_ path: String, kind: TaskKind?) throws(MDLSTMError) -> FoundPictures {
        guard let text = String(validating: try readFile(path), as: UTF8.self) else {
            throw MDLSTMError(.data, "\(path): expected text in UTF-8, found other bytes; save the list as UTF-8")
        }
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        func file(_ name: String) -> DataFile {
            DataFile(path: name.hasPrefix("/") ? name : folder + (folder.hasSuffix("/") ? "" : "/") + name, name: name)
        }
        var lines: [(image: DataFile, target: String)] = []
        var seen: Set<String> = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line =
                number == 0 && line.unicodeScalars.first == "\u{FEFF}"
                ? Substring(line.unicodeScalars.dropFirst()) : line
            if line.allSatisfy(\.isWhitespace) { continue }
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let target = parts.count == 2 ? parts[1].trimmed(" ") : ""
            guard parts.count == 2, !parts[0].isEmpty, !target.isEmpty else {
                throw MDLSTMError(
                    .data,
                    "\(path): expected a path, TAB and a target in line \(number + 1), found '\(line)'; write it so")
            }
            guard seen.insert(parts[0]).inserted else {
                throw MDLSTMError(
                    .data,
                    "\(path): expected every picture once, found \(parts[0]) again in line \(number + 1); remove the line"
                )
            }
            lines.append((file(parts[0]), target))
        }
        guard !lines.isEmpty else {
            throw MDLSTMError(.data, "\(path): expected a path, TAB and a target a line, found no line; write some")
        }
        let numbers = lines.map { Self.numbers($0.target) }
        let areNumbers = numbers.allSatisfy { $0 != nil && $0!.count == numbers[0]!.count }
        let areMasks = lines.allSatisfy { DataFile(path: "", name: $0.target).ending == "png" }
        let areReal = areNumbers && (numbers[0]!.count > 1 || lines.contains { Int($0.target) == nil })
        let found = kind ?? (areMasks ? .labelSites : areReal ? .regress : .classify)
        if found == .regress, !areNumbers {
            let wrong = numbers.firstIndex { $0 == nil || $0!.count != numbers[0]?.count } ?? 0
            throw MDLSTMError(
                .data,
                "\(path): expected as many numbers for every picture, found '\(lines[wrong].target)' for \(lines[wrong].image.name); "
                    + "write numbers with spaces between them")
        }
        if kind == nil, found == .classify, lines.count >= 20, Set(lines.map(\.target)).count == lines.count {
            throw MDLSTMError(
                .data,
                "\(path): found another target for every picture, which is text to transcribe; that is not built yet, expected "
                    + "classes: give --kind classify if they are")
        }
        return FoundPictures(
            kind: found,
            entries: zip(lines, numbers).map { line, numbers in
                let target: PictureEntry.Target =
                    switch found {
                    case .labelSites: .mask(file(line.target))
                    case .classify: .className(line.target)
                    case .regress: .numbers(numbers!)
                    }
                return PictureEntry(image: line.image, target: target)
            })
    }

    /// Finite numbers with spaces, TABs or commas between them.
    private static func numbers(_ text: String) -> [Double]? {
        let parts = text.split { $0.isWhitespace || $0 == "," }
        let numbers = parts.compactMap { Double($0) }.filter(\.isFinite)
        return !parts.isEmpty && numbers.count == parts.count ? numbers : nil
    }
}
