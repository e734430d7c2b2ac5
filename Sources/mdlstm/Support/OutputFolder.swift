import Foundation
import MDLSTM

/// The folder a training writes its results to.
final class OutputFolder {
    private let path: String

    /// Paths of the files written so far.
    private(set) var written: [String] = []

    /// Makes the folder if it is not there, and removes what killed processes left half written in it.
    init(_ path: String) throws(MDLSTMError) {
        self.path = path
        if let reason = Self.make(path) {
            throw MDLSTMError(
                .cannotCreate,
                "\(path): the folder cannot be made: \(reason); choose another, or make its parent writable")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw MDLSTMError(.cannotCreate, "\(path): the folder cannot be written to; choose another with --out")
        }
        UnfinishedFiles.removeRemains(inFolder: path.hasSuffix("/") ? path : path + "/")
    }

    /// Makes a folder and those around it; why that failed in words, nil if it did not.
    private static func make(_ path: String) -> String? {
        var status = stat()
        if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR ? nil : "it is a file" }
        guard errno == ENOENT, !path.isEmpty else {
            return path.isEmpty ? "it has no name" : String(cString: strerror(errno))
        }
        let trimmed = path.utf8.last == UInt8(ascii: "/") ? String(path.dropLast()) : path
        if let slash = trimmed.lastIndex(of: "/"), slash != trimmed.startIndex,
            let reason = make(String(trimmed[..<slash]))
        {
            return reason
        }
        return mkdir(trimmed, 0o777) == 0 || errno == EEXIST ? nil : String(cString: strerror(errno))
    }

    /// Calls `write` with the path of the file `name` in the folder, and notes it as written.
    func write(_ name: String, _ write: (String) throws(MDLSTMError) -> Void) throws(MDLSTMError) {
        let file = path + "/" + name
        try write(file)
        written.append(file)
    }
}
