internal import COpenCL

/// The OpenCL objects that a context, its buffers, programs and kernels share; released with the last of them.
internal final class ContextCore {
    let device: Device
    let context: cl_context
    let queue: cl_command_queue
    let isProfiling: Bool
    private let hostLimit: @Sendable () -> HostLimit?

    /// Bytes of the buffers that are alive, and the most there ever were at a time.
    var allocatedBytes = 0
    var peakAllocatedBytes = 0

    /// Whether commands may be under way.
    private(set) var isBusy = false

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

    /// Refuses an array of the host that the process has no memory for.
    func requireHostMemory(_ bytes: Int) throws(OpenCLError) {
        guard let limit = hostLimit(), bytes > limit.bytesLeft else { return }
        throw limit.isExceeded(by: bytes, of: "a copy of a buffer")
    }

    func finish() throws(OpenCLError) { try check(waited(clFinish(queue)), "clFinish") }

    /// Notes a command that is not waited for; returns its status.
    func enqueued(_ status: Int32) -> Int32 {
        isBusy = true
        return status
    }

    /// Notes a call that waits for the queue; returns its status.
    func waited(_ status: Int32) -> Int32 {
        isBusy = status != CL_SUCCESS
        if !isBusy { waits += 1 }
        return status
    }

    deinit {
        for event in recorded { event.release() }
        clReleaseCommandQueue(queue)
        clReleaseContext(context)
    }
}
