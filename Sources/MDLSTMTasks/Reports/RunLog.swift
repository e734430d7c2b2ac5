public import MDLSTM

/// The figures of a training, epoch by epoch, in two files of its folder: metrics.jsonl, a JSON object a line, and
/// metrics.csv, the same numbers in columns.
public final class RunLog {
    public static let fileNames = ["metrics.jsonl", "metrics.csv"]

    /// The epochs so far, in order.
    public private(set) var records: [EpochRecord] = []

    /// What an evaluation says, by the names of the columns.
    private let figures: [String]
    private let files: [AppendedFile]

    /// Begins or goes on with the log of a folder.
    ///
    /// - Parameters:
    ///   - folder: which is there; files of another run are written over when the log begins
    ///   - figures: the numbers of an evaluation that have columns
    ///   - epoch: the next epoch of a training that goes on: lines from there on are cut off, as are the remains of a line
    ///     that was being written when the training was killed; nil to begin
    /// - Throws: `MDLSTMError` of kind `data` for a file that is no such log, `missingInput` for one that cannot be read,
    ///   `cannotCreate` and `cannotWrite`.
    public init(in folder: String, figures: [String], continuingAt epoch: Int? = nil) throws(MDLSTMError) {
        self.figures = figures
        let paths = Self.fileNames.map { "\(folder)/\($0)" }
        var kept = ""
        if let epoch, fileExists(paths[0]) {
            for (line, record) in try Self.lines(of: paths[0]) where record.epoch < epoch {
                kept += line + "\n"
                records.append(record)
            }
        }
        let header = Self.columns + figures.map { "validation.\($0)" }
        let table = ([header] + records.map { Self.cells($0, figures) }).map(Self.row).joined()
        try writeFile(Array(kept.utf8), to: paths[0])
        try writeFile(Array(table.utf8), to: paths[1])
        files = [try AppendedFile(paths[0]), try AppendedFile(paths[1])]
    }

    /// Whether a run has left a log in a folder.
    public static func exists(in folder: String) -> Bool { fileNames.contains { fileExists("\(folder)/\($0)") } }

    /// The epochs in the metrics.jsonl of a folder.
    ///
    /// - Throws: `MDLSTMError` of kind `data` naming the line that is wrong, `missingInput` for a file that cannot be read.
    public static func records(in folder: String) throws(MDLSTMError) -> [EpochRecord] {
        try lines(of: "\(folder)/\(fileNames[0])").map(\.record)
    }

    /// Notes an epoch; when this returns, its lines are on the disk.
    ///
    /// - Throws: `MDLSTMError` of kind `cannotWrite`.
    /// - Precondition: the epoch comes after those before it.
    public func append(_ record: EpochRecord) throws(MDLSTMError) {
        precondition(record.epoch > records.last?.epoch ?? 0, "epochs are noted in order")
        try files[0].append(Array((record.json.serialized() + "\n").utf8))
        try files[1].append(Array(Self.row(Self.cells(record, figures)).utf8))
        records.append(record)
    }

    private static let columns = ["epoch", "step", "seconds", "learningRate", "trainLoss"]

    /// A number that does not exist is an empty cell.
    private static func cells(_ record: EpochRecord, _ figures: [String]) -> [String] {
        let numbers =
            [record.seconds, record.learningRate, record.trainLoss] + figures.map { record.figure($0) ?? .nan }
        return ["\(record.epoch)", "\(record.step)"] + numbers.map { $0.isFinite ? "\($0)" : "" }
    }

    private static func row(_ cells: [String]) -> String { cells.joined(separator: ",") + "\n" }

    /// The lines of a file, each as it stands and as it reads.
    private static func lines(of path: String) throws(MDLSTMError) -> [(line: String, record: EpochRecord)] {
        var lines: [(line: String, record: EpochRecord)] = []
        let bytes = try readFile(path)
        let texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What stands behind the last line break was not written to its end.
        for (index, text) in texts.dropLast().enumerated() {
            let name = "\(path), line \(index + 1)"
            let record = try EpochRecord(json: try JSONValue(parsing: text, name: name), name: name)
            guard record.epoch > lines.last?.record.epoch ?? 0 else {
                throw MDLSTMError(
                    .data, "\(name): expected an epoch after \(lines.last?.record.epoch ?? 0), found \(record.epoch)")
            }
            lines.append((String(decoding: text, as: UTF8.self), record))
        }
        return lines
    }
}
