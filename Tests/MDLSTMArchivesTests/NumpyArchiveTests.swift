import MDLSTM
import MDLSTMArchives
import Testing
import _TestSupport

private let single = Tensor<Float>.random([2, 3])
private let double = Tensor<Double>.random([5])
private let plain = ZipWriter(members: [
    ZipWriter.Member(name: "a.npy", stored: NumpyArray(single).serialized()),
    ZipWriter.Member(name: "layer/b.npy", stored: NumpyArray(double).serialized()),
])

/// numpy.savez_compressed(w=numpy.arange(12, dtype='<f4').reshape(3, 4)).
private let compressed: [UInt8] = bytes(
    """
    504b03042d0000000800000021002d6f2226ffffffffffffffff05001400772e6e707901001000b00000000000000066000000000000009bec17
    ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a2aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91ac63a0a26
    9a3a0ab50a64032e063068b007120e4004c40d40bc00880f00f1032066706460100062052036700400504b01022d032d0000000800000021002d
    6f222666000000b0000000050000000000000000000000800100000000772e6e7079504b05060000000001000100330000009d0000000000
    """)
private let deflatedBytes = Array(compressed[55..<157])
private let inflated = NumpyArray(
    Tensor<Float>(shape: [3, 4], values: (0..<12).map { Float($0) })
).serialized()

private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

private func archive(
    _ change: (inout ZipWriter) -> Void = { _ in }, member: (inout ZipWriter.Member) -> Void = { _ in }
) -> [UInt8] {
    var writer = plain
    change(&writer)
    if !writer.members.isEmpty { member(&writer.members[0]) }
    return writer.bytes
}

private func deflated(_ change: (inout ZipWriter.Member) -> Void) -> [UInt8] {
    var member = ZipWriter.Member(name: "w.npy", stored: deflatedBytes, content: inflated, method: 8)
    change(&member)
    return ZipWriter(members: [member]).bytes
}

struct NumpyArchiveTests {
    @Test(arguments: [false, true], [0, 1, 300])
    func stored(zip64: Bool, comment: Int) throws {
        var writer = plain
        writer.isZip64 = zip64
        writer.comment = Array(repeating: 7, count: comment)
        #expect(NumpyArchive.isArchive(writer.bytes))
        let archive = try NumpyArchive(parsing: writer.bytes, name: "x.npz")
        #expect(archive.names == ["a", "layer/b"])
        #expect(archive["a"]?.tensor(as: Float.self) == single)
        let tensors = archive.tensors
        #expect(tensors.names == archive.names)
        #expect(tensors["layer/b"]?.type == .float64)
        #expect(try tensors.tensor("layer/b", as: Double.self) == double)
        #expect(archive["b"] == nil)
    }

    @Test func compressedByNumpy() throws {
        let archive = try NumpyArchive(parsing: compressed, name: "x.npz")
        #expect(archive.names == ["w"])
        let expected = Tensor<Float>(shape: [3, 4], values: (0..<12).map { Float($0) })
        #expect(archive["w"]?.tensor(as: Float.self) == expected)
    }

    /// Element [i, j] of shape [2, 3] lies at i + 2 j; other types stay what they are.
    @Test func arraysKeepTheirType() throws {
        func npy(_ type: String, _ data: [UInt8]) -> [UInt8] {
            let header = "{'descr': '\(type)', 'fortran_order': True, 'shape': (2, 3), }\n"
            return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + data
        }
        let half: [UInt8] = [0, 0, 0, 0x3C, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45]
        let writer = ZipWriter(members: [
            ZipWriter.Member(name: "u.npy", stored: npy("|u1", [0, 1, 2, 3, 4, 5])),
            ZipWriter.Member(name: "h.npy", stored: npy("<f2", half)),
        ])
        let tensors = try NumpyArchive(parsing: writer.bytes, name: "x.npz").tensors
        #expect(tensors["u"]?.type == .uint8 && tensors["h"]?.type == .float16)
        for name in ["u", "h"] {
            #expect(try tensors.tensor(name, as: Float.self) == Tensor(shape: [2, 3], values: [0, 2, 4, 1, 3, 5]))
        }
    }

    @Test func anEmptyArchiveHasNoArrays() throws {
        #expect(try NumpyArchive(parsing: ZipWriter(members: []).bytes, name: "x.npz").names.isEmpty)
    }

