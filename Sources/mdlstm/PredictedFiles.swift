import Foundation
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// Files that are answered, by one rank or shared by several.
extension PredictCommand {
    /// Answers files, each on one of the ranks, and prints what is told of them in their order.
    ///
    /// - Parameters:
    ///   - kind: of the task
    ///   - line: what is printed of a file without `--json`
    ///   - answer: answers a file by its number; the members that are told of it
    func answer(
        _ files: [String], as kind: TaskKind, line: (JSONValue) -> String, _ answer: (Int) throws -> JSONObject
    ) throws {
        let progress = ProgressLine()
        var list: [JSONValue] = []
        try Ranks.exchange.share(files.count) { index in
            progress.show(fraction: Double(index) / Double(files.count), files[index])
            return .object(try answer(index))
        } take: { _, members in
            list.append(members)
            guard !json else { return }
            progress.clear()
            try printResult(line(members))
        }
        progress.clear()
        guard json else { return }
        try printResult(
            JSONValue.object(["task": .string(kind.rawValue), "predictions": .array(list)]).serialized())
    }

    /// The files to answer; of folders .npy arrays only where `arrays` says so.
    func files(arrays: Bool = true) throws -> [String] {
        let endings = ["png", "jpg", "jpeg"] + (arrays ? ["npy"] : [])
        return try files(expecting: "pictures\(arrays ? " or .npy arrays" : "")") { endings.contains(ending(of: $0)) }
    }

    /// Pictures of lines, and XML of pages; of a folder with some the XML alone, since its pictures are those of pages.
    func lineFiles() throws -> [String] {
        let files = try files(expecting: "pictures of lines or XML of pages") { path in
            PageToRead.isPage(path) || ["png", "jpg", "jpeg"].contains(ending(of: path))
        }
        func folder(_ path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }
        let pages = Set(files.filter { ending(of: $0) == "xml" }.map(folder))
        return files.filter { inputs.contains($0) || ending(of: $0) == "xml" || !pages.contains(folder($0)) }
    }

    /// The files that were named, and of folders those that are taken, sorted.
    private func files(expecting expected: String, _ isTaken: (String) -> Bool) throws -> [String] {
        let files = try inputs.flatMap { path in
            guard isFolder(path) else { return [path] }
            let names = try namesOfOthers(inFolder: path).filter { !$0.hasPrefix(".") && isTaken(path + "/" + $0) }
            return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map { path + "/" + $0 }
        }
        guard !files.isEmpty else {
            throw MDLSTMError(.data, "\(inputs.joined(separator: ", ")): expected \(expected), found none")
        }
        return files
    }

    private func ending(of path: String) -> String { URL(filePath: path).pathExtension.lowercased() }
}

/// Refuses files that cannot be read, all of them named.
func requireAll(_ files: [String], _ read: (String) throws -> Void) throws {
    var faults: [MDLSTMError] = []
    for file in files {
        do { try read(file) } catch let error as MDLSTMError { faults.append(error) }
    }
    guard let first = faults.first else { return }
    guard faults.count > 1 else { throw first }
    for fault in faults.prefix(20) { printError(fault.message) }
    let others = faults.count > 20 ? ", the first 20 shown" : ""
    throw MDLSTMError(
        first.kind,
        "\(counted(faults.count, "file")) cannot be answered\(others); mend them or leave them out: nothing was written"
    )
}
