private import Synchronization

/// The lock around every call of CLBlast, which is not safe from several threads before version 1.6.1.
internal enum CLBlastLock {
    private static let mutex = Mutex<Void>(())

    /// What `call` returns, while no other thread is in CLBlast.
    static func withLock(_ call: () -> Int32) -> Int32 { mutex.withLock { _ in call() } }
}
