import Foundation
public import MDLSTM
public import MDLSTMImages

/// Writes figures and pictures of a training for TensorBoard: one event file for each start, which TensorBoard joins to one
/// run.
///
/// Events as in tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto, each a TFRecord.
public final class TensorBoardWriter {
    /// The file.
    public let path: String
    private let file: AppendedFile
    private let now: () -> Double

    /// Begins a file in a folder that is there; what an earlier start has written of steps after `step` counts no more.
    ///
    /// - Parameters:
    ///   - folder: which is there
    ///   - step: the last step whose events stand; nil for none, at the beginning of a training
    ///   - now: seconds since 1970; the system's unless given
    /// - Throws: `MDLSTMError` of kind `cannotCreate` or `cannotWrite`.
    public init(
        in folder: String, continuingAfter step: Int? = nil,
        now: (() -> Double)? = nil
    ) throws(MDLSTMError) {
        let now = now ?? { Date().timeIntervalSince1970 }
        self.now = now
        // Files are read in the order of their names, so that a later one needs a later second.
        let earlier = Self.files(in: folder).compactMap(Self.seconds).max() ?? -1
        let seconds = String(max(Int(now()), earlier + 1))
        let padding = String(repeating: "0", count: max(0, 10 - seconds.count))
        path = "\(folder)/\(Self.prefix)\(padding)\(seconds).\(Self.host).\(getpid()).0"
        file = try AppendedFile(path)
        var version = ProtocolMessage()
        version.add(Field.wallTime, now())
        version.add(Field.fileVersion, "brain.Event:2")
        // Tells readers to leave out the events of earlier files from this step on; of the first start they only take note.
        var session = ProtocolMessage()
        session.add(Field.status, 1)
        var start = ProtocolMessage()
        start.add(Field.wallTime, now())
        start.add(Field.step, step.map { $0 + 1 } ?? 0)
        start.add(Field.sessionLog, session)
        try file.append(tfRecord(version.bytes) + tfRecord(start.bytes))
    }

    /// Paths of the event files in a folder, in the order in which they are read.
    public static func files(in folder: String) -> [String] {
        let names = fileNames(inFolder: folder) ?? []
        return names.filter { $0.hasPrefix(prefix) }.sorted().map { "\(folder)/\($0)" }
    }

    /// Writes numbers and pictures of a step; when this returns, they are on the disk.
    ///
    /// - Parameters:
    ///   - step: of the training
    ///   - scalars: by tag; the part of a tag before a slash is a section of the page
    ///   - images: by tag
    /// - Throws: `MDLSTMError` of kind `cannotWrite`, and `data` for an image that is too large for PNG.
    public func append(
        step: Int, scalars: [(tag: String, value: Double)] = [], images: [(tag: String, image: Image)] = []
    ) throws(MDLSTMError) {
        var summary = ProtocolMessage()
        for (tag, value) in scalars {
            var entry = ProtocolMessage()
            entry.add(Field.tag, tag)
            entry.add(Field.simpleValue, Float(value))
            summary.add(Field.value, entry)
        }
        for (tag, image) in images {
            var picture = ProtocolMessage()
            picture.add(Field.height, image.height)
            picture.add(Field.width, image.width)
            picture.add(Field.colorspace, image.channels)
            picture.add(Field.encodedImage, try image.pngData())
            var entry = ProtocolMessage()
            entry.add(Field.tag, tag)
            entry.add(Field.image, picture)
            summary.add(Field.value, entry)
        }
        var event = ProtocolMessage()
        event.add(Field.wallTime, now())
        event.add(Field.step, step)
        event.add(Field.summary, summary)
        try file.append(tfRecord(event.bytes))
    }

    /// Writes an epoch: `train/loss`, `train/learningRate`, `train/epoch`, and `validation/..` for each figure.
    ///
    /// - Parameters:
    ///   - record: of the epoch
    ///   - figures: the numbers of the evaluation to write
    ///   - images: by tag
    public func append(
        _ record: EpochRecord, figures: [String], images: [(tag: String, image: Image)] = []
    ) throws(MDLSTMError) {
        try append(
            step: record.step,
            scalars: [
                ("train/loss", record.trainLoss), ("train/learningRate", record.learningRate),
                ("train/epoch", Double(record.epoch)),
            ] + figures.compactMap { name in record.figure(name).map { ("validation/\(name)", $0) } }, images: images)
    }

    /// Numbers of the fields.
    private enum Field {
        // Event
        static let wallTime: UInt64 = 1, step: UInt64 = 2, fileVersion: UInt64 = 3, summary: UInt64 = 5
        static let sessionLog: UInt64 = 7
        // SessionLog
        static let status: UInt64 = 1
        // Summary
        static let value: UInt64 = 1
        // Summary.Value
        static let tag: UInt64 = 1, simpleValue: UInt64 = 2, image: UInt64 = 4
        // Summary.Image; a colorspace is the number of channels.
        static let height: UInt64 = 1, width: UInt64 = 2, colorspace: UInt64 = 3, encodedImage: UInt64 = 4
    }

    private static let prefix = "events.out.tfevents."

    /// The second in the name of an event file.
    private static func seconds(of path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        return name.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "host" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "host" : text.replacing("/", with: "-")
    }
}
