import MDLSTM

/// Writes zip archives as numpy.savez does, and wrong ones.
struct ZipWriter {
    struct Member {
        var name: String
        /// The bytes in the archive.
        var stored: [UInt8]
        /// The bytes once inflated; those in the archive unless given.
        var content: [UInt8]?
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// What the directory says, where it is not the truth.
        var checksum: UInt32?
        var size: UInt64?
        var compressedSize: UInt64?
        var offset: UInt64?
    }

    var members: [Member]
    var comment: [UInt8] = []
    /// Whether sizes, offsets and counts stand in zip64 records.
    var isZip64 = false
    /// What the end record says of the directory, where it is not the truth.
    var count: UInt64?
    var directorySize: UInt64?
    var directoryOffset: UInt64?

    var bytes: [UInt8] {
        var file: [UInt8] = [], directory: [UInt8] = []
        for member in members {
            let name = Array(member.name.utf8)
            let offset = UInt64(file.count)
            let crc = little(member.checksum ?? crc32(member.content ?? member.stored))
            let size = member.size ?? UInt64((member.content ?? member.stored).count)
            let compressed = member.compressedSize ?? UInt64(member.stored.count)
            let start = little(member.flags) + little(member.method) + little(UInt32(0)) + crc
            // numpy forces zip64 sizes into the local headers.
            let local = little(UInt16(1)) + little(UInt16(16)) + little(size) + little(compressed)
            file += little(UInt32(0x0403_4B50)) + little(UInt16(45)) + start + unknown(2)
            file += little(UInt16(name.count)) + little(UInt16(local.count)) + name + local + member.stored
            let place = member.offset ?? offset
            let wide = little(size) + little(compressed) + little(place)
            // A field of another kind first.
            let extra =
                isZip64 ? little(UInt32(0x0002_5555)) + [7, 7] + little(UInt16(1)) + little(UInt16(24)) + wide : []
            directory += little(UInt32(0x0201_4B50)) + little(UInt32(45)) + start
            directory += isZip64 ? unknown(2) : little(UInt32(compressed)) + little(UInt32(size))
            directory += little(UInt16(name.count)) + little(UInt16(extra.count)) + little(UInt16(0))
            directory += Array(repeating: 0, count: 8) + (isZip64 ? unknown(1) : little(UInt32(place))) + name + extra
        }
        let end = UInt64(file.count + directory.count)
        let count = count ?? UInt64(members.count)
        let (size, offset) = (directorySize ?? UInt64(directory.count), directoryOffset ?? UInt64(file.count))
        file += directory
        if isZip64 {
            file += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt32(45)) + little(UInt64(0))
            file += little(count) + little(count) + little(size) + little(offset)
            file += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(end) + little(UInt32(1))
        }
        file += little(UInt32(0x0605_4B50)) + little(UInt32(0))
        if isZip64 {
            file += [0xFF, 0xFF, 0xFF, 0xFF] + unknown(2)
        } else {
            file += little(UInt16(count)) + little(UInt16(count)) + little(UInt32(size)) + little(UInt32(offset))
        }
        return file + little(UInt16(comment.count)) + comment
    }

    /// 32-bit numbers that refer to a zip64 record.
    private func unknown(_ count: Int) -> [UInt8] { Array(repeating: 0xFF, count: 4 * count) }
}

private func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<MemoryLayout<T>.size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// CRC-32 (polynomial 0xEDB88320), bit by bit.
func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = .max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
}
