#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that grows at its end: what is appended is on the disk as a whole, or not at all.
package final class AppendedFile {
    private let path: String
    private let descriptor: Int32

    /// Bytes that are in the file for good.
    private var end: Int

    /// Opens a file, making it if it is not there.
    ///
    /// Throws `.cannotCreate` when it cannot be opened or is no regular file.
    package init(_ path: String) throws(MDLSTMError) {
        self.path = path
        descriptor = retrying { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { throw cannotCreate(path, lastError()) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw cannotCreate(path, "it is no regular file")
        }
        end = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Throws `.cannotWrite`; nothing of the bytes is in the file then.
    package func append(_ bytes: [UInt8]) throws(MDLSTMError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                let rest = UnsafeRawBufferPointer(rebasing: raw[done...])
                return retrying { write(descriptor, rest.baseAddress, rest.count) }
            }
            guard count >= 0 else { throw takenBack(bytes.count, after: done) }
            done += count
        }
        // Some file systems cannot, and that is no error.
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS { throw takenBack(bytes.count, after: done) }
        end += done
    }

    /// Cuts off what was written of bytes that could not all be.
    private func takenBack(_ count: Int, after done: Int) -> MDLSTMError {
        let reason = lastError()
        _ = retrying { ftruncate(descriptor, off_t(end)) }
        return MDLSTMError(
            .cannotWrite,
            "\(path): expected to write \(count) bytes, found after \(done): \(reason); free some space")
    }
}

/// Whether there is something of this name.
package func fileExists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
}
