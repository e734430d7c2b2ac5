/// One member of a zip archive, as the central directory describes it.
package struct ZipMember {
    package let name: String
    package let isDeflated: Bool
    /// Bytes in the archive.
    package let compressedSize: Int
    /// Bytes once inflated.
    package let size: Int
    package let checksum: UInt32
    /// Where its local header begins.
    private let offset: Int

    /// Reads one entry of the central directory.
    init(_ reader: inout ByteReader) throws(MDLSTMError) {
        let file = reader.name
        try ZipDirectory.expect(0x0201_4B50, "an entry of the directory", &reader)
        // Versions: the one that made it and the one that is needed.
        _ = try reader.integer(UInt32.self, "versions")
        let flags = try reader.integer(UInt16.self, "flags")
        let method = try reader.integer(UInt16.self, "method")
        _ = try reader.integer(UInt32.self, "time")
        checksum = try reader.integer(UInt32.self, "checksum")
        var sizes = [UInt64(try reader.integer(UInt32.self, "compressed size"))]
        sizes.append(UInt64(try reader.integer(UInt32.self, "size")))
        let nameLength = Int(try reader.integer(UInt16.self, "name length"))
        let extraLength = Int(try reader.integer(UInt16.self, "extra length"))
        let commentLength = Int(try reader.integer(UInt16.self, "comment length"))
        // Disk number and attributes.
        _ = try reader.read(8, "attributes")
        var offset = UInt64(try reader.integer(UInt32.self, "offset"))
        guard let name = String(validating: try reader.read(nameLength, "name"), as: UTF8.self) else {
            throw ZipDirectory.failure(file, "member names in UTF-8", found: "other bytes")
        }
        guard name.isStreamSafe else {
            throw ZipDirectory.failure(
                file, "at most 30 combining marks in a row", found: "more in the name of a member")
        }
        let extra = try reader.read(extraLength, "extra fields")
        _ = try reader.read(commentLength, "comment")

        // Numbers that do not fit 32 bits stand in a zip64 field, in this order.
        var wide = try Self.zip64Field(extra, file: "\(file), '\(name)'")
        if sizes[1] == 0xFFFF_FFFF { sizes[1] = try wide.integer(UInt64.self, "size") }
        if sizes[0] == 0xFFFF_FFFF { sizes[0] = try wide.integer(UInt64.self, "compressed size") }
        if offset == 0xFFFF_FFFF { offset = try wide.integer(UInt64.self, "offset") }
        guard flags & 1 == 0 else { throw ZipDirectory.failure(file, "'\(name)' in the clear", found: "it encrypted") }
        guard method == 0 || method == 8 else {
            throw ZipDirectory.failure(file, "'\(name)' stored or deflated", found: "method \(method)")
        }
        self.name = name
        isDeflated = method == 8
        // Sizes above the file's are refused before they are used.
        compressedSize = Int(clamping: min(sizes[0], 1 << 48))
        size = Int(clamping: min(sizes[1], 1 << 48))
        self.offset = Int(clamping: offset)
    }

    /// The zip64 extra field, id 1; empty where there is none.
    private static func zip64Field(_ extra: ArraySlice<UInt8>, file: String) throws(MDLSTMError) -> ByteReader {
        var fields = ByteReader(Array(extra), name: file)
        while fields.remaining >= 4 {
            let id = try fields.integer(UInt16.self, "extra field")
            let length = Int(try fields.integer(UInt16.self, "extra field"))
            let field = try fields.read(length, "extra field")
            if id == 1 { return ByteReader(Array(field), name: file) }
        }
        return ByteReader([], name: file)
    }

    /// Where the member lies, from its local header to its last byte, and its bytes as they are stored.
    package func place(_ reader: inout ByteReader) throws(MDLSTMError) -> (range: Range<Int>, stored: ArraySlice<UInt8>)
    {
        try reader.seek(to: offset, "member '\(name)'")
        try ZipDirectory.expect(0x0403_4B50, "member '\(name)'", &reader)
        // Version, flags, method, time, checksum and sizes: the directory has them all.
        _ = try reader.read(22, "local header")
        let nameLength = Int(try reader.integer(UInt16.self, "name length"))
        let extraLength = Int(try reader.integer(UInt16.self, "extra length"))
        guard try reader.read(nameLength, "local header").elementsEqual(name.utf8) else {
            throw ZipDirectory.failure(
                reader.name, "'\(name)' where the directory has it", found: "a member of another name")
        }
        _ = try reader.read(extraLength, "local header")
        let stored = try reader.read(compressedSize, "member '\(name)'")
        return (offset..<stored.endIndex, stored)
    }
}
