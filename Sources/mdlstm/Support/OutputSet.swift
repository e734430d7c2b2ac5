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
            for path in written where Self.isRegularFile(path) { try? FileManager.default.removeItem(atPath: path) }
            throw error
        }
    }

    private static func isRegularFile(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    /// Refuses to write one file over another of the same call; devices such as /dev/null may be named twice.
    ///
    /// - Parameters:
    ///   - inputs: the files that are read, and what messages call them
    ///   - outputs: the files that are written
    static func requireDistinct(
        inputs: [(name: String, path: String?)], outputs: [(name: String, path: String?)]
    ) throws {
        var taken = inputs.compactMap { name, path in path.map { (name: name, place: place(of: $0)) } }
        for (name, path) in outputs {
            guard let path else { continue }
            let place = place(of: path)
            if place.hasPrefix("/dev/") { continue }
            if let other = taken.first(where: { $0.place == place }) {
                throw ValidationError("\(name) would overwrite \(other.name), '\(path)'; give each a file of its own")
            }
            taken.append((name, place))
        }
    }

    /// The same for all names of a file.
    private static func place(of path: String) -> String {
        URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}
