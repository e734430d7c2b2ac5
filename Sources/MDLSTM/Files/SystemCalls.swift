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

/// Refuses an array that this machine has no memory for, which would otherwise end the process.
///
/// - Parameters:
///   - what: the array in words, for the message
///   - advice: what to do instead
package func requireMemory<T>(
    for count: Int, of type: T.Type, _ what: @autoclosure () -> String, advice: String = "take a smaller one"
) throws(MDLSTMError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    guard overflow || bytes > physicalMemory / 4 * 3 else { return }
    throw MDLSTMError(
        .data,
        "\(what()) would take \(count) times \(MemoryLayout<T>.stride) bytes, and this machine has \(physicalMemory); "
            + advice)
}

/// Bytes of memory of this machine.
package let physicalMemory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : .max
}()
