public import MDLSTM

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

#if MPI
    import CMPIShim
#endif

/// What a launcher such as mpirun tells a process by its environment, before MPI begins.
public enum MPILauncher {
    /// Ranks that this process is one of; nil without a launcher. Open MPI and MPICH set one of these.
    public static var size: Int? {
        for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"] {
            if let text = getenv(name), let size = Int(String(cString: text)), size >= 1 { return size }
        }
        return nil
    }

    /// The MPI of this build, with its version; nil without one.
    public static var library: String? {
        #if MPI
            return text { mpi_shim_version($0, $1) }
        #else
            return nil
        #endif
    }

    /// The ranks that this process was started among; one alone without a launcher, and then MPI does not begin.
    ///
    /// - Parameter timeout: seconds that a rank waits for another
    /// - Throws: ``ExchangeError`` of kind `unavailable` when a launcher has started several ranks that do not know of each other:
    ///   a build without MPI, or with another than the launcher's.
    public static func start(timeout: Double) throws -> any RankExchange {
        guard let size, size > 1 else { return SoloExchange() }
        #if MPI
            return try MPIExchange(launched: size, timeout: timeout)
        #else
            throw ExchangeError(
                .unavailable,
                "started as one of \(size) ranks, but this build has no MPI; build it with 'make mpi', or start it alone"
            )
        #endif
    }
}

#if MPI
    /// A text that a function of the shim writes.
    func text(_ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            write(buffer.baseAddress!, buffer.count)
            return String(cString: buffer.baseAddress!)
        }
    }
#endif
