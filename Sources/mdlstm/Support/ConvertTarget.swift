import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMArchives

/// The file that `convert` writes; its name decides the format.
struct ConvertTarget {
    private let path: String

    init(_ path: String) { self.path = path }

    private var ending: String { URL(filePath: path).pathExtension.lowercased() }

    /// Refuses names of files that are not written, with what makes them.
    func validate(for format: TargetFormat) throws {
        switch ending {
        case "safetensors": break
        case "npz" where format == .pytorch: break
        case "npz":
            throw ValidationError(
                "a layer is written as .safetensors, which has its configuration; .npz goes with --to pytorch, found "
                    + "'\(path)'")
        case "pt", "pth", "bin", "ckpt":
            throw ValidationError(
                "the output must end in .safetensors or .npz, found '\(path)'; write \(other("safetensors")), and in "
                    + "Python: torch.save(safetensors.torch.load_file(\"\(other("safetensors"))\"), \"\(path)\")")
        // What is there already as a device or a pipe has no name to go by.
        default:
            guard path.hasPrefix("/dev/") else {
                throw ValidationError(
                    "the output must end in .safetensors, or in .npz with --to pytorch, found '\(path)'")
            }
        }
    }

    private func other(_ ending: String) -> String {
        URL(filePath: path).deletingPathExtension().lastPathComponent + "." + ending
    }

    /// Writes tensors whole or not at all.
    func write(_ tensors: TensorFile) throws(MDLSTMError) {
        if ending == "npz" {
            try NumpyArchive.write(tensors, to: path)
        } else {
            try tensors.write(to: path)
        }
    }
}
