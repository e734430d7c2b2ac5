/// The central directory of a zip archive (PKWARE's APPNOTE.TXT): what each member is and where it lies.
package struct ZipDirectory {
    package let members: [ZipMember]

    /// Most members that are read.
    static let mostMembers = 65_536

    private static let endSize = 22
    private static let locatorSize = 20

    /// Finds and reads the directory.
    ///
    /// Throws `.data` when it is damaged or of a kind that neither NumPy nor PyTorch writes: encrypted, or in several parts.
    package init(_ reader: inout ByteReader) throws(MDLSTMError) {
        let name = reader.name
        let end = try Self.findEnd(&reader)
        try reader.seek(to: end + 4, "the end of the directory")
        let disks = try reader.integer(UInt32.self, "disk numbers")
        var counts = [UInt64(try reader.integer(UInt16.self, "member count"))]
        counts.append(UInt64(try reader.integer(UInt16.self, "member count")))
        var size = UInt64(try reader.integer(UInt32.self, "directory size"))
        var offset = UInt64(try reader.integer(UInt32.self, "directory offset"))
        guard disks == 0 else { throw Self.failure(name, "an archive of one part", found: "several") }
        if counts[1] == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            try reader.seek(to: max(0, end - Self.locatorSize), "the zip64 locator")
            try Self.expect(0x0706_4B50, "a zip64 locator", &reader)
            _ = try reader.integer(UInt32.self, "disk number")
            let place = try reader.integer(UInt64.self, "zip64 offset")
            try reader.seek(to: Int(clamping: place), "the zip64 end of the directory")
            try Self.expect(0x0606_4B50, "a zip64 end of the directory", &reader)
            // Its size, two versions and two disk numbers.
            _ = try reader.read(20, "zip64 end of the directory")
            counts = [try reader.integer(UInt64.self, "member count"), try reader.integer(UInt64.self, "member count")]
            size = try reader.integer(UInt64.self, "directory size")
            offset = try reader.integer(UInt64.self, "directory offset")
        }
        guard counts[0] == counts[1], counts[0] <= Self.mostMembers else {
            throw Self.failure(name, "at most \(Self.mostMembers) members", found: "\(counts[0]) of \(counts[1])")
        }
        try reader.seek(to: Int(clamping: offset), "the directory")
        guard size <= reader.remaining else {
            throw Self.failure(name, "a directory of at most \(counted(reader.remaining, "byte"))", found: "\(size)")
        }
        var members: [ZipMember] = []
        for _ in 0..<counts[0] { members.append(try ZipMember(&reader)) }
        guard reader.position == Int(offset) + Int(size) else {
            throw Self.failure(
                name, "a directory of \(counted(Int(size), "byte"))", found: "\(reader.position - Int(offset))")
        }
        self.members = members
    }

    /// The last record of the archive: its comment, of up to 65535 bytes, reaches to the end of the file.
    private static func findEnd(_ reader: inout ByteReader) throws(MDLSTMError) -> Int {
        let count = reader.position + reader.remaining
        let first = max(0, count - endSize - 0xFFFF)
        for position in stride(from: count - endSize, through: first, by: -1) {
            try reader.seek(to: position, "the end of the directory")
            guard try reader.integer(UInt32.self, "signature") == 0x0605_4B50 else { continue }
            try reader.seek(to: position + endSize - 2, "the comment")
            if Int(try reader.integer(UInt16.self, "comment length")) == reader.remaining { return position }
        }
        throw failure(reader.name, "the directory of a zip archive at the end", found: "none")
    }

    static func expect(_ signature: UInt32, _ what: String, _ reader: inout ByteReader) throws(MDLSTMError) {
        let place = reader.position
        guard try reader.integer(UInt32.self, what) == signature else {
            throw failure(reader.name, "\(what) at byte \(place)", found: "other bytes")
        }
    }

    package static func failure(_ file: String, _ expected: String, found: String) -> MDLSTMError {
        MDLSTMError(.data, "\(file): expected \(expected), found \(found); get or save the archive again")
    }
}
