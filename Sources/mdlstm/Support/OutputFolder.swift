import Foundation
import MDLSTM

/// The folder a training writes its results to.
final class OutputFolder {
    private let path: String

    /// Paths of the files written so far.
    private(set) var written: [String] = []

    /// Makes the folder if it is not there.
    init(_ path: String) throws(MDLSTMError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw MDLSTMError(.cannotCreate, "\(path): the folder cannot be made: \(error.localizedDescription)")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw MDLSTMError(.cannotCreate, "\(path): the folder cannot be written to; choose another with --out")
        }
    }

    /// Calls `write` with the path of the file `name` in the folder, and notes it as written.
    func write(_ name: String, _ write: (String) throws(MDLSTMError) -> Void) throws(MDLSTMError) {
        let file = path + "/" + name
        try write(file)
        written.append(file)
    }
}
