private import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One of the limits to what this process may take of memory.
package struct MemoryLimit: Sendable {
    /// What messages call it: `ulimit -v`, say.
    package let name: String

    /// All that it allows, in bytes.
    package let bytes: Int

    /// What arrays may still take of it: without what is taken already and what is kept free for other needs.
    package let left: Int

    /// - Parameters:
    ///   - bytes: all that is allowed
    ///   - taken: what the process has taken of it
    ///   - kept: what is kept free
    package init(name: String, bytes: Int, taken: Int, kept: Int) {
        self.name = name
        self.bytes = bytes
        left = max(0, bytes - taken - kept)
    }

    /// The limit that leaves least: of the machine, of the control group, of the process.
    package static var tightest: MemoryLimit {
        let use = MemoryUse.now
        let machine = MemoryLimit(
            name: "this machine", bytes: physicalMemory, taken: use.data, kept: physicalMemory / 4)
        return (ofProcess(use) + [machine]).min { $0.left < $1.left }!
    }

    /// The limit that leaves least, the memory of the machine aside; nil where no other is set.
    package static var tightestOfProcess: MemoryLimit? {
        guard areSet else { return nil }
        return ofProcess(.now).min { $0.left < $1.left }
    }

    /// The limits of the process and of its control group, which are nearly never set.
    private static func ofProcess(_ use: MemoryUse) -> [MemoryLimit] {
        guard areSet else { return [] }
        var limits: [MemoryLimit] = []
        if let bytes = addressSpace {
            let kept = small + MemoryReserve.addressSpace
            limits.append(MemoryLimit(name: "ulimit -v", bytes: bytes, taken: use.addressSpace, kept: kept))
        }
        if let bytes = data {
            let kept = small + MemoryReserve.data
            limits.append(MemoryLimit(name: "ulimit -d", bytes: bytes, taken: use.data, kept: kept))
        }
        if let bytes = ControlGroup.memoryLimit {
            limits.append(
                MemoryLimit(
                    name: "the control group (cgroup)", bytes: bytes, taken: use.data,
                    kept: max(bytes / 4, small + MemoryReserve.data)))
        }
        return limits
    }

    /// Whether address space is limited, not only memory that is written to.
    package static var countsAddresses: Bool { addressSpace != nil }

    /// Keeps room for what arrays are not to take, from now on and in place of what was kept before; refuses what is more
    /// than a limit of the process leaves.
    ///
    /// Throws `.outOfMemory`.
    ///
    /// - Parameters:
    ///   - addressSpace: what it maps, in bytes
    ///   - data: what it writes to
    ///   - what: what it is
    ///   - advice: what to do instead
    package static func reserve(
        addressSpace: Int, data: Int, for what: String, advice: String
    ) throws(MDLSTMError) {
        MemoryReserve.set(addressSpace: addressSpace, data: data)
        guard let limit = ofProcess(.now).first(where: { $0.left == 0 }) else { return }
        let needed = limit.name == "ulimit -v" ? addressSpace : data
        throw MDLSTMError(
            .outOfMemory,
            "\(what) takes some \(needed) bytes, and \(limit.name) allows \(limit.bytes) bytes in all; \(advice)")
    }

    /// For what is too small to be counted.
    private static let small = 32 << 20

    private static let addressSpace = limit(RLIMIT_AS)
    private static let data = limit(RLIMIT_DATA)
    private static let areSet = addressSpace != nil || data != nil || ControlGroup.memoryLimit != nil

    #if canImport(Glibc)
        private typealias Resource = __rlimit_resource
    #else
        private typealias Resource = Int32
    #endif

    /// What `ulimit` has set; nil for no limit.
    private static func limit(_ resource: Resource) -> Int? {
        var limit = rlimit()
        #if canImport(Glibc)
            let result = getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        #else
            let result = getrlimit(resource, &limit)
        #endif
        guard result == 0 else { return nil }
        // No limit is the largest number, whatever its sign.
        return Int(exactly: limit.rlim_cur).flatMap { $0 < 1 << 60 ? $0 : nil }
    }
}

/// Memory that is kept free for what comes beside the arrays: the driver of a device and its compiler.
private enum MemoryReserve {
    private static let reserve = Mutex((addressSpace: 0, data: 0))

    static var addressSpace: Int { reserve.withLock(\.addressSpace) }
    static var data: Int { reserve.withLock(\.data) }

    /// Keeps so many bytes free from now on, in place of those before.
    static func set(addressSpace: Int, data: Int) {
        reserve.withLock { $0 = (addressSpace, data) }
    }
}
