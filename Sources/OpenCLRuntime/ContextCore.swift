internal import COpenCL

/// The OpenCL objects that a context, its buffers, programs and kernels share; released with the last of them.
internal final class ContextCore {
    let device: Device
    let context: cl_context
    let queue: cl_command_queue
    let isProfiling: Bool

    /// Bytes of the buffers that are alive, and the most there ever were at a time.
    var allocatedBytes = 0
    var peakAllocatedBytes = 0

    /// Commands recorded since the profile was last taken.
    var recorded: [RecordedEvent] = []

    /// Makes the context and its in-order queue.
    init(device: Device, profiling: Bool) throws(OpenCLError) {
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
    }

    func finish() throws(OpenCLError) { try check(clFinish(queue), "clFinish") }

    deinit {
        for event in recorded { event.release() }
        clReleaseCommandQueue(queue)
        clReleaseContext(context)
    }
}
