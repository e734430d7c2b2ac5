import Foundation
import MDLSTM
import Synchronization

/// SIGINT, SIGTERM and SIGHUP: they end the process, its temporary files removed; a training takes the first as the wish to
/// stop after the step at hand.
enum StopRequest {
    fileprivate static let received = Atomic<Int32>(0)
    fileprivate static let isWish = Atomic<Bool>(false)
    fileprivate static let isTold = Atomic<Bool>(true)

    /// The signal that a training has been sent, if any.
    static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// What the shell calls a signal.
    static func name(_ signal: Int32) -> String {
        [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][signal] ?? "signal \(signal)"
    }

    /// What is said when a signal ends the process, made beforehand: a handler can make nothing.
    fileprivate static let messages: [(signal: Int32, text: StaticString)] = [
        (SIGINT, "mdlstm: error: stopped by SIGINT; what was being written is removed\n"),
        (SIGTERM, "mdlstm: error: stopped by SIGTERM; what was being written is removed\n"),
        (SIGHUP, "mdlstm: error: stopped by SIGHUP; what was being written is removed\n"),
    ]

    /// Listens from the beginning of the process; signals that are ignored (`nohup`) stay so.
    ///
    /// - Parameter isTold: whether a signal that ends the process is told; a launcher ends ranks by one when another has ended
    static func listen(isTold: Bool) {
        Self.isTold.store(isTold, ordering: .relaxed)
        // Made now, not in the handler.
        _ = (signal, isWish.load(ordering: .relaxed), messages.count)
        // A parent may have started this process with its own signals held back.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in UnfinishedFiles.endingSignals { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in UnfinishedFiles.endingSignals {
            var action = sigaction()
            sigaction(number, nil, &action)
            let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
            if !isIgnored { _ = Foundation.signal(number, stop) }
        }
        // A file that may get no larger is a write that fails.
        _ = Foundation.signal(SIGXFSZ, SIG_IGN)
    }

    /// From now on the first signal is the wish to stop: see `signal`. A second one ends the process at once.
    static func waitForStep() { isWish.store(true, ordering: .relaxed) }

    /// From now on a signal ends the process again; one that has come since the last step does so now.
    static func endWaiting() {
        isWish.store(false, ordering: .relaxed)
        if let signal { raise(signal) }
    }
}

private func stop(_ number: Int32) {
    // Nobody reads any more: ends without a word, as programs do.
    let isSilent = number == SIGPIPE
    let isWish = !isSilent && StopRequest.isWish.load(ordering: .relaxed)
    if isWish, StopRequest.received.exchange(number, ordering: .relaxed) == 0 { return }
    UnfinishedFiles.removeAll()
    if !isWish, !isSilent, StopRequest.isTold.load(ordering: .relaxed) {
        for (signal, text) in StopRequest.messages where signal == number {
            _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        }
    }
    _exit(128 + number)
}

/// A training that was told to stop: exit code 128 and the signal's number.
struct TrainingStopped: Error {
    let signal: Int32
    let step: Int

    /// The checkpoint to go on from; nil without a folder for it.
    let checkpoint: String?

    var message: String {
        let rest = checkpoint.map { "go on with --resume auto, or --resume \($0)" } ?? "nothing is saved without --out"
        return "stopped by \(StopRequest.name(signal)) after step \(step); \(rest)"
    }
}
