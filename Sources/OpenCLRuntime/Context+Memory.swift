internal import COpenCL

/// A buffer that is about to be made.
public struct MemoryRequest: Sendable {
    /// What it is for, such as `the gates`.
    public let name: String
    public let bytes: Int

    public init(_ name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}

/// What a process may still take of the host's memory, and what limits it.
public struct HostLimit: Sendable {
    /// What messages call it, such as `ulimit -v`.
    public let name: String

    /// All that it allows, and what is left of it.
    public let bytes: Int, bytesLeft: Int

    public init(name: String, bytes: Int, bytesLeft: Int) {
        self.name = name
        self.bytes = bytes
        self.bytesLeft = bytesLeft
    }

    internal func isExceeded(
        by count: Int, of what: String, advice: String = "take a smaller grid, or fewer hidden units"
    ) -> OpenCLError {
        OpenCLError(
            call: "Context.requireMemory", status: CL_OUT_OF_HOST_MEMORY,
            detail:
                "\(what) would take \(count) bytes; \(name) allows \(bytes) bytes, of which \(bytesLeft) are left for it; "
                + advice)
    }
}

extension Context {
    /// Whether the device has buffers that large and, with `inTotal`, memory for all of them in addition to the living
    /// ones.
    public func hasMemory(for requests: [MemoryRequest], inTotal: Bool = true) -> Bool {
        // Released memory that is kept goes back where it is needed.
        requests.allSatisfy { $0.bytes <= device.maximumAllocationBytes }
            && (!inTotal || total(requests) <= device.globalMemoryBytes - core.takenBytes)
            && (core.limitOfBuffers.map { total(requests) <= $0.bytesLeft + core.keptBytes } ?? true)
    }

    /// Refuses what the device has no memory for, before the driver is asked for any of it.
    ///
    /// - Parameters:
    ///   - requests: the buffers
    ///   - inTotal: whether all of them will be alive at once, in addition to the living ones
    ///   - advice: what would fit
    /// - Throws: An error with `isOutOfMemory` that tells the largest request, the limit it exceeds, and the advice.
    public func requireMemory(
        for requests: [MemoryRequest], inTotal: Bool = true, advice: () -> String
    ) throws(OpenCLError) {
        if hasMemory(for: requests, inTotal: inTotal) { return }
        if let largest = requests.max(by: { $0.bytes < $1.bytes }), largest.bytes > device.maximumAllocationBytes {
            throw OpenCLError(
                call: "Context.requireMemory", status: CL_INVALID_BUFFER_SIZE,
                detail:
                    "\(largest.name) would take \(largest.bytes) bytes, and the largest buffer of \(device.name) is "
                    + "\(device.maximumAllocationBytes) bytes; \(advice())")
        }
        if let limit = core.limitOfBuffers, total(requests) > limit.bytesLeft + core.keptBytes {
            throw limit.isExceeded(by: total(requests), of: "this", advice: advice())
        }
        let inUse = allocatedBytes > 0 ? " with \(allocatedBytes) in use" : ""
        throw OpenCLError(
            call: "Context.requireMemory", status: CL_MEM_OBJECT_ALLOCATION_FAILURE,
            detail:
                "\(total(requests)) bytes would be taken, and \(device.name) has \(device.globalMemoryBytes)\(inUse); "
                + advice())
    }

    private func total(_ requests: [MemoryRequest]) -> Int {
        requests.reduce(0) { sum, request in
            let (total, overflow) = sum.addingReportingOverflow(request.bytes)
            return overflow ? .max : total
        }
    }
}
