/// A cursor over the bytes of a binary file that checks every read, so that no input can make it trap.
package struct ByteReader: Sendable {
    /// Name of the file, for messages.
    package let name: String

    /// Offset of the next byte to read.
    package private(set) var position = 0

    private let bytes: [UInt8]

    /// Starts at the first byte.
    package init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// Number of bytes not read yet.
    package var remaining: Int { bytes.count - position }

    /// Moves to a byte of the file, or to its end; `what` says in an error what was to be there.
    ///
    /// Throws `.data` when the file is shorter.
    package mutating func seek(to position: Int, _ what: String) throws(MDLSTMError) {
        guard (0...bytes.count).contains(position) else {
            throw Self.isCutShort(name, expected: what, at: position, found: "the end at \(bytes.count)")
        }
        self.position = position
    }

    /// The next `count` bytes; `what` says in an error what they are.
    ///
    /// Throws `.data` when fewer are left.
    package mutating func read(_ count: Int, _ what: String) throws(MDLSTMError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw Self.isCutShort(
                name, expected: "\(counted(count, "byte")) of \(what)", at: position, found: "\(remaining)")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// The next little-endian integer.
    ///
    /// Throws `.data` when the file ends first.
    package mutating func integer<T: FixedWidthInteger & UnsignedInteger>(
        _ type: T.Type = T.self, _ what: String
    ) throws(MDLSTMError) -> T {
        var value: T = 0
        for (index, byte) in try read(MemoryLayout<T>.size, what).enumerated() {
            value |= T(byte) << (8 * index)
        }
        return value
    }

    /// The next big-endian integer.
    ///
    /// Throws `.data` when the file ends first.
    package mutating func bigEndianInteger<T: FixedWidthInteger & UnsignedInteger>(
        _ type: T.Type = T.self, _ what: String
    ) throws(MDLSTMError) -> T {
        try integer(type, what).byteSwapped
    }

    /// Throws `.data` unless every byte has been read.
    package func expectEnd() throws(MDLSTMError) {
        guard remaining == 0 else { throw Self.isTooLong(name, end: position, more: remaining) }
    }

    static func isCutShort(_ name: String, expected: String, at position: Int, found: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(name): expected \(expected) at byte \(position), found \(found); "
                + "the file is cut short or damaged, get it again")
    }

    static func isTooLong(_ name: String, end: Int, more: Int) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(name): expected the file to end at byte \(end), found \(more) more \(more == 1 ? "byte" : "bytes"); "
                + "remove what follows or write the file again")
    }
}
