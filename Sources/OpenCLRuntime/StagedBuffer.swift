internal import COpenCL

/// A buffer that is written again and again without waiting: data pass through host memory that belongs to it.
///
/// A blocking write waits for the device to wake and copy; a staged one returns at once, and only the next write to the
/// same buffer waits until the copy before it has been made. The host memory is the driver's, mapped as long as the buffer
/// lives: from there a GPU copies by itself, from other memory the host has to.
public final class StagedBuffer<Element: BitwiseCopyable> {
    /// The memory of the device.
    public let buffer: Buffer<Element>

    private let stagingMemory: cl_mem
    private let staging: UnsafeMutablePointer<Element>

    /// The last copy from ``staging`` to the device, and the queue's waits when it was enqueued.
    private var copy: cl_event?
    private var waitsBefore = 0

    fileprivate init(_ buffer: Buffer<Element>) throws(OpenCLError) {
        let core = buffer.core
        let bytes = max(1, buffer.bytes(buffer.count))
        let memory = try core.newHostMemory(bytes)
        var status = CL_SUCCESS
        let start = clEnqueueMapBuffer(
            core.queue, memory, cl_bool(CL_TRUE), cl_map_flags(CL_MAP_WRITE), 0, bytes, 0, nil, nil, &status)
        guard let start, core.waited(status) == CL_SUCCESS else {
            clReleaseMemObject(memory)
            throw OpenCLError(call: "clEnqueueMapBuffer", status: status)
        }
        self.buffer = buffer
        stagingMemory = memory
        staging = start.bindMemory(to: Element.self, capacity: max(1, buffer.count))
    }

    /// Copies `elements` to the beginning of the buffer; does not wait.
    ///
    /// - Precondition: There are at most as many elements as in the buffer.
    public func write(_ elements: [Element]) throws(OpenCLError) {
        precondition(elements.count <= buffer.count, "\(elements.count) elements leave a buffer of \(buffer.count)")
        if elements.isEmpty { return }
        try waitForCopy()
        staging.update(from: elements, count: elements.count)
        let status = clEnqueueWriteBuffer(
            buffer.core.queue, buffer.memory, cl_bool(CL_FALSE), 0, buffer.bytes(elements.count), staging, 0,
            nil, &copy)
        waitsBefore = buffer.core.waits
        try check(buffer.core.enqueued(status), "clEnqueueWriteBuffer")
    }

    private func waitForCopy() throws(OpenCLError) {
        guard copy != nil else { return }
        if buffer.core.waits == waitsBefore { try check(clWaitForEvents(1, &copy), "clWaitForEvents") }
        clReleaseEvent(copy)
        copy = nil
    }

    deinit {
        // The copy is under way only after a failure, and that has been told. Who cannot even be waited for keeps the memory.
        do { try waitForCopy() } catch {
            clReleaseEvent(copy)
            if clFinish(buffer.core.queue) != CL_SUCCESS { return }
        }
        // There is nobody to tell if it fails, and nothing more to lose.
        clEnqueueUnmapMemObject(buffer.core.queue, stagingMemory, staging, 0, nil, nil)
        clReleaseMemObject(stagingMemory)
    }
}

extension Context {
    /// A buffer of `count` elements, with undefined content, for writes that do not wait.
    public func makeStagedBuffer<Element: BitwiseCopyable>(
        of: Element.Type, count: Int
    ) throws(OpenCLError) -> StagedBuffer<Element> {
        try StagedBuffer(try makeBuffer(of: Element.self, count: count))
    }
}
