import ArgumentParser
import Foundation

/// The files that a call writes: all of them, or none.
struct OutputSet {
    private var files: [(path: String, write: (String) throws -> Void)] = []

    /// Adds a file that `write` makes; nothing without a path.
    mutating func add(_ path: String?, _ write: @escaping (String) throws -> Void) {
        if let path { files.append((path, write)) }
    }

    /// Writes the files in turn. When one fails, those before it are removed.
    func write() throws {
        var written: [String] = []
        do {
            for (path, write) in files {
                try write(path)
                written.append(path)
            }
        } catch {
            // What is no file of ours (a device, a pipe) stays.
            for path in written where FilePlace(path).isFile { unlink(path) }
            throw error
        }
    }

    /// Refuses to write one file over another of the same call, and to read one pipe for two; /dev/null may be named twice.
    ///
    /// - Parameters:
    ///   - inputs: the files that are read, and what messages call them
    ///   - outputs: the files that are written
    static func requireDistinct(
        inputs: [(name: String, path: String?)], outputs: [(name: String, path: String?)]
    ) throws {
        var taken: [(name: String, place: FilePlace)] = []
        for (name, path) in inputs {
            guard let path else { continue }
            let place = FilePlace(path)
            if !place.isFile, let other = taken.first(where: { $0.place == place }) {
                throw ValidationError("\(name) and \(other.name) are both read from '\(path)', which is read once")
            }
            taken.append((name, place))
        }
        for (name, path) in outputs {
            guard let path else { continue }
            let place = FilePlace(path)
            if place.isNull { continue }
            // A terminal or a socket may be read and written; two outputs in it would be mixed.
            let others = place.isFile ? taken : taken.filter { other in outputs.contains { $0.name == other.name } }
            if let other = others.first(where: { $0.place == place }) {
                throw ValidationError("\(name) would overwrite \(other.name), '\(path)'; give each a file of its own")
            }
            taken.append((name, place))
        }
    }
}
