internal import COpenCL

/// Elements of a buffer on their way to the host, while the device goes on with later commands.
public final class PendingRead<Element: BitwiseCopyable> {
    private let core: ContextCore
    private let memory: UnsafeMutableBufferPointer<Element>
    private var event: cl_event?

    fileprivate init(_ buffer: Buffer<Element>, _ range: Range<Int>) throws(OpenCLError) {
        core = buffer.core
        try core.requireHostMemory(buffer.bytes(range.count))
        memory = .allocate(capacity: range.count)
        let status = buffer.enqueueRead(memory, from: range.lowerBound, event: &event)
        if status != CL_SUCCESS { event = nil }
        try check(core.enqueued(status), "clEnqueueReadBuffer")
    }

    /// The elements; returns when the commands before the read have ended.
    public func wait() throws(OpenCLError) -> [Element] {
        if event != nil {
            try check(clWaitForEvents(1, &event), "clWaitForEvents")
            clReleaseEvent(event)
            event = nil
        }
        return Array(memory)
    }

    deinit {
        if event != nil {
            // The read is under way only after a failure, and that has been told. Who cannot even be waited for keeps the memory.
            let isOver = clWaitForEvents(1, &event) == CL_SUCCESS || clFinish(core.queue) == CL_SUCCESS
            clReleaseEvent(event)
            if !isOver { return }
        }
        memory.deallocate()
    }
}

extension Buffer {
    /// Begins to copy the elements of `range` to the host, after the commands before; does not wait.
    public func beginRead(_ range: Range<Int>) throws(OpenCLError) -> PendingRead<Element> {
        requireRange(range.lowerBound, range.count)
        return try PendingRead(self, range)
    }
}
