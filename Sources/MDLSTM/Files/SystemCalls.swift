#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Repeats a system call that a signal interrupted.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// What went wrong in the last system call, in words.
func lastError() -> String { String(cString: strerror(errno)) }

func cannotRead(_ path: String, _ reason: String) -> MDLSTMError {
    MDLSTMError(.missingInput, "\(path): expected a file that can be read, found: \(reason); check the path")
}

/// Reads the bytes that come next, as many as there are and fit.
func readNext(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int { read(descriptor, &bytes, bytes.count) }

/// Fills `target` from byte `offset` of an open file.
///
/// Returns the number of bytes before the file ended, -1 when reading failed.
func readAll(_ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
    var done = 0
    while done < target.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
        let count = retrying { pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
        if count < 0 { return -1 }
        if count == 0 { break }
        done += count
    }
    return done
}

/// The text of a small file such as the system's own about a process; nil when it cannot be read.
package func smallTextFile(_ path: String) -> String? {
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = retrying { read(descriptor, &bytes, bytes.count) }
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
}

/// The names of what is in a folder, without those that are not UTF-8, which no file of ours has; nil when it cannot be read.
package func fileNames(inFolder path: String) -> [String]? {
    bytesOfNames(inFolder: path)?.compactMap { String(validating: $0, as: UTF8.self) }
}

/// The names of what is in a folder of others.
///
/// Throws `.missingInput` when it cannot be read, `.data` for a name that is not UTF-8, which no path here can name.
package func namesOfOthers(inFolder path: String) throws(MDLSTMError) -> [String] {
    guard let names = bytesOfNames(inFolder: path) else {
        throw MDLSTMError(
            .missingInput, "\(path): expected a folder that can be read, found: \(lastError()); check the path")
    }
    var texts: [String] = []
    for name in names {
        guard let text = String(validating: name, as: UTF8.self) else {
            let readable = name.map {
                (32..<127).contains($0) ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16)
            }
            throw MDLSTMError(
                .data, "\(path): has a name that is not UTF-8, '\(readable.joined())'; rename that file")
        }
        texts.append(text)
    }
    return texts
}

private func bytesOfNames(inFolder path: String) -> [[UInt8]]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        if name != [46], name != [46, 46] { names.append(name) }
    }
    return names
}
