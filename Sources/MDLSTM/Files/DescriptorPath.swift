#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The number of the open file that a path such as `/dev/stdin` or `/dev/fd/63` names; nil for any other path.
package func descriptorNumber(_ path: String) -> Int32? {
    if let number = ["/dev/stdin": Int32(0), "/dev/stdout": 1, "/dev/stderr": 2][path] { return number }
    for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
        // No sign, no second way to write a number.
        return Int32(path.dropFirst(prefix.count)).flatMap { path == prefix + String($0) ? $0 : nil }
    }
    return nil
}

/// Opens a file; one that is open already and cannot be opened by its path, such as a socket, is used as it is.
func opened(_ path: String, _ flags: Int32) -> Int32 {
    let descriptor = retrying { open(path, flags, 0o666) }
    guard descriptor < 0, errno == ENXIO || errno == EACCES, let number = descriptorNumber(path) else {
        return descriptor
    }
    return fcntl(number, F_DUPFD_CLOEXEC, 0)
}
