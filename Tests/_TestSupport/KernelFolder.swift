import Foundation
import MDLSTM
import Testing

/// A copy of the repository's kernels that a test may change.
public struct KernelFolder {
    /// `Kernels/` of the repository.
    public static let original = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Kernels").path

    private let folder: TemporaryFolder

    public var path: String { folder.path }

    public init() throws {
        folder = try TemporaryFolder()
        for name in try Self.names() {
            try FileManager.default.copyItem(atPath: "\(Self.original)/\(name)", toPath: folder.file(name))
        }
    }

    /// Names of the repository's .cl files.
    public static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: original).filter { $0.hasSuffix(".cl") }.sorted()
    }

    /// Replaces text that must be there in a file.
    public func replace(_ old: String, with new: String, in name: String) throws {
        let text = String(decoding: try readFile(folder.file(name)), as: UTF8.self)
        try #require(text.contains(old), "\(name) has no '\(old)'")
        try writeFile(Array(text.replacingOccurrences(of: old, with: new).utf8), to: folder.file(name))
    }
}
