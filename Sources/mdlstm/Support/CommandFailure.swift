import ArgumentParser
import Foundation
import MDLSTM
import OpenCLRuntime

/// The exit codes of the command.
struct ExitStatus {
    let rawValue: Int32

    static let checkFailed = ExitStatus(rawValue: 1)
    static let usage = ExitStatus(rawValue: 64)
    static let badData = ExitStatus(rawValue: 65)
    static let noSuchInput = ExitStatus(rawValue: 66)
    static let noDevice = ExitStatus(rawValue: 69)
    static let internalError = ExitStatus(rawValue: 70)
    static let cannotCreate = ExitStatus(rawValue: 73)
    static let cannotWrite = ExitStatus(rawValue: 74)
    static let outOfMemory = ExitStatus(rawValue: 75)

    /// 128 and the signal's number, as shells have it.
    static func stopped(by signal: Int32) -> ExitStatus { ExitStatus(rawValue: 128 + signal) }
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
                case .outOfMemory: .outOfMemory
                case .notFinite: .checkFailed
                }
            message = Self.clipped(error.message)
        case let error as OpenCLError where error.call == "clBuildProgram" && StopRequest.signal != nil:
            // The compiler of kernels removes its files at the signal too, and fails then.
            let signal = StopRequest.signal!
            status = .stopped(by: signal)
            message =
                "stopped by \(StopRequest.name(signal)) while kernels were compiled; nothing was saved since the last "
                + "checkpoint: go on with --resume auto"
        case let error as OpenCLError:
            status =
                error.isNoDevice || error.isOfCache
                ? .noDevice : error.isOutOfMemory ? .outOfMemory : .internalError
            message = error.description
        case let error as TrainingStopped:
            status = .stopped(by: error.signal)
            message = error.message
        case let error as ExchangeError:
            status =
                switch error.kind {
                case .missing: .outOfMemory
                case .unlike: .badData
                case .drifted: .internalError
                case .unavailable: .noDevice
                }
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
        DriverCrash.finish()
        // First, since the launcher may end this rank at once when another has ended.
        RankFolder.removeAll()
        Ranks.waitForFirst(status)
        // A stop is the same on all ranks, and the first tells it.
        let isTold = Ranks.isFirst || status.rawValue < 128
        if isTold {
            printFailure("mdlstm: error: \(Ranks.name.map { $0 + ": " } ?? "")\(message)")
        }
        // MPI is not ended: its launcher then ends the other ranks.
        if Ranks.isShared { _exit(status.rawValue) }
        // Threads of a driver that has failed may still be busy, and the destructors of its library would meet them.
        if isOfDevice { _exit(status.rawValue) }
        Foundation.exit(status.rawValue)
    }
}

/// A check that did not pass: exit code 1.
struct CheckFailed: Error {
    let message: String
}
