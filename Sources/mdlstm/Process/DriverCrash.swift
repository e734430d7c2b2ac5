import Foundation
import MDLSTM
import OpenCLRuntime
import Synchronization

/// Drivers that end the process: pocl aborts on a damaged cache of compiled kernels and for want of memory, and exits when
/// the disk is full. Instead there is a message and an exit code.
enum DriverCrash {
    /// Whether the process ends by its own will.
    fileprivate static let isOver = Atomic<Bool>(false)

    /// Messages, made beforehand: a signal handler can make nothing. They live as long as the process.
    nonisolated(unsafe) fileprivate static var memory: UnsafePointer<CChar>?
    nonisolated(unsafe) fileprivate static var driver: UnsafePointer<CChar>?

    /// What aborts did before.
    nonisolated(unsafe) fileprivate static var before = sigaction()

    /// Listens for aborts for want of memory, from the beginning of the process.
    static func listenForMemory() {
        let limit = MemoryLimit.tightest
        memory = line(
            "memory ran out: \(limit.name) allows \(limit.bytes) bytes; raise that, or take a smaller input or fewer hidden "
                + "units")
        sigaction(SIGABRT, nil, &before)
        catchSignal(SIGABRT)
    }

    /// Listens for everything by which the driver of `device` may end the process.
    static func listen(to device: Device) {
        let cause = device.isPoCL ? PoclCache.howToRenew : "run 'mdlstm devices --verify'"
        let isFirst = driver == nil
        driver = line("the OpenCL driver of '\(device.name)' ended the process; \(cause)")
        // The compiler in the driver has its own way to fail: C++ calls this before it throws.
        if let symbol = symbol("_ZSt15set_new_handlerPFvvE") {
            typealias SetHandler = @convention(c) (@convention(c) () -> Void) -> UnsafeRawPointer?
            let setHandler = unsafeBitCast(symbol, to: SetHandler.self)
            _ = setHandler({ end(DriverCrash.memory, .outOfMemory) })
        }
        // A file of compiled kernels that was cut short has pages that are not there.
        for signal in [SIGABRT, SIGBUS] { catchSignal(signal) }
        guard isFirst else { return }
        atexit {
            if !DriverCrash.isOver.load(ordering: .relaxed) { end(DriverCrash.driver, .noDevice) }
        }
    }

    /// From now on the process ends by its own will.
    static func finish() { isOver.store(true, ordering: .relaxed) }

    private static func line(_ message: String) -> UnsafePointer<CChar>? {
        UnsafePointer(strdup("mdlstm: error: \(message)\n"))
    }

    private static func catchSignal(_ number: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = crashed
        action.sa_flags = Int32(SA_ONSTACK)
        sigaction(number, &action, nil)
    }
}

private func crashed(_ number: Int32) {
    if number == SIGABRT, errno == ENOMEM { end(DriverCrash.memory, .outOfMemory) }
    if DriverCrash.driver != nil { end(DriverCrash.driver, .noDevice) }
    // Nothing of a driver's: as if nobody had listened.
    sigaction(number, &DriverCrash.before, nil)
    raise(number)
}

private func end(_ message: UnsafePointer<CChar>?, _ status: ExitStatus) -> Never {
    UnfinishedFiles.removeAll()
    if let message { _ = write(STDERR_FILENO, message, strlen(message)) }
    _exit(status.rawValue)
}

/// A function of the C libraries whose header is in no module of Swift's; nil where there is none of that name.
func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlopen(nil, RTLD_NOW).flatMap { dlsym($0, name) } }