    @Test(
        arguments: [
            ("checksum", archive(member: { $0.checksum = 1 })), ("checksum", deflated { $0.checksum = 1 }),
            ("in the clear", archive(member: { $0.flags = 1 })), ("method 12", archive(member: { $0.method = 12 })),
            ("'a.txt'", archive(member: { $0.name = "a.txt" })),
            ("'a/data.pkl'", archive(member: { $0.name = "a/data.pkl" })),
            ("'layer/b.npy' twice", archive(member: { $0.name = "layer/b.npy" })),
            ("__metadata__", archive(member: { $0.name = "__metadata__.npy" })),
            ("'a.npy'", archive(member: { $0.stored += [0] })),
            ("'a.npy' of at most", archive(member: { $0.size = 5 })),
            ("members of at most", archive(member: { $0.compressedSize = 1 << 20 })),
            ("members of at most", archive({ $0.isZip64 = true }, member: { $0.compressedSize = .max })),
            ("'a.npy' of at most", archive({ $0.isZip64 = true }, member: { $0.size = .max })),
            ("'w.npy' of at most 105264", deflated { $0.size = 200_000 }),
            ("inflate to 175", deflated { $0.size = 175 }), ("inflate to 177", deflated { $0.size = 177 }),
            ("inflate to 0", deflated { $0.size = 0 }),
            ("inflate", deflated { $0.stored.removeLast() }), ("inflate", deflated { $0.stored += [0] }),
            (
                "inflate",
                deflated {
                    $0.stored = []; $0.content = []
                }
            ),
            ("inflate", deflated { $0.stored[0] = 0xFF }),
            ("found the end", archive(member: { $0.offset = 1 << 30 })),
            ("member 'a.npy' at byte 1", archive(member: { $0.offset = 1 })),
            ("found the end", archive({ $0.isZip64 = true }, member: { $0.offset = .max })),
            (
                "at most 65536 members",
                archive({
                    $0.isZip64 = true; $0.count = 65_537
                })
            ),
            ("an entry of the directory", archive({ $0.count = 3 })),
            ("a directory of 108 bytes", archive({ $0.count = 1 })),
            ("a directory of at most", archive({ $0.directorySize = 1 << 20 })),
            ("a directory of", archive({ $0.directorySize = 1 })),
            ("found the end", archive({ $0.directoryOffset = 1 << 30 })),
            (
                "found the end",
                archive({
                    $0.isZip64 = true; $0.directoryOffset = .max
                })
            ),
            (
                "a directory of at most",
                archive({
                    $0.isZip64 = true; $0.directorySize = .max
                })
            ),
            ("at the end", plain.bytes + [0]), ("at the end", Array("PK".utf8)), ("at the end", []),
        ] as [(String, [UInt8])])
    func rejects(part: String, file: [UInt8]) {
        let error = #expect(throws: MDLSTMError.self) { try NumpyArchive(parsing: file, name: "x.npz") }
        #expect(error?.kind == .data)
        #expect(error?.message.hasPrefix("x.npz") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "") lacks '\(part)'")
        #expect(error?.message.contains("\n") == false)
    }

    /// Members that share their bytes could become far more than the file.
    @Test func sharedBytesAreRefused() throws {
        let content = NumpyArray(Tensor<Float>.random([256])).serialized()
        let first = ZipWriter.Member(name: "0.npy", stored: content)
        let shared = (1..<10).map { index in
            ZipWriter.Member(
                name: "\(index).npy", stored: [], content: content, compressedSize: UInt64(content.count), offset: 0)
        }
        let alone = ZipWriter(members: [first]).bytes
        #expect(try NumpyArchive(parsing: alone, name: "x.npz").names == ["0"])
        let error = #expect(throws: MDLSTMError.self) {
            try NumpyArchive(parsing: ZipWriter(members: [first] + shared).bytes, name: "x.npz")
        }
        #expect(error?.message.contains("members of at most") == true)
    }

    @Test(arguments: [plain.bytes, compressed])
    func everyTruncationIsRejectedAndNoChangedByteTraps(bytes: [UInt8]) {
        for count in 0..<bytes.count {
            #expect(throws: MDLSTMError.self) { try NumpyArchive(parsing: Array(bytes[..<count]), name: "t") }
        }
        for position in bytes.indices {
            for value in stride(from: 0, through: 255, by: 15) {
                var changed = bytes
                changed[position] = UInt8(value)
                _ = try? NumpyArchive(parsing: changed, name: "t").tensors
            }
        }
    }
}
