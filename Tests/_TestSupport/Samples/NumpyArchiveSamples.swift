public import MDLSTM

/// Files that a reader of .npz must refuse, and what they are made of.
public enum NumpyArchiveSamples {
    public static let single = Tensor<Float>.random([2, 3])
    public static let double = Tensor<Double>.random([5])
    public static let plain = ZipWriter(members: [
        ZipWriter.Member(name: "a.npy", stored: NumpyArray(single).serialized()),
        ZipWriter.Member(name: "layer/b.npy", stored: NumpyArray(double).serialized()),
    ])

    /// numpy.savez_compressed(w=numpy.arange(12, dtype='<f4').reshape(3, 4)).
    public static let compressed: [UInt8] = hexadecimal(
        """
        504b03042d0000000800000021002d6f2226ffffffffffffffff05001400772e6e707901001000b00000000000000066000000000000009bec17
        ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a2aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91ac63a0a26
        9a3a0ab50a64032e063068b007120e4004c40d40bc00880f00f1032066706460100062052036700400504b01022d032d0000000800000021002d
        6f222666000000b0000000050000000000000000000000800100000000772e6e7079504b05060000000001000100330000009d0000000000
        """)
    private static let deflatedBytes = Array(compressed[55..<157])
    private static let inflated = NumpyArray(
        Tensor<Float>(shape: [3, 4], values: (0..<12).map { Float($0) })
    ).serialized()

    private static func archive(
        _ change: (inout ZipWriter) -> Void = { _ in }, member: (inout ZipWriter.Member) -> Void = { _ in }
    ) -> [UInt8] {
        var writer = plain
        change(&writer)
        if !writer.members.isEmpty { member(&writer.members[0]) }
        return writer.bytes
    }

    private static func deflated(_ change: (inout ZipWriter.Member) -> Void) -> [UInt8] {
        var member = ZipWriter.Member(name: "w.npy", stored: deflatedBytes, content: inflated, method: 8)
        change(&member)
        return ZipWriter(members: [member]).bytes
    }

