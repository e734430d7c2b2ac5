import Foundation
import MDLSTM
import Testing
import _TestSupport

/// The memory limits of control groups, from files such as the system's.
struct ControlGroupTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, _ path: String) throws {
        let file = folder.file(path)
        try FileManager.default.createDirectory(
            atPath: URL(filePath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try writeFile(Array(text.utf8), to: file)
    }

    private func limit(_ membership: String) -> Int? {
        ControlGroup.memoryLimit(membership: membership, root: folder.path)
    }

    @Test func leastOfVersion2Counts() throws {
        try write("max\n", "memory.max")
        try write("3000\n", "a/memory.max")
        try write("max\n", "a/b/memory.max")
        #expect(limit("0::/a/b\n") == 3000)
        try write("2000\n", "a/b/memory.max")
        #expect(limit("0::/a/b\n") == 2000)
        #expect(limit("0::/a\n") == 3000)
        #expect(limit("0::/\n") == nil)
        // The root of a container is the group itself.
        try write("1000\n", "memory.max")
        #expect(limit("0::/../../elsewhere\n") == 1000)
        #expect(limit("") == nil)
    }

    @Test func version1Counts() throws {
        try write("9223372036854771712\n", "memory/memory.limit_in_bytes")
        try write("4096\n", "memory/docker/x/memory.limit_in_bytes")
        let membership = "9:name=systemd:/\n5:devices:/docker/x\n4:memory,hugetlb:/docker/x\n0::/docker/x\n"
        #expect(limit(membership) == 4096)
        #expect(limit("4:memory:/docker\n") == nil)
        // Both versions at a time.
        try write("2048\n", "unified/docker/x/memory.max")
        #expect(limit(membership) == 2048)
    }

    @Test func limitsLeaveWhatIsNotTaken() {
        #expect(MemoryLimit(name: "a", bytes: 100, taken: 30, kept: 20).left == 50)
        #expect(MemoryLimit(name: "a", bytes: 100, taken: 90, kept: 20).left == 0)
        let tightest = MemoryLimit.tightest
        #expect(tightest.left > 0 && tightest.left < tightest.bytes)
        let error = #expect(throws: MDLSTMError.self) {
            try requireMemory(for: .max, of: Double.self, "the array")
        }
        #expect(error?.kind == .outOfMemory)
        #expect(error?.message.contains("\(tightest.bytes)") == true)
    }
}
