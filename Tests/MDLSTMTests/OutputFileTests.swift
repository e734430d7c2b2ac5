import Foundation
import MDLSTM
import Testing
import _TestSupport

struct OutputFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func writesAndReplaces() throws {
        let path = folder.file("a.bin")
        let large = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for bytes in [[1, 2, 3], [], large] {
            try writeFile(bytes, to: path)
            #expect(try readFile(path) == bytes)
        }
        #expect(folder.names == ["a.bin"])
    }

    @Test func keepsPermissionsAndLinks() throws {
        let path = folder.file("a.bin")
        let link = folder.file("link")
        try writeFile([1], to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try writeFile([2], to: link)
        #expect(try readFile(path) == [2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o640)
        #expect(folder.names == ["a.bin", "link"])
    }

    @Test func longNamesFit() throws {
        let path = folder.file(String(repeating: "n", count: 255))
        try writeFile([1], to: path)
        #expect(try readFile(path) == [1])
    }

    @Test func cannotCreate() {
        for path in [
            "", folder.path, folder.file("none/a.bin"), folder.file("a\0b"),
            folder.file(String(repeating: "n", count: 300)),
        ] {
            let error = #expect(throws: MDLSTMError.self) { try writeFile([1], to: path) }
            #expect(error?.kind == .cannotCreate, "\(path)")
        }
        #expect(folder.names == [])
    }

    @Test func devicesAreWrittenDirectly() throws {
        try writeFile([1, 2, 3], to: "/dev/null")
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    #if os(Linux)
        @Test func fullDiskIsAWriteError() {
            let error = #expect(throws: MDLSTMError.self) { try writeFile([1, 2, 3], to: "/dev/full") }
            #expect(error?.kind == .cannotWrite)
            #expect(error?.message.hasPrefix("/dev/full: expected ") == true)
        }
    #endif

    @Test func missingInput() {
        for path in ["", folder.path, folder.file("none"), folder.file("a\0b")] {
            let error = #expect(throws: MDLSTMError.self) { try readFile(path) }
            #expect(error?.kind == .missingInput, "\(path)")
        }
    }

    @Test func readsAPipe() throws {
        let path = folder.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let bytes = (0..<500_000).map { UInt8(truncatingIfNeeded: $0) }
        let writer = Thread { try? writeFile(bytes, to: path) }
        writer.start()
        #expect(try readFile(path) == bytes)
    }
}
