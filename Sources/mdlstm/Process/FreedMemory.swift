import Foundation
import MDLSTM

/// Memory that glibc keeps for itself; with other C libraries nothing is done.
enum FreedMemory {
    /// Gives back what has been freed: glibc keeps some megabytes of large arrays, now and not another time.
    static func giveBack() {
        typealias Trim = @convention(c) (Int) -> CInt
        guard let symbol = symbol("malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: Trim.self)(0)
    }

    /// Where address space is limited, has all threads share one arena: each of them would take 64 MiB of addresses for its
    /// own.
    static func shareArena() {
        typealias Option = @convention(c) (CInt, CInt) -> CInt
        guard MemoryLimit.countsAddresses, let symbol = symbol("mallopt") else { return }
        let mostArenas: CInt = -8
        _ = unsafeBitCast(symbol, to: Option.self)(mostArenas, 1)
    }
}