    public static let rejected: [SampleFile] = [
        SampleFile("wrong checksum", archive(member: { $0.checksum = 1 }), "checksum"),
        SampleFile("wrong checksum of a deflated member", deflated { $0.checksum = 1 }, "checksum"),
        SampleFile("encrypted", archive(member: { $0.flags = 1 }), "in the clear"),
        SampleFile("other method", archive(member: { $0.method = 12 }), "method 12"),
        SampleFile(
            "no member is an array", archive({ $0.members.removeLast() }, member: { $0.name = "a.txt" }), "'a.txt'"),
        SampleFile("pickle", archive({ $0.members.removeLast() }, member: { $0.name = "a/b.pkl" }), "'a/b.pkl'"),
        SampleFile("same name twice", archive(member: { $0.name = "layer/b.npy" }), "'layer/b.npy' twice"),
        SampleFile("name __metadata__", archive(member: { $0.name = "__metadata__.npy" }), "__metadata__"),
        SampleFile("array with more behind it", archive(member: { $0.stored += [0] }), "'a.npy'"),
        SampleFile("size below the stored one", archive(member: { $0.size = 5 }), "'a.npy' of at most"),
        SampleFile("stored beyond the file", archive(member: { $0.compressedSize = 1 << 20 }), "members of at most"),
        SampleFile(
            "zip64 stored size 2^64-1", archive({ $0.isZip64 = true }, member: { $0.compressedSize = .max }),
            "members of at most"),
        SampleFile(
            "zip64 size 2^64-1", archive({ $0.isZip64 = true }, member: { $0.size = .max }), "'a.npy' of at most"),
        SampleFile(
            "deflated size beyond what deflate makes", deflated { $0.size = 200_000 }, "'w.npy' of at most 105264"),
        SampleFile("size too small by 1", deflated { $0.size = 175 }, "of 176 bytes by its header, found 175"),
        SampleFile("size too large by 1", deflated { $0.size = 177 }, "of 176 bytes by its header, found 177"),
        SampleFile("size 0", deflated { $0.size = 0 }, "by its header, found 0"),
        SampleFile("deflated data cut short", deflated { $0.stored.removeLast() }, "inflate"),
        SampleFile("more behind the deflated data", deflated { $0.stored += [0] }, "inflate"),
        SampleFile(
            "no deflated data",
            deflated {
                $0.stored = []; $0.content = []
            }, "magic"),
        SampleFile("damaged deflated data", deflated { $0.stored[0] = 0xFF }, "magic"),
        SampleFile("member behind the end", archive(member: { $0.offset = 1 << 30 }), "found the end"),
        SampleFile("member at another place", archive(member: { $0.offset = 1 }), "member 'a.npy' at byte 1"),
        SampleFile(
            "zip64 offset 2^64-1", archive({ $0.isZip64 = true }, member: { $0.offset = .max }), "found the end"),
        SampleFile(
            "too many members",
            archive({
                $0.isZip64 = true; $0.count = 65_537
            }), "at most 65536 members"),
        SampleFile("one member more", archive({ $0.count = 3 }), "an entry of the directory"),
        SampleFile("one member less", archive({ $0.count = 1 }), "a directory of 108 bytes"),
        SampleFile("directory beyond the file", archive({ $0.directorySize = 1 << 20 }), "a directory of at most"),
        SampleFile("directory size 1", archive({ $0.directorySize = 1 }), "a directory of"),
        SampleFile("directory behind the end", archive({ $0.directoryOffset = 1 << 30 }), "found the end"),
        SampleFile(
            "zip64 directory offset 2^64-1",
            archive({
                $0.isZip64 = true; $0.directoryOffset = .max
            }), "found the end"),
        SampleFile(
            "zip64 directory size 2^64-1",
            archive({
                $0.isZip64 = true; $0.directorySize = .max
            }), "a directory of at most"),
        SampleFile("more behind the archive", plain.bytes + [0], "at the end"),
        SampleFile("two letters", Array("PK".utf8), "at the end"),
        SampleFile("empty file", [], "at the end"),
        SampleFile(
            "absent member",
            archive {
                $0.members.removeAll(); $0.count = 1
            }, "an entry of the directory"),
        SampleFile("member of another name", archive(member: { $0.localName = "b.npy" }), "a member of another name"),
        SampleFile("overlapping members", overlapping, "found one at"),
        SampleFile("bomb that is no array", bomb, "found other bytes at the start"),
        SampleFile(
            "directory that adds up to terabytes", archive({ $0.members = Array(repeating: huge, count: 3000) }),
            "members of at most"),
        SampleFile(
            "line break in a name", archive({ $0.members.removeLast() }, member: { $0.name = "a\nb" }), #"'a\u{A}b'"#),
        SampleFile(
            "combining marks", archive(member: { $0.name = String(repeating: "\u{301}", count: 30_000) + ".npy" }),
            "at most 30 combining marks"),
    ]

    /// A member inside the bytes of another, where it is a whole one.
    private static var overlapping: [UInt8] {
        let inner = ZipWriter(members: [plain.members[0]])
        // Its local header and bytes, without the directory.
        let bytes = Array(inner.bytes.prefix(30 + 5 + 20 + plain.members[0].stored.count))
        let array = NumpyArray(Tensor<Float>(zeros: [bytes.count / 4 + 1])).serialized()
        let start = array.count - 4 * (bytes.count / 4 + 1)
        var outer = ZipWriter.Member(name: "outer.npy", stored: array)
        outer.stored.replaceSubrange(start..<(start + bytes.count), with: bytes)
        var second = plain.members[0]
        second.stored = []
        second.content = plain.members[0].stored
        second.compressedSize = UInt64(plain.members[0].stored.count)
        second.offset = UInt64(30 + outer.name.utf8.count + 20 + start)
        // Large enough for the sum of the sizes.
        var last = ZipWriter.Member(name: "last.npy", stored: plain.members[1].stored)
        last.stored = NumpyArray(Tensor<Double>(zeros: [256])).serialized()
        return ZipWriter(members: [outer, second, last]).bytes
    }

    /// 258 MB of zeros in 1.6 MB.
    private static var bomb: [UInt8] {
        // Three bits begin a block of fixed codes; then the literal 0, and copies of 258 bytes from 1 before, 13 bits
        // each: 8 of them are 13 bytes.
        var start = BitWriter()
        start.write(0b011, count: 3)
        start.writeCode(0b0011_0000, count: 8)
        start.writeCopy()
        var copies = BitWriter()
        for _ in 0..<8 { copies.writeCopy() }
        let count = 125_000
        let stored = start.bytes + Array(repeating: copies.bytes, count: count).joined() + [0]
        var member = ZipWriter.Member(name: "w.npy", stored: stored, content: [], method: 8)
        member.size = UInt64(1 + 258 * (8 * count + 1))
        return ZipWriter(members: [member]).bytes
    }

    private static let huge: ZipWriter.Member = {
        var member = ZipWriter.Member(name: "w.npy", stored: [], content: [], method: 8)
        (member.size, member.compressedSize) = (0xFFFF_FFFE, 0x00FF_FFFF)
        return member
    }()
}

/// Bits as deflate has them: from the lowest of each byte.
private struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var used = 8

    mutating func write(_ value: Int, count: Int) {
        for bit in 0..<count {
            if used == 8 {
                bytes.append(0)
                used = 0
            }
            bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << used
            used += 1
        }
    }

    /// Codes are written from their highest bit.
    mutating func writeCode(_ value: Int, count: Int) {
        for bit in (0..<count).reversed() { write(value >> bit & 1, count: 1) }
    }

    /// 258 bytes from 1 before.
    mutating func writeCopy() {
        writeCode(0b1100_0101, count: 8)
        writeCode(0, count: 5)
    }
}
