import MDLSTM
import MDLSTMArchives
import Testing
import _TestSupport

private let single = NumpyArchiveSamples.single
private let double = NumpyArchiveSamples.double
private let plain = NumpyArchiveSamples.plain
private let compressed = NumpyArchiveSamples.compressed

struct NumpyArchiveTests {
    @Test(arguments: [false, true], [0, 1, 300])
    func stored(zip64: Bool, comment: Int) throws {
        var writer = plain
        writer.isZip64 = zip64
        writer.comment = Array(repeating: 7, count: comment)
        #expect(NumpyArchive.isArchive(writer.bytes))
        let archive = try NumpyArchive(parsing: writer.bytes, name: "x.npz")
        #expect(archive.names == ["a", "layer/b"])
        #expect(try archive["a"]?.tensor(as: Float.self) == single)
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
        #expect(try archive["w"]?.tensor(as: Float.self) == expected)
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

    /// What an operating system or a person puts beside the arrays is passed over, whatever its bytes are.
    @Test func otherFilesArePassedOver() throws {
        let others = [".DS_Store", "__MACOSX/._a.npy", "layer/._b.npy", "README.txt", "layer/", "a.npy.txt"]
        let members = others.map { ZipWriter.Member(name: $0, stored: $0.hasSuffix("/") ? [] : [1, 2, 3]) }
        let writer = ZipWriter(members: members + plain.members)
        let archive = try NumpyArchive(parsing: writer.bytes, name: "x.npz")
        #expect(archive.names == ["a", "layer/b"])
        #expect(try archive["a"]?.tensor(as: Float.self) == single)
    }

    @Test func anEmptyArchiveHasNoArrays() throws {
        #expect(try NumpyArchive(parsing: ZipWriter(members: []).bytes, name: "x.npz").names.isEmpty)
    }

    @Test(arguments: NumpyArchiveSamples.rejected)
    func rejects(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try NumpyArchive(parsing: file.bytes, name: "x.npz") }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.npz"), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
        #expect(!message.contains("\n"), "\(message)")
    }

    /// Members that share their bytes could become far more than the file.
    @Test func sharedBytesAreRefused() throws {
        let content = NumpyArray(Tensor<Float>.random([256])).serialized()
        let first = ZipWriter.Member(name: "0.npy", stored: content)
        let shared = (1..<10).map { index -> ZipWriter.Member in
            var member = ZipWriter.Member(name: "\(index).npy", stored: [], content: content)
            (member.compressedSize, member.offset) = (UInt64(content.count), 0)
            return member
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
