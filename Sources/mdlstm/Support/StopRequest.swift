import Foundation
import Synchronization

/// SIGINT and SIGTERM as the wish to stop after the step at hand. A second one ends the process at once.
enum StopRequest {
    fileprivate static let received = Atomic<Int32>(0)

    /// The signal that has come, if any.
    static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Listens from now on; signals that are ignored (`nohup`) stay so.
    static func listen() {
        _ = signal
        // A parent may have started this process with its own signals held back.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            sigaction(number, nil, &action)
            let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
            if !isIgnored { _ = Foundation.signal(number, noteStop) }
        }
    }
}

private func noteStop(_ number: Int32) {
    if StopRequest.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
}

/// A training that was told to stop: exit code 128 and the signal's number.
struct TrainingStopped: Error {
    let signal: Int32
    let step: Int

    /// The checkpoint to go on from; nil without a folder for it.
    let checkpoint: String?

    var message: String {
        let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
        let rest = checkpoint.map { "go on with --resume auto, or --resume \($0)" } ?? "nothing is saved without --out"
        return "stopped by \(name) after step \(step); \(rest)"
    }
}
