#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Writes a file as a whole or not at all: to a temporary file next to the target, which is synced and then renamed.
///
/// A target that exists and is not a regular file (a device, a pipe) is written to directly.
/// Throws `.cannotCreate` when the file cannot be opened and `.cannotWrite` when writing fails.
public func writeFile(_ bytes: [UInt8], to path: String) throws(MDLSTMError) {
    let file = try OutputFile(path)
    try file.append(bytes[...])
    try file.commit()
}

/// A file that is written in parts and appears as a whole when it is committed, otherwise not at all.
///
/// The parts go to a temporary file next to the target, or to the target itself if it is not a regular file (a device,
/// a pipe) or one that is open already (`/dev/stdout`).
final class OutputFile {
    /// Whether parts can be written anywhere and read again; otherwise one after the other only.
    let isRegular: Bool

    private let path: String
    private let target: String
    private var temporary: UnfinishedFile?

    /// The permissions to keep; nil for those of a new file.
    private let mode: mode_t?

    private var descriptor: Int32
    private var end = 0

    /// Throws `.cannotCreate` when the file cannot be opened.
    init(_ path: String) throws(MDLSTMError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw MDLSTMError(.cannotCreate, "expected the path of an output file, found '\(path)'; give a file name")
        }
        self.path = path
        var status = stat()
        let exists = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if exists, kind == S_IFDIR { throw cannotCreate(path, "it is a folder") }
        let number = descriptorNumber(path)
        isRegular = number == nil && (!exists || kind == S_IFREG)
        if exists, isRegular, access(path, W_OK) != 0 { throw cannotCreate(path, lastError()) }
        mode = exists && isRegular ? status.st_mode & 0o777 : nil
        // Through a symbolic link, so that the link stays a link.
        target = mode == nil ? path : try resolved(path)
        if isRegular {
            let file = try UnfinishedFile(inFolder: folder(of: target), for: path)
            (temporary, descriptor) = (file, file.descriptor)
        } else {
            // What is open already goes on where it stands, as the shell's >> has it.
            descriptor = number.map { fcntl($0, F_DUPFD_CLOEXEC, 0) } ?? opened(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw cannotCreate(path, lastError()) }
        }
    }

    deinit {
        if temporary == nil, descriptor >= 0 { close(descriptor) }
    }

    /// Appends bytes.
    ///
    /// Throws `.cannotWrite`.
    func append(_ bytes: ArraySlice<UInt8>) throws(MDLSTMError) {
        try bytes.withUnsafeBytes { raw in Result { () throws(MDLSTMError) in try append(raw) } }.get()
    }

    /// Writes bytes behind those appended before.
    ///
    /// Throws `.cannotWrite`.
    func append(_ bytes: UnsafeRawBufferPointer) throws(MDLSTMError) {
        let first = end
        try put(bytes, at: first) { rest, _ in write(descriptor, rest.baseAddress, rest.count) }
        end = first + bytes.count
    }

    /// Writes bytes at their place, which need not be the end.
    ///
    /// Throws `.cannotWrite`.
    ///
    /// - Precondition: the file is regular.
    func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(MDLSTMError) {
        precondition(isRegular, "what is no regular file is written from its beginning to its end")
        try put(bytes, at: offset) { rest, place in pwrite(descriptor, rest.baseAddress, rest.count, off_t(place)) }
    }

    /// Sets the size in bytes; what has not been written is zero.
    ///
    /// Throws `.cannotWrite`.
    ///
    /// - Precondition: the file is regular.
    func resize(to count: Int) throws(MDLSTMError) {
        precondition(isRegular, "what is no regular file has no size")
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw cannotWrite(count, after: 0, lastError()) }
    }

    /// Fills `target` with bytes of the file, from byte `offset` on.
    ///
    /// Throws `.cannotWrite`, since an output that cannot be read again cannot be finished.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(MDLSTMError) {
        let count = readAll(descriptor, into: target, at: offset)
        guard count == target.count else {
            throw MDLSTMError(
                .cannotWrite,
                "\(path): expected to read \(counted(target.count, "byte")) at \(offset) again, found "
                    + (count < 0 ? lastError() : "\(count)") + "; check the disk")
        }
    }

    /// Makes the file appear; nothing can be written afterwards.
    ///
    /// Throws `.cannotWrite` when the last bytes cannot be written and `.cannotCreate` when the file cannot be given
    /// its name.
    func commit() throws(MDLSTMError) {
        precondition(descriptor >= 0, "a file is committed once")
        defer { descriptor = -1 }
        guard let temporary else {
            if close(descriptor) != 0, errno != EINTR { throw cannotWrite(end, after: end, lastError()) }
            return
        }
        defer { self.temporary = nil }
        if let mode { _ = fchmod(descriptor, mode) }
        if fsync(descriptor) != 0 { throw cannotWrite(end, after: end, lastError()) }
        // Some file systems report only then that there was no room.
        if let reason = temporary.close() { throw cannotWrite(end, after: end, reason) }
        if let reason = temporary.rename(to: target) { throw cannotCreate(path, reason) }
        syncFolder()
    }

    /// The new name lasts through a power cut once the folder is synced; some file systems cannot, and that is no error.
    private func syncFolder() {
        let descriptor = open(folder(of: target), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private func put(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, _ call: (UnsafeRawBufferPointer, Int) -> Int
    ) throws(MDLSTMError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = retrying { call(rest, offset + done) }
            guard count >= 0 else { throw cannotWrite(bytes.count, after: done, lastError()) }
            done += count
        }
    }

    private func cannotWrite(_ count: Int, after done: Int, _ reason: String) -> MDLSTMError {
        MDLSTMError(
            .cannotWrite,
            "\(path): expected to write \(counted(count, "byte")), found after \(done): \(reason); free some space")
    }
}

/// The folder a file is in, up to the slash; a slash that begins a character with its accents is one too.
private func folder(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(decoding: path.utf8[...$0], as: UTF8.self) } ?? "./"
}

/// What a symbolic link leads to, or the path itself where it is none.
private func resolved(_ path: String) throws(MDLSTMError) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let real = realpath(path, nil) else {
        return path
    }
    defer { free(real) }
    guard let target = String(validatingCString: real) else {
        throw cannotCreate(path, "it is a link to a file whose name is not UTF-8")
    }
    return target
}

func cannotCreate(_ path: String, _ reason: String) -> MDLSTMError {
    MDLSTMError(
        .cannotCreate,
        "\(path): expected a file that can be created, found: \(reason); choose another path or make it writable")
}
