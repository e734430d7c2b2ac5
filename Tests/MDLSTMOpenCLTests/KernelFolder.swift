import Foundation
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// A copy of the repository's kernels that a test may change.
struct KernelFolder {
    /// `Kernels/` of the repository.
    static let original = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Kernels").path

    private let folder: TemporaryFolder

    var path: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        for name in try Self.names() {
            try FileManager.default.copyItem(atPath: "\(Self.original)/\(name)", toPath: folder.file(name))
        }
    }

    /// Names of the repository's .cl files.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: original).filter { $0.hasSuffix(".cl") }.sorted()
    }

    /// Replaces text that must be there in a file.
    func replace(_ old: String, with new: String, in name: String) throws {
        let text = String(decoding: try readFile(folder.file(name)), as: UTF8.self)
        try #require(text.contains(old), "\(name) has no '\(old)'")
        try writeFile(Array(text.replacingOccurrences(of: old, with: new).utf8), to: folder.file(name))
    }

    /// A trainer of a case whose kernels come from this folder.
    func makeTrainer<T: Scalar>(
        _ model: ModelCase, path: ComputePath, as type: T.Type = T.self
    ) throws -> OpenCLTrainer<T> {
        let library = KernelLibrary(context: try Context(device: Device.select(nil)), folder: self.path)
        return try OpenCLTrainer(
            model: model.model, parameters: model.parameters(), training: model.training, library: library, path: path)
    }
}

extension ModelCase {
    /// A case by the beginning of its name.
    static func named(_ name: String) throws -> ModelCase {
        try #require(all.first { $0.name.hasPrefix(name) }, "no case '\(name)'")
    }
}
