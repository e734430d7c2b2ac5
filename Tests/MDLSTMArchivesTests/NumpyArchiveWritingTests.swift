import MDLSTM
import MDLSTMArchives
import Testing
import _TestSupport

/// Archives that are written.
struct NumpyArchiveWritingTests {
    @Test func writtenAndReadAgain() throws {
        let folder = try TemporaryFolder()
        var file = TensorFile()
        file.append("a", Tensor<Float>.random([3, 5]))
        file.append("layer/ä", Tensor<Double>.random([2]))
        file.append("none", Tensor<Float>(zeros: [0, 7]))
        try NumpyArchive.write(file, to: folder.file("x.npz"))
        let bytes = try readFile(folder.file("x.npz"))
        // A local header, its zip64 field and a .npy of version 1 at their places.
        #expect(bytes.starts(with: [0x50, 0x4B, 3, 4, 45, 0]))
        #expect(bytes[30..<35].elementsEqual("a.npy".utf8))
        #expect(bytes[55..<61].elementsEqual([0x93] + Array("NUMPY".utf8)))
        let archive = try NumpyArchive(parsing: bytes, name: "x.npz")
        #expect(archive.names == file.names)
        for name in file.names {
            #expect(archive[name]?.entry.type == file[name]?.type && archive[name]?.shape == file[name]?.shape)
            #expect(archive[name]?.entry.bytes == file[name]?.bytes)
        }
    }

    @Test func noTensors() throws {
        let folder = try TemporaryFolder()
        try NumpyArchive.write(TensorFile(), to: folder.file("x.npz"))
        #expect(try NumpyArchive(parsing: readFile(folder.file("x.npz")), name: "x.npz").names.isEmpty)
    }
}
