/// A message in the wire format of protobuf.
public struct ProtobufWriter {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// A field of a whole number.
    public mutating func write(_ number: Int, _ value: Int) { write(key: number, 0, Self.varint(value)) }

    /// A field of bytes or a message.
    public mutating func write(_ number: Int, _ value: [UInt8]) {
        write(key: number, 2, Self.varint(value.count) + value)
    }

    public mutating func write(_ number: Int, _ value: String) { write(number, Array(value.utf8)) }

    /// A field of 4 bytes.
    public mutating func write(_ number: Int, _ value: Float) { write(key: number, 5, littleEndian(value.bitPattern)) }

    /// A field of 8 bytes.
    public mutating func write(_ number: Int, _ value: Double) { write(key: number, 1, littleEndian(value.bitPattern)) }

    /// A field written in any way.
    public mutating func write(key number: Int, _ way: Int, _ value: [UInt8]) {
        bytes += Self.varint(number << 3 | way) + value
    }

    public static func varint(_ value: Int) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (UInt64(bitPattern: Int64(value)), [])
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
