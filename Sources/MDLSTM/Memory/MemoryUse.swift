#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What this process takes now, in bytes.
struct MemoryUse {
    /// All that is mapped, and that of it which can be written and is no file's.
    let addressSpace: Int, data: Int

    static var now: MemoryUse {
        // Sizes in pages: all, resident, shared, text, 0, data and stack.
        let parts = (smallTextFile("/proc/self/statm") ?? "").split(separator: " ").map { Int($0) ?? 0 }
        let page = max(sysconf(Int32(_SC_PAGESIZE)), 1)
        return MemoryUse(
            addressSpace: parts.count > 0 ? parts[0] * page : 0, data: parts.count > 5 ? parts[5] * page : 0)
    }
}

/// Bytes of memory of this machine.
let physicalMemory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : .max
}()
