import Foundation
import MDLSTM

/// The files that `--output` names.
enum SampleFiles {
    /// A file as it is; in a folder that is there, `drawn.ENDING`.
    ///
    /// Throws `.cannotCreate` for a folder that is not there.
    static func path(_ output: String, ending: String) throws(MDLSTMError) -> String {
        guard !isFolder(output) else { return (output.hasSuffix("/") ? output : output + "/") + "drawn." + ending }
        guard !output.hasSuffix("/") else {
            throw MDLSTMError(.cannotCreate, "\(output): expected a folder, found none; make it, or name a file")
        }
        return output
    }

    /// Whether it is a device or a pipe, which takes one sample.
    static func isStream(_ output: String) -> Bool {
        let isThere = FileManager.default.fileExists(atPath: output)
        return StandardStream.isOutput(output) || isThere && !isRegular(output) && !isFolder(output)
    }

    /// The path, or of several samples `NAME-0.ENDING`, ..
    static func names(_ path: String, count: Int) -> [String] {
        guard count > 1 else { return [path] }
        let url = URL(filePath: path)
        let (base, ending) = (url.deletingPathExtension().relativePath, url.pathExtension)
        return (0..<count).map { "\(base)-\($0)" + (ending.isEmpty ? "" : "." + ending) }
    }
}
