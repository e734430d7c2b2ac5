import Foundation

/// Where a path leads: the same for all names of a file, whether it is there or not.
struct FilePlace: Equatable {
    private enum Place: Equatable {
        case node(device: UInt64, number: UInt64)
        /// Bytes, since names that look the same need not be.
        case path([UInt8])
    }

    private let place: Place

    /// Whether it is, or may become, a regular file.
    let isFile: Bool

    /// Whether it is /dev/null, by any name.
    let isNull: Bool

    init(_ path: String) {
        var (status, null) = (stat(), stat())
        if stat(path, &status) == 0 {
            let kind = status.st_mode & S_IFMT
            place = .node(device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
            isFile = kind == S_IFREG
            isNull = kind == S_IFCHR && stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev
        } else {
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            let name = slash.map { path[$0...].dropFirst() } ?? path[...]
            let real = realpath(folder, nil).map { real in
                defer { free(real) }
                return Array(UnsafeBufferPointer(start: real, count: strlen(real))).map(UInt8.init(bitPattern:))
            }
            place = .path((real ?? Array(folder.utf8)) + [UInt8(ascii: "/")] + Array(name.utf8))
            (isFile, isNull) = (true, false)
        }
    }
}
