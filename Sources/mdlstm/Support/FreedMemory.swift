import Foundation

/// Memory that has been freed but not given back.
enum FreedMemory {
    /// Gives it back to the system. glibc keeps some megabytes of large arrays, now and not another time; where there is no
    /// `malloc_trim`, nothing is done.
    static func giveBack() {
        typealias Trim = @convention(c) (Int) -> CInt
        // Its header is in no module of Swift's.
        guard let handle = dlopen(nil, RTLD_NOW), let symbol = dlsym(handle, "malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: Trim.self)(0)
    }
}
