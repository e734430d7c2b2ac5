#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// All bytes of a file.
///
/// Throws `.missingInput` when it does not exist, is a folder or cannot be read, and `.outOfMemory` when it takes too much
/// of the memory that is left: two thirds, a sixth for a pipe or a device, whose content is copied as it grows.
public func readFile(_ path: String) throws(MDLSTMError) -> [UInt8] { try InputFile(path).bytes() }

/// A file that is opened once: read in parts, on several threads at once if need be, if it is a regular one; else from its
/// beginning to its end.
package final class InputFile: Sendable {
    package let path: String

    /// Whether parts can be read, and read again; a pipe is read once.
    package let isRegular: Bool

    /// Size in bytes; of a pipe 0.
    package let count: Int

    private let descriptor: Int32

    /// Opens a file.
    ///
    /// Throws `.missingInput` when it is not there, is a folder or cannot be read.
    package init(_ path: String) throws(MDLSTMError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw MDLSTMError(.missingInput, "expected the path of an input file, found '\(path)'; give a file name")
        }
        let descriptor = opened(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotRead(path, lastError()) }
        var status = stat()
        var failure: String?
        if fstat(descriptor, &status) != 0 {
            failure = lastError()
        } else if status.st_mode & S_IFMT == S_IFDIR {
            failure = "it is a folder"
        }
        if let failure {
            close(descriptor)
            throw cannotRead(path, failure)
        }
        self.path = path
        self.descriptor = descriptor
        isRegular = status.st_mode & S_IFMT == S_IFREG
        count = isRegular ? Int(status.st_size) : 0
    }

    deinit { close(descriptor) }

    /// All bytes; of a pipe those not read yet.
    package func bytes() throws(MDLSTMError) -> [UInt8] {
        let limit = MemoryLimit.tightest
        let most = isRegular ? limit.left / 3 * 2 : limit.left / 6
        func isTooLarge(_ what: String) -> MDLSTMError {
            limit.isExceeded(by: "\(path): has \(what)", fits: "\(most)", advice: "use a smaller file")
        }
        guard count <= most else { throw isTooLarge("\(counted(count, "byte"))") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let place = off_t(bytes.count)
            let count = retrying {
                isRegular ? pread(descriptor, &chunk, chunk.count, place) : readNext(descriptor, &chunk)
            }
            guard count >= 0 else { throw cannotRead(path, lastError()) }
            if count == 0 { return bytes }
            guard count <= most - bytes.count else { throw isTooLarge("more than \(counted(most, "byte"))") }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Fills `target` from byte `offset` on.
    ///
    /// Throws `.missingInput` when reading fails, `.data` when the file ends before.
    package func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(MDLSTMError) {
        let count = readAll(descriptor, into: target, at: offset)
        guard count >= 0 else { throw cannotRead(path, lastError()) }
        guard count == target.count else {
            throw ByteReader.isCutShort(
                path, expected: "\(counted(target.count, "byte"))", at: offset, found: "\(count)")
        }
    }

    /// The bytes of a regular file from `offset` on, at most `most`; fewer where the file ends.
    package func bytes(at offset: Int = 0, most: Int) throws(MDLSTMError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, min(most, count - offset)))
        let read = bytes.withUnsafeMutableBytes { readAll(descriptor, into: $0, at: offset) }
        guard read >= 0 else { throw cannotRead(path, lastError()) }
        return Array(bytes.prefix(read))
    }
}
