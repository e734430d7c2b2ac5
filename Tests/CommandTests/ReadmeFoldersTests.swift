import Foundation
import Testing

/// README.md names every target and every folder in it, and no other.
@Suite struct ReadmeFoldersTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func listIsThatOfSources() throws {
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "\n## Folders\n").dropFirst().first)
        let list = try #require(section.components(separatedBy: "\nSources/\n").dropFirst().first)
        var listed: Set<String> = []
        var target = ""
        for line in list.components(separatedBy: "\n").prefix(while: { $0.hasPrefix("  ") }) {
            // Targets begin a line, after two spaces; what ends in a slash behind them is in the last of them.
            let words = line.dropFirst(2).split(separator: " ", omittingEmptySubsequences: false)
            let targets = words.prefix { $0.hasSuffix("/") }
            listed.formUnion(targets.map { String($0.dropLast()) })
            if let last = targets.last { target = String(last.dropLast()) }
            let text = words.dropFirst(targets.count).joined(separator: " ")
            listed.formUnion(text.matches(of: /[A-Za-z.]+\//).map { "\(target)/\($0.output.dropLast())" })
        }
        let targets = try folders(in: "")
        let expected = try targets + targets.flatMap { target in try folders(in: target).map { "\(target)/\($0)" } }
        #expect(Set(expected).subtracting(listed) == [], "not in README.md")
        #expect(Set(listed).subtracting(expected) == [], "not in Sources")
    }

    /// Names of the folders in a folder of Sources.
    private func folders(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: "Sources/\(path)"), includingPropertiesForKeys: [.isDirectoryKey]
        ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }.map(\.lastPathComponent)
    }
}
