#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Writes a whole file or none: to a temporary file beside the target, which is synced and then renamed.
///
/// A target that exists and is not a regular file (a device, a pipe) is written to directly.
/// Throws `.cannotCreate` when the file cannot be opened and `.cannotWrite` when writing fails.
public func writeFile(_ bytes: [UInt8], to path: String) throws(MDLSTMError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
        throw MDLSTMError(.cannotCreate, "expected the path of an output file, found '\(path)'; give a file name")
    }
    var status = stat()
    if stat(path, &status) == 0 {
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR { throw cannotCreate(path, "it is a folder") }
        if kind != S_IFREG {
            return try write(bytes, toDescriptorOf: path, flags: O_WRONLY, mode: 0, report: path)
        }
        if access(path, W_OK) != 0 { throw cannotCreate(path, lastError()) }
        // Through a symbolic link, so that the link stays a link.
        return try replace(resolved(path), with: bytes, mode: status.st_mode & 0o777, report: path)
    }
    try replace(path, with: bytes, mode: nil, report: path)
}

/// All bytes of a file.
///
/// Throws `.missingInput` when it is not there, is a folder or cannot be read.
public func readFile(_ path: String) throws(MDLSTMError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
        throw MDLSTMError(.missingInput, "expected the path of an input file, found '\(path)'; give a file name")
    }
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw cannotRead(path, lastError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw cannotRead(path, lastError()) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw cannotRead(path, "it is a folder") }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(max(0, Int(status.st_size)))
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = retrying { read(descriptor, &chunk, chunk.count) }
        guard count >= 0 else { throw cannotRead(path, lastError()) }
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// Puts a new file at `path` in one step; `mode` is the permissions to keep, nil for those of a new file.
private func replace(_ path: String, with bytes: [UInt8], mode: mode_t?, report: String) throws(MDLSTMError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    let temporary = "\(folder).mdlstm-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
    do throws(MDLSTMError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL
        try write(bytes, toDescriptorOf: temporary, flags: flags, mode: mode, report: report)
        guard rename(temporary, path) == 0 else { throw cannotCreate(report, lastError()) }
    } catch {
        unlink(temporary)
        throw error
    }
    // The new name lasts through a power cut once the folder is synced; some file systems cannot, and that is no error.
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 {
        fsync(descriptor)
        close(descriptor)
    }
}

/// Opens `path`, writes everything and syncs.
private func write(
    _ bytes: [UInt8], toDescriptorOf path: String, flags: Int32, mode: mode_t?, report: String
) throws(MDLSTMError) {
    let descriptor = retrying { open(path, flags | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw cannotCreate(report, lastError()) }
    var failure: String?
    var start = 0
    while failure == nil, start < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
            return retrying { write(descriptor, rest.baseAddress, rest.count) }
        }
        if count < 0 { failure = lastError() } else { start += count }
    }
    if failure == nil, flags & O_CREAT != 0 {
        if let mode { _ = fchmod(descriptor, mode) }
        if fsync(descriptor) != 0 { failure = lastError() }
    }
    if close(descriptor) != 0, failure == nil, errno != EINTR { failure = lastError() }
    if let failure {
        throw MDLSTMError(
            .cannotWrite,
            "\(report): expected to write \(bytes.count) bytes, found after \(start): \(failure); free some space")
    }
}

/// The path without symbolic links, or the path itself when it cannot be resolved.
private func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}

/// Repeats a system call that a signal interrupted.
private func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

private func lastError() -> String { String(cString: strerror(errno)) }

private func cannotCreate(_ path: String, _ reason: String) -> MDLSTMError {
    MDLSTMError(
        .cannotCreate,
        "\(path): expected a file that can be created, found: \(reason); choose another path or make it writable")
}

private func cannotRead(_ path: String, _ reason: String) -> MDLSTMError {
    MDLSTMError(.missingInput, "\(path): expected a file that can be read, found: \(reason); check the path")
}
