#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// All bytes of a file.
///
/// Throws `.missingInput` when it does not exist, is a folder or cannot be read, and `.data` when it is larger than
/// half of this machine's memory (an eighth for a pipe or a device, whose content is copied as it grows).
public func readFile(_ path: String) throws(MDLSTMError) -> [UInt8] {
    let (descriptor, status) = try openForReading(path)
    defer { close(descriptor) }
    let size = Int(status.st_size)
    let most = physicalMemory / (status.st_mode & S_IFMT == S_IFREG ? 2 : 8)
    guard size <= most else { throw isTooLarge(path, most: most, found: "\(size)") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = retrying { read(descriptor, &chunk, chunk.count) }
        guard count >= 0 else { throw cannotRead(path, lastError()) }
        if count == 0 { return bytes }
        guard count <= most - bytes.count else { throw isTooLarge(path, most: most, found: "more") }
        bytes.append(contentsOf: chunk[..<count])
    }
}

private func isTooLarge(_ path: String, most: Int, found: String) -> MDLSTMError {
    MDLSTMError(
        .data,
        "\(path): expected at most \(most) bytes, which the memory of this machine allows for, found \(found); use a "
            + "smaller file")
}

/// A regular file, read in parts; on several threads at once if need be.
package final class InputFile: Sendable {
    package let path: String

    /// Size in bytes.
    package let count: Int

    private let descriptor: Int32

    /// Opens a file; nil for one that is not regular, such as a pipe, which is left alone.
    ///
    /// Throws `.missingInput` when it is not there, is a folder or cannot be read.
    package init?(_ path: String) throws(MDLSTMError) {
        var kind = stat()
        if stat(path, &kind) == 0, kind.st_mode & S_IFMT != S_IFREG, kind.st_mode & S_IFMT != S_IFDIR { return nil }
        let status: stat
        (descriptor, status) = try openForReading(path)
        self.path = path
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills `target` from byte `offset` on.
    ///
    /// Throws `.missingInput` when reading fails, `.data` when the file ends before.
    package func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(MDLSTMError) {
        let count = readAll(descriptor, into: target, at: offset)
        guard count >= 0 else { throw cannotRead(path, lastError()) }
        guard count == target.count else {
            throw ByteReader.isCutShort(path, expected: "\(target.count) bytes", at: offset, found: "\(count)")
        }
    }

    /// The bytes from `offset` on, at most `most`; fewer where the file ends.
    package func bytes(at offset: Int = 0, most: Int) throws(MDLSTMError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, min(most, count - offset)))
        let read = bytes.withUnsafeMutableBytes { readAll(descriptor, into: $0, at: offset) }
        guard read >= 0 else { throw cannotRead(path, lastError()) }
        return Array(bytes.prefix(read))
    }
}

private func openForReading(_ path: String) throws(MDLSTMError) -> (descriptor: Int32, status: stat) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
        throw MDLSTMError(.missingInput, "expected the path of an input file, found '\(path)'; give a file name")
    }
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
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
    return (descriptor, status)
}
