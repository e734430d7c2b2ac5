import Foundation
import MDLSTM

/// The checkpoints of a training, numbered files in the folder of its results.
struct CheckpointFolder {
    let path: String

    /// How many stay.
    let keep: Int

    /// What the files' names begin with, before the number of steps.
    let prefix: String

    /// The files, the newest first.
    private func files() throws(MDLSTMError) -> [(step: Int, path: String)] {
        guard let names = fileNames(inFolder: path) else {
            throw MDLSTMError(
                .missingInput,
                "\(path): the folder cannot be read: \(String(cString: strerror(errno))); check the path of --out")
        }
        return names.compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(".safetensors") else { return nil }
            return Int(name.dropFirst(prefix.count).dropLast(12)).map { ($0, path + "/" + name) }
        }.sorted { $0.step > $1.step }
    }

    /// The newest checkpoint that can be read; those that cannot are passed over with a notice. Nil when there is none.
    func newest<Element: Scalar>(
        as type: Element.Type
    ) throws(MDLSTMError) -> (path: String, checkpoint: Checkpoint<Element>)? {
        for file in try files() {
            do {
                return (file.path, try Checkpoint(contentsOf: file.path))
            } catch let error where error.kind == .data {
                printError("note: passed over: \(error.message)")
            }
        }
        return nil
    }

    /// Writes a checkpoint, and removes those before it that are too many. Those of later steps, of a training that went
    /// further, stay.
    ///
    /// - Throws: `MDLSTMError` of kind `cannotWrite`; what was there before is then still there.
    func save<Element: Scalar>(_ checkpoint: Checkpoint<Element>) throws(MDLSTMError) -> String {
        let step = checkpoint.state.stepsTaken
        let digits = String(step)
        let name = prefix + String(repeating: "0", count: max(0, 10 - digits.count)) + digits
        let file = "\(path)/\(name).safetensors"
        do { try checkpoint.write(to: file) } catch { throw MDLSTMError(.cannotWrite, error.message) }
        for old in try files().filter({ $0.step <= step }).dropFirst(keep) {
            unlink(old.path)
        }
        return file
    }
}
