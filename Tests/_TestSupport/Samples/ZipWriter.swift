/// Writes zip archives as numpy.savez does, and wrong ones.
public struct ZipWriter: Sendable {
    public struct Member: Sendable {
        public var name: String
        /// The bytes in the archive.
        public var stored: [UInt8]
        /// The bytes once inflated; those in the archive unless given.
        public var content: [UInt8]?
        public var method: UInt16 = 0
        public var flags: UInt16 = 0
        /// What the directory says, where it is not the truth.
        public var checksum: UInt32?
        public var size: UInt64?
        public var compressedSize: UInt64?
        public var offset: UInt64?
        /// The name in front of the bytes, where it is not that of the directory.
        public var localName: String?

        public init(name: String, stored: [UInt8], content: [UInt8]? = nil, method: UInt16 = 0) {
            (self.name, self.stored, self.content, self.method) = (name, stored, content, method)
        }
    }

    public var members: [Member]
    public var comment: [UInt8] = []
    /// Whether sizes, offsets and counts stand in zip64 records.
    public var isZip64 = false
    /// What the end record says of the directory, where it is not the truth.
    public var count: UInt64?
    public var directorySize: UInt64?
    public var directoryOffset: UInt64?

    public init(members: [Member]) { self.members = members }

    public var bytes: [UInt8] {
        var file: [UInt8] = [], directory: [UInt8] = []
        for member in members {
            let name = Array(member.name.utf8)
            let offset = UInt64(file.count)
            let crc = littleEndian(member.checksum ?? crc32(member.content ?? member.stored))
            let size = member.size ?? UInt64((member.content ?? member.stored).count)
            let compressed = member.compressedSize ?? UInt64(member.stored.count)
            let start = littleEndian(member.flags) + littleEndian(member.method) + littleEndian(UInt32(0)) + crc
            // numpy forces zip64 sizes into the local headers.
            let local =
                littleEndian(UInt16(1)) + littleEndian(UInt16(16)) + littleEndian(size) + littleEndian(compressed)
            file += littleEndian(UInt32(0x0403_4B50)) + littleEndian(UInt16(45)) + start + unknown(2)
            let localName = Array((member.localName ?? member.name).utf8)
            file += littleEndian(UInt16(localName.count)) + littleEndian(UInt16(local.count)) + localName + local
            file += member.stored
            let place = member.offset ?? offset
            let wide = littleEndian(size) + littleEndian(compressed) + littleEndian(place)
            // A field of another kind first.
            let extra =
                isZip64
                ? littleEndian(UInt32(0x0002_5555)) + [7, 7] + littleEndian(UInt16(1)) + littleEndian(UInt16(24)) + wide
                : []
            directory += littleEndian(UInt32(0x0201_4B50)) + littleEndian(UInt32(45)) + start
            directory += isZip64 ? unknown(2) : littleEndian(UInt32(compressed)) + littleEndian(UInt32(size))
            directory += littleEndian(UInt16(name.count)) + littleEndian(UInt16(extra.count)) + littleEndian(UInt16(0))
            directory +=
                Array(repeating: 0, count: 8) + (isZip64 ? unknown(1) : littleEndian(UInt32(place))) + name + extra
        }
        let end = UInt64(file.count + directory.count)
        let count = count ?? UInt64(members.count)
        let (size, offset) = (directorySize ?? UInt64(directory.count), directoryOffset ?? UInt64(file.count))
        file += directory
        if isZip64 {
            file +=
                littleEndian(UInt32(0x0606_4B50)) + littleEndian(UInt64(44)) + littleEndian(UInt32(45))
                + littleEndian(UInt64(0))
            file += littleEndian(count) + littleEndian(count) + littleEndian(size) + littleEndian(offset)
            file +=
                littleEndian(UInt32(0x0706_4B50)) + littleEndian(UInt32(0)) + littleEndian(end)
                + littleEndian(UInt32(1))
        }
        file += littleEndian(UInt32(0x0605_4B50)) + littleEndian(UInt32(0))
        if isZip64 {
            file += [0xFF, 0xFF, 0xFF, 0xFF] + unknown(2)
        } else {
            file +=
                littleEndian(UInt16(count)) + littleEndian(UInt16(count)) + littleEndian(UInt32(size))
                + littleEndian(UInt32(offset))
        }
        return file + littleEndian(UInt16(comment.count)) + comment
    }

    /// 32-bit numbers that refer to a zip64 record.
    private func unknown(_ count: Int) -> [UInt8] { Array(repeating: 0xFF, count: 4 * count) }
}

/// CRC-32 (polynomial 0xEDB88320), bit by bit.
public func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = .max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
}
