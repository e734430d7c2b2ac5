import ArgumentParser
import Foundation
import MDLSTM
import OpenCLRuntime

/// The exit codes of the command.
enum ExitStatus: Int32 {
    case checkFailed = 1
    case usage = 64
    case badData = 65
    case noSuchInput = 66
    case noDevice = 69
    case internalError = 70
    case cannotCreate = 73
    case cannotWrite = 74
    case outOfDeviceMemory = 75
    case interrupted = 130
    case terminated = 143
}

/// What the command says and returns when something went wrong.
struct CommandFailure {
    let status: ExitStatus
    let message: String

    /// Whether it was the device's.
    private let isOfDevice: Bool

    init(_ error: any Error, root: any ParsableCommand.Type) {
        isOfDevice = error is OpenCLError
        switch error {
        case let error as MDLSTMError:
            status =
                switch error.kind {
                case .option: .usage
                case .data: .badData
                case .missingInput: .noSuchInput
                case .cannotCreate: .cannotCreate
                case .cannotWrite: .cannotWrite
                case .notFinite: .checkFailed
                }
            message = Self.clipped(error.message)
        case let error as OpenCLError:
            status = error.isNoDevice ? .noDevice : error.isOutOfMemory ? .outOfDeviceMemory : .internalError
            message = error.description
        case let error as TrainingStopped:
            status = error.signal == SIGINT ? .interrupted : .terminated
            message = error.message
        case let error as CheckFailed:
            status = .checkFailed
            message = error.message
        default:
            // Help and version are no failures: the parser prints them itself.
            if root.exitCode(for: error) == .success { root.exit(withError: error) }
            let isUsage = root.exitCode(for: error) == .validationFailure
            status = isUsage ? .usage : .internalError
            // The parser lists many values on lines of their own.
            let text = root.message(for: error).replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", ")
            let sentence = Self.clipped(text.hasSuffix(".") ? String(text.dropLast()) : text)
            message = isUsage ? sentence + "; see 'mdlstm help'" : sentence
        }
    }

    /// A message that quotes its input may be as long as that; a line of it is enough.
    private static func clipped(_ message: String) -> String {
        // By scalars: a character may be as long as the message.
        let scalars = message.unicodeScalars
        return message.utf8.count <= 600
            ? message : String(scalars.prefix(300)) + " [..] " + String(scalars.suffix(200))
    }

    func exit() -> Never {
        printError("mdlstm: error: \(message)")
        // Threads of a driver that has failed may still be busy, and the destructors of its library would meet them.
        if isOfDevice { _exit(status.rawValue) }
        Foundation.exit(status.rawValue)
    }
}

/// A check that did not pass: exit code 1.
struct CheckFailed: Error {
    let message: String
}

/// Writes one line to stderr.
func printError(_ line: String) {
    // There is nobody to tell when stderr itself is closed or full.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}

/// Writes a line of results to stdout.
///
/// - Throws: `MDLSTMError` of kind `cannotWrite` when that fails: on a full disk, say.
func printResult(_ line: String) throws(MDLSTMError) {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
        throw MDLSTMError(.cannotWrite, "the results cannot be written to stdout: \(error.localizedDescription)")
    }
}
