import Foundation
import MDLSTM
import Testing
import _TestSupport

/// The built `mdlstm`, run as a process of its own.
enum CommandLineTool {
    /// What a run left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The lines on stderr.
        var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    /// Runs the command.
    ///
    /// - Parameters:
    ///   - arguments: subcommand and flags
    ///   - environment: variables to set; nil removes one
    ///   - limit: what a shell's `ulimit` is given first
    static func run(
        _ arguments: [String], environment: [String: String?] = [:], limit: String? = nil
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        let process = try start(arguments, environment: environment, limit: limit, outputs: folder)
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "mdlstm \(arguments) was killed by a signal")
        return Outcome(
            status: process.terminationStatus, output: try text(folder.file("out")),
            errors: try text(folder.file("err")))
    }

    /// Runs the command and measures what it takes.
    static func measure(
        _ arguments: [String], environment: [String: String?] = [:]
    ) throws -> (outcome: Outcome, processorSeconds: Double, peakBytes: Int) {
        let folder = try TemporaryFolder()
        let figures = folder.file("figures")
        let process = try start(
            [figures, try executable()] + arguments, program: "_MeasuredRun", environment: environment,
            outputs: folder)
        process.waitUntilExit()
        try #require(process.terminationReason == .exit && process.terminationStatus == 0)
        let parts = try text(figures).split(whereSeparator: \.isWhitespace)
        let status = try #require(Int32(parts[0]))
        try #require(status & 0x7F == 0, "mdlstm \(arguments) was killed by signal \(status & 0x7F)")
        let outcome = Outcome(
            status: status >> 8 & 0xFF, output: try text(folder.file("out")), errors: try text(folder.file("err")))
        return (outcome, try #require(Double(parts[1])), try #require(Int(parts[2])))
    }

    /// Starts the command.
    ///
    /// - Parameters:
    ///   - arguments: subcommand and flags
    ///   - environment: variables to set; nil removes one
    ///   - program: what is started in place of it
    ///   - limit: what a shell's `ulimit` is given first: `-f 16`, so many blocks of 512 bytes that a file may have, as if the
    ///     disk were full; `-v 1000000`, KiB of memory
    ///   - input: the file that is standard input
    ///   - folder: where `out` and `err` go
    static func start(
        _ arguments: [String], program: String = "mdlstm", environment: [String: String?] = [:],
        limit: String? = nil, input: String? = nil, outputs folder: TemporaryFolder
    ) throws -> Process {
        let process = Process()
        if let limit {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "ulimit \(limit); exec \"$0\" \"$@\"", try executable()] + arguments
        } else {
            process.executableURL = URL(filePath: try executable(program))
            process.arguments = arguments
        }
        var variables = ProcessInfo.processInfo.environment
        for name in ["MDLSTM_DEVICE", "MDLSTM_KERNELS"] { variables[name] = nil }
        // No tuning of the user's.
        variables["XDG_CONFIG_HOME"] = folder.path
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        process.standardInput = try input.map { try #require(FileHandle(forReadingAtPath: $0)) } ?? .nullDevice
        // Files, not pipes: these never fill up.
        process.standardOutput = try handle(folder.file("out"))
        process.standardError = try handle(folder.file("err"))
        try process.run()
        return process
    }

    /// Runs the command and expects it to succeed.
    @discardableResult
    static func succeed(
        _ arguments: [String], environment: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let outcome = try run(arguments, environment: environment)
        try #require(
            outcome.status == 0, "mdlstm \(arguments.joined(separator: " ")): \(outcome.errors)",
            sourceLocation: sourceLocation)
        return outcome
    }

    /// Runs the command and expects it to fail with one line that says why, and nothing else to show for it.
    ///
    /// - Parameters:
    ///   - parts: what the message must contain
    ///   - absent: a file that must not be there afterwards
    static func fail(
        _ status: Int32, _ arguments: [String], saying parts: [String] = [], absent: String? = nil,
        environment: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run(arguments, environment: environment)
        let what = "mdlstm \(arguments.joined(separator: " ")): \(outcome.errors)"
        #expect(outcome.status == status, "\(what)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, "\(what)", sourceLocation: sourceLocation)
        let message = outcome.errorLines.last ?? ""
        #expect(message.hasPrefix("mdlstm: error: "), "\(what)", sourceLocation: sourceLocation)
        #expect(outcome.errorLines.count { $0.contains("error:") } == 1, "\(what)", sourceLocation: sourceLocation)
        #expect(
            outcome.errorLines.dropLast().allSatisfy { $0.hasPrefix("device: ") || $0.hasPrefix("seed: ") }, "\(what)",
            sourceLocation: sourceLocation)
        for part in parts {
            #expect(message.contains(part), "'\(message)' lacks '\(part)'", sourceLocation: sourceLocation)
        }
        if let absent {
            #expect(!FileManager.default.fileExists(atPath: absent), "\(absent)", sourceLocation: sourceLocation)
        }
    }

    /// An executable in the folder of the test bundle, or `MDLSTM_EXECUTABLE` for the command.
    static func executable(_ name: String = "mdlstm") throws -> String {
        if name == "mdlstm", let given = ProcessInfo.processInfo.environment["MDLSTM_EXECUTABLE"] { return given }
        let bundles = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }.map(\.bundleURL)
        let places = [URL(filePath: CommandLine.arguments[0]), Bundle.main.bundleURL] + bundles
        let folders = places.flatMap { [$0, $0.deletingLastPathComponent()] }
        let candidates = folders.map { $0.appending(path: name).path }
        return try #require(
            candidates.first { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                    && FileManager.default.isExecutableFile(atPath: path)
            }, "\(name) is in none of \(candidates); build it first")
    }

    private static func handle(_ path: String) throws -> FileHandle {
        try writeFile([], to: path)
        return try #require(FileHandle(forWritingAtPath: path))
    }

    static func text(_ path: String) throws -> String { String(decoding: try readFile(path), as: UTF8.self) }
}
