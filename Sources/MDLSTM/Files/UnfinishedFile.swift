#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A temporary file that becomes an output or goes away: with its owner, by a signal (``UnfinishedFiles``), or, where the
/// process was killed, by the next one that writes to the folder.
///
/// Its owner holds a lock (flock) on it until it has its last name. Whoever gets the lock knows that nobody will finish the
/// file.
final class UnfinishedFile {
    /// Open for reading and writing, until `close()`.
    private(set) var descriptor: Int32

    private let entry: UnfinishedFiles.Entry

    /// Holds the lock when `descriptor` is closed.
    private let lock: Int32

    /// Makes a file in `folder`, a path that ends in a slash, after removing what killed processes left there.
    ///
    /// Throws `.cannotCreate`, naming `path`, when that is not possible.
    init(inFolder folder: String, for path: String) throws(MDLSTMError) {
        UnfinishedFiles.removeRemains(inFolder: folder)
        while true {
            let name = "\(folder).mdlstm-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
            var descriptor: Int32 = -1
            let entry = UnfinishedFiles.add(name) {
                descriptor = retrying { open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
                return descriptor >= 0
            }
            guard let entry else { throw MDLSTM.cannotCreate(path, lastError()) }
            // Without locks, as on some network drives, remains stay: nobody gets one.
            _ = retrying { flock(descriptor, LOCK_EX) }
            var status = stat()
            // Before it was locked, another process may have held it for a remain.
            if fstat(descriptor, &status) == 0, status.st_nlink == 0 {
                UnfinishedFiles.remove(entry) {}
                _ = Self.close(descriptor)
                continue
            }
            (self.descriptor, self.entry) = (descriptor, entry)
            lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            return
        }
    }

    deinit {
        UnfinishedFiles.remove(entry) { _ = unlink(entry.path) }
        if descriptor >= 0 { _ = Self.close(descriptor) }
        if lock >= 0 { _ = Self.close(lock) }
    }

    /// Closes the file; what went wrong in words, nil if nothing did.
    func close() -> String? {
        defer { descriptor = -1 }
        return Self.close(descriptor) == 0 || errno == EINTR ? nil : lastError()
    }

    /// Gives the file its last name; why that failed in words, nil if it did not.
    func rename(to target: String) -> String? {
        var reason: String?
        UnfinishedFiles.remove(entry) {
            #if canImport(Darwin)
                let result = Darwin.rename(entry.path, target)
            #elseif canImport(Musl)
                let result = Musl.rename(entry.path, target)
            #else
                let result = Glibc.rename(entry.path, target)
            #endif
            if result != 0 {
                reason = lastError()
                unlink(entry.path)
            }
        }
        return reason
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
            Darwin.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Glibc.close(descriptor)
        #endif
    }
}
