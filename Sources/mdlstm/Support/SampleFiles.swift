import Foundation

/// The files that `--output` names.
enum SampleFiles {
    /// A file as it is; in a folder that is there, `sample.ENDING`.
    static func path(_ output: String, ending: String) -> String {
        isFolder(output) ? (output.hasSuffix("/") ? output : output + "/") + "sample." + ending : output
    }

    /// The path, or of several samples `NAME-0.ENDING`, ..
    static func names(_ path: String, count: Int) -> [String] {
        guard count > 1 else { return [path] }
        let url = URL(filePath: path)
        let (base, ending) = (url.deletingPathExtension().relativePath, url.pathExtension)
        return (0..<count).map { "\(base)-\($0)" + (ending.isEmpty ? "" : "." + ending) }
    }
}
