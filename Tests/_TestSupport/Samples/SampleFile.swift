/// A small file that a reader must accept or refuse.
public struct SampleFile: Sendable, CustomStringConvertible {
    /// What is special about it.
    public let name: String
    public let bytes: [UInt8]

    /// What the message says where it is refused.
    public let reason: String

    /// What another library makes of it where that is not the same, and why ours does otherwise.
    public let elsewhere: String?

    public init(_ name: String, _ bytes: [UInt8], _ reason: String = "", elsewhere: String? = nil) {
        (self.name, self.bytes, self.reason, self.elsewhere) = (name, bytes, reason, elsewhere)
    }

    public var description: String { name }
}

/// The little-endian bytes of a number.
func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<MemoryLayout<T>.size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// The bytes of hexadecimal digits on any number of lines.
func hexadecimal(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
