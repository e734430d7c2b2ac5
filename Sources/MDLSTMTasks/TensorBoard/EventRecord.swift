/// The bytes of a protocol buffer: https://protobuf.dev/programming-guides/encoding.
struct ProtocolMessage {
    private(set) var bytes: [UInt8] = []

    private enum Wire: UInt64 { case varint = 0, fixed64 = 1, counted = 2, fixed32 = 5 }

    mutating func add(_ field: UInt64, _ number: Int) {
        key(field, .varint)
        // Negative numbers as 64 bits of two's complement.
        varint(UInt64(bitPattern: Int64(number)))
    }

    mutating func add(_ field: UInt64, _ number: Double) {
        key(field, .fixed64)
        bytes += littleEndian(number.bitPattern)
    }

    mutating func add(_ field: UInt64, _ number: Float) {
        key(field, .fixed32)
        bytes += littleEndian(number.bitPattern)
    }

    mutating func add(_ field: UInt64, _ content: [UInt8]) {
        key(field, .counted)
        varint(UInt64(content.count))
        bytes += content
    }

    mutating func add(_ field: UInt64, _ text: String) { add(field, Array(text.utf8)) }

    mutating func add(_ field: UInt64, _ message: ProtocolMessage) { add(field, message.bytes) }

    private mutating func key(_ field: UInt64, _ wire: Wire) { varint(field << 3 | wire.rawValue) }

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// A record of a TFRecord file: length, checksum of the length, content, checksum of the content.
/// https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
func tfRecord(_ content: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(content.count))
    return length + littleEndian(maskedChecksum(length)) + content + littleEndian(maskedChecksum(content))
}

/// CRC-32C, turned and shifted, so that a record within a record does not have the checksum of its own checksum.
func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let crc = crc32c(bytes)
    return (crc >> 15 | crc << 17) &+ 0xa282_ead8
}

/// The Castagnoli CRC, RFC 3720, appendix B.4.
func crc32c(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : 0x82F6_3B78 ^ crc >> 1 }
}

private func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}
