private import Foundation
private import KernelSources
private import MDLSTM

/// The .cl files: those in the binary, or those of a folder in their place.
public enum KernelText {
    /// The folder of `MDLSTM_KERNELS`; nil where the files are those in the binary.
    public static var folder: String? {
        ProcessInfo.processInfo.environment["MDLSTM_KERNELS"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Names of the files that ``folder`` lacks or has with another text than the binary; none without a folder.
    public static var replacedFiles: [String] {
        guard let folder else { return [] }
        return embedded.filter { (try? text(of: $0.name, in: folder)) != $0.text }.map(\.name).sorted()
    }

    /// The text of a file; from `folder` if there is one.
    static func text(of file: String, in folder: String?) throws -> String {
        if let folder { return String(decoding: try readFile(folder + "/" + file), as: UTF8.self) }
        guard let source = embedded.first(where: { $0.name == file }) else {
            preconditionFailure("\(file) is not listed in Kernels/kernel_sources.c")
        }
        return source.text
    }

    private static let embedded: [(name: String, text: String)] = {
        var count = 0
        return UnsafeBufferPointer(start: kernel_sources(&count), count: count).map { source in
            let bytes = UnsafeBufferPointer(start: source.bytes, count: source.count)
            return (String(cString: source.name), String(decoding: bytes, as: UTF8.self))
        }
    }()
}
