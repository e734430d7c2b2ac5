import Foundation

/// A folder for the files of one test, removed with its owner.
public final class TemporaryFolder: Sendable {
    public let path = NSTemporaryDirectory() + "mdlstm-tests-\(UUID().uuidString)"

    public init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Path of a file in the folder.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Names of everything in the folder, sorted.
    public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
