internal import COpenCL

/// The OpenCL objects that a context, its buffers, programs and kernels share; released with the last of them.
internal final class ContextCore {
    let device: Device
    let context: cl_context
    let queue: cl_command_queue
    let isProfiling: Bool
    private let hostLimit: @Sendable () -> HostLimit?

    /// Bytes of the buffers that are alive, and the most there ever were at a time.
    private(set) var allocatedBytes = 0
    private(set) var peakAllocatedBytes = 0

    /// Bytes that the driver has given for them, some more, and the most at a time since there were none.
    private(set) var takenBytes = 0
    private var peakTakenBytes = 0
    private var pool = MemoryPool()

    /// Buffers that were made.
    var buffersMade: UInt64 = 0

    /// Whether commands may be under way.
    private(set) var isBusy = false

    /// Kernels enqueued since the last flush or wait, and how many are passed on at a time: a driver may keep them back until
    /// somebody waits.
    private var unflushed = 0
    private static let flushedLaunches = 32

    /// Waits that ended well. The queue is in order: every command from before such a wait has ended.
    private(set) var waits = 0

    /// Commands recorded since the profile was last taken.
    var recorded: [RecordedEvent] = []

    /// Makes the context and its in-order queue.
    init(
        device: Device, profiling: Bool, hostLimit: @escaping @Sendable () -> HostLimit?
    ) throws(OpenCLError) {
        var status = CL_SUCCESS
        var id: cl_device_id? = device.id
        guard let context = clCreateContext(nil, 1, &id, nil, nil, &status), status == CL_SUCCESS else {
            throw OpenCLError(call: "clCreateContext", status: status, detail: "device \(device.name)")
        }
        let properties = cl_command_queue_properties(profiling ? CL_QUEUE_PROFILING_ENABLE : 0)
        guard let queue = clCreateCommandQueue(context, device.id, properties, &status), status == CL_SUCCESS else {
            clReleaseContext(context)
            throw OpenCLError(call: "clCreateCommandQueue", status: status, detail: "device \(device.name)")
        }
        self.device = device
        self.context = context
        self.queue = queue
        isProfiling = profiling
        self.hostLimit = hostLimit
    }

    /// What buffers may take of the host's memory; nil for no limit, and for a device with a memory of its own.
    var limitOfBuffers: HostLimit? { device.kind == .cpu ? hostLimit() : nil }

    /// Memory for a buffer: that of an earlier one, or new.
    ///
    /// - Returns: the memory, its size, and whether the driver has just made it
    func takeMemory(_ bytes: Int) throws(OpenCLError) -> (memory: cl_mem, capacity: Int, isNew: Bool) {
        let found: (memory: cl_mem, bytes: Int)
        // Much more than is asked for is given only where there is plenty.
        let isPlenty = bytes < (device.globalMemoryBytes - takenBytes) / 16
        let kept = pool.take(bytes, atMost: isPlenty ? 8 : 1.5)
        if let kept { found = kept } else { found = try newMemory(bytes) }
        allocatedBytes += bytes
        takenBytes += found.bytes
        peakTakenBytes = max(peakTakenBytes, takenBytes)
        peakAllocatedBytes = max(peakAllocatedBytes, allocatedBytes)
        return (found.memory, found.bytes, kept == nil)
    }

    private func newMemory(_ bytes: Int) throws(OpenCLError) -> (memory: cl_mem, bytes: Int) {
        if isScarce(bytes) { pool.empty() }
        if let limit = limitOfBuffers, bytes > limit.bytesLeft {
            throw limit.isExceeded(by: bytes, of: "a buffer of \(device.name)")
        }
        // Sizes that have grown once will again.
        let wanted = pool.replace(bytes) && bytes < device.globalMemoryBytes / 16 ? bytes + bytes / 4 : bytes
        let rounded = min(MemoryPool.size(for: wanted), device.maximumAllocationBytes)
        var status = CL_SUCCESS
        var size = isScarce(rounded) ? bytes : rounded
        while true {
            let memory = clCreateBuffer(context, cl_mem_flags(CL_MEM_READ_WRITE), size, nil, &status)
            if let memory, status == CL_SUCCESS { return (memory, size) }
            // Where the driver has no room, what is kept goes back, and no more than the bytes is asked for.
            if size == bytes, pool.bytes == 0 { break }
            pool.empty()
            size = bytes
        }
        throw OpenCLError(
            call: "clCreateBuffer", status: status,
            detail: "\(bytes) bytes asked for, \(allocatedBytes) bytes in use")
    }

    /// Memory of the host that the device can read by itself.
    func newHostMemory(_ bytes: Int) throws(OpenCLError) -> cl_mem {
        if let limit = limitOfBuffers, bytes > limit.bytesLeft { pool.empty() }
        var status = CL_SUCCESS
        let flags = cl_mem_flags(CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR)
        for _ in 0..<2 {
            if let memory = clCreateBuffer(context, flags, bytes, nil, &status), status == CL_SUCCESS { return memory }
            if pool.bytes == 0 { break }
            pool.empty()
        }
        throw OpenCLError(
            call: "clCreateBuffer", status: status,
            detail: "\(bytes) bytes of the host asked for, \(allocatedBytes) bytes of the device in use")
    }

    /// Whether there is not room for so many bytes beside what is taken and what is kept.
    private func isScarce(_ bytes: Int) -> Bool {
        bytes > device.globalMemoryBytes - takenBytes - pool.bytes || bytes > limitOfBuffers?.bytesLeft ?? .max
    }

    /// Takes the memory of a buffer back. With what is in use no more is kept than was in use at a time, little where the
    /// host's memory is limited, and nothing once no buffer lives.
    func give(_ memory: cl_mem, capacity: Int, bytes: Int) {
        allocatedBytes -= bytes
        takenBytes -= capacity
        if takenBytes == 0 { peakTakenBytes = 0 }
        pool.give(
            memory, bytes: capacity, limit: min(peakTakenBytes - takenBytes, (limitOfBuffers?.bytesLeft ?? .max) / 4))
    }

    /// Bytes of memory of released buffers.
    var keptBytes: Int { pool.bytes }

    /// Refuses an array of the host that the process has no memory for.
    func requireHostMemory(_ bytes: Int) throws(OpenCLError) {
        guard let limit = hostLimit(), bytes > limit.bytesLeft else { return }
        pool.empty()
        guard let limit = hostLimit(), bytes > limit.bytesLeft else { return }
        throw limit.isExceeded(by: bytes, of: "a copy of a buffer")
    }

    func finish() throws(OpenCLError) { try check(waited(clFinish(queue)), "clFinish") }

    /// Notes a command that is not waited for; returns its status.
    func enqueued(_ status: Int32) -> Int32 {
        isBusy = true
        return status
    }

    /// Notes that a kernel has been enqueued, and passes it on with those before it once they are many.
    func launched() throws(OpenCLError) {
        unflushed += 1
        if unflushed < Self.flushedLaunches { return }
        unflushed = 0
        try check(clFlush(queue), "clFlush")
    }

    /// Notes a call that waits for the queue; returns its status.
    func waited(_ status: Int32) -> Int32 {
        unflushed = 0
        isBusy = status != CL_SUCCESS
        if !isBusy { waits += 1 }
        return status
    }

    deinit {
        for event in recorded { event.release() }
        pool.empty()
        clReleaseCommandQueue(queue)
        clReleaseContext(context)
    }
}
