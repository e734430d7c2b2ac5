internal import COpenCL

/// Memory of a device with elements of any type; kernels take it as an argument.
public class AnyBuffer {
    /// Size in bytes; at least one element even where `count` is 0.
    internal let byteCount: Int
    internal let memory: cl_mem

    /// Bytes that the driver was asked for.
    internal let capacity: Int

    /// The number of the buffer among all of its context.
    internal let identity: UInt64
    internal let core: ContextCore

    internal init(count: Int, stride: Int, core: ContextCore) throws(OpenCLError) {
        precondition(count >= 0, "a buffer cannot have \(count) elements")
        let (byteCount, overflow) = max(count, 1).multipliedReportingOverflow(by: stride)
        if overflow || byteCount > core.device.maximumAllocationBytes {
            throw OpenCLError(
                call: "clCreateBuffer", status: CL_INVALID_BUFFER_SIZE,
                detail: "\(count) elements of \(stride) bytes asked for, but the largest buffer of "
                    + "\(core.device.name) is \(core.device.maximumAllocationBytes) bytes")
        }
        self.byteCount = byteCount
        self.core = core
        let isNew: Bool
        (memory, capacity, isNew) = try core.takeMemory(byteCount)
        core.buffersMade += 1
        identity = core.buffersMade
        if isNew { try adviseLargePages() }
    }

    deinit { core.give(memory, capacity: capacity, bytes: byteCount) }
}

/// `count` elements in the memory of a device.
///
/// Offsets and ranges count elements and must lie within the buffer (a precondition).
public final class Buffer<Element: BitwiseCopyable>: AnyBuffer {
    public let count: Int

    internal init(count: Int, core: ContextCore) throws(OpenCLError) {
        self.count = count
        try super.init(count: count, stride: MemoryLayout<Element>.stride, core: core)
    }

    /// Copies `elements` to the device, beginning at `offset`; returns when that is done.
    public func write(_ elements: [Element], at offset: Int = 0) throws(OpenCLError) {
        let status = elements.withUnsafeBufferPointer { enqueueWrite($0, at: offset) }
        try check(status, "clEnqueueWriteBuffer")
    }

    /// Copies `elements` to the device, beginning at `offset`; returns when that is done.
    public func write(_ elements: UnsafeBufferPointer<Element>, at offset: Int = 0) throws(OpenCLError) {
        try check(enqueueWrite(elements, at: offset), "clEnqueueWriteBuffer")
    }

    /// All elements; returns when the commands before it have ended.
    public func read() throws(OpenCLError) -> [Element] { try read(0..<count) }

    /// The elements of `range`; returns when the commands before it have ended.
    public func read(_ range: Range<Int>) throws(OpenCLError) -> [Element] {
        requireRange(range.lowerBound, range.count)
        try core.requireHostMemory(bytes(range.count))
        var status = CL_SUCCESS
        let elements = [Element](unsafeUninitializedCapacity: range.count) { target, initializedCount in
            status = enqueueRead(UnsafeMutableRawBufferPointer(target), from: range.lowerBound)
            initializedCount = status == CL_SUCCESS ? range.count : 0
        }
        try check(status, "clEnqueueReadBuffer")
        return elements
    }

    /// Fills `elements` from the device, beginning at `offset` of the buffer; returns when that is done.
    public func read(into elements: inout [Element], at offset: Int = 0) throws(OpenCLError) {
        requireRange(offset, elements.count)
        let status = elements.withUnsafeMutableBytes { enqueueRead($0, from: offset) }
        try check(status, "clEnqueueReadBuffer")
    }

    /// Copies rows of `width` elements to rows of `target` that begin `stride` elements apart; returns when that is done.
    ///
    /// - Parameters:
    ///   - rows: the rows of this buffer, which lie without gaps
    ///   - width: elements of a row
    ///   - target: from the first element of the first row on
    ///   - stride: at least `width`
    public func read(
        rows: Range<Int>, width: Int, into target: UnsafeMutableBufferPointer<Element>, stride: Int
    ) throws(OpenCLError) {
        requireRange(rows.lowerBound * width, rows.count * width)
        if rows.isEmpty || width == 0 { return }
        precondition(
            stride >= width && target.count >= (rows.count - 1) * stride + width,
            "\(rows.count) rows of \(width), \(stride) apart, leave memory of \(target.count)")
        if stride == width {
            let all = UnsafeMutableBufferPointer(rebasing: target[..<(rows.count * width)])
            return try check(
                enqueueRead(UnsafeMutableRawBufferPointer(all), from: rows.lowerBound * width), "clEnqueueReadBuffer")
        }
        let status = clEnqueueReadBufferRect(
            core.queue, memory, cl_bool(CL_TRUE), [0, rows.lowerBound, 0], [0, 0, 0], [bytes(width), rows.count, 1],
            bytes(width), 0, bytes(stride), 0, target.baseAddress, 0, nil, nil)
        try check(core.waited(status), "clEnqueueReadBufferRect")
    }

    /// Sets the elements of `range`, or all, to `value`.
    ///
    /// - Precondition: The size of an element is a power of two, at most 128 bytes.
    public func fill(with value: Element, in range: Range<Int>? = nil) throws(OpenCLError) {
        let range = range ?? 0..<count
        requireRange(range.lowerBound, range.count)
        if range.isEmpty { return }
        var value = value
        let status = clEnqueueFillBuffer(
            core.queue, memory, &value, MemoryLayout<Element>.stride, bytes(range.lowerBound), bytes(range.count), 0,
            nil, nil)
        try check(core.enqueued(status), "clEnqueueFillBuffer")
    }

    /// Copies elements of `source` here, from `range` (all if nil) to `offset`; on the device, without waiting.
    ///
    /// - Throws: `CL_MEM_COPY_OVERLAP` if source and destination overlap.
    public func copy(
        from source: Buffer<Element>, _ range: Range<Int>? = nil, at offset: Int = 0
    ) throws(OpenCLError) {
        let range = range ?? 0..<source.count
        source.requireRange(range.lowerBound, range.count)
        requireRange(offset, range.count)
        if range.isEmpty { return }
        let status = clEnqueueCopyBuffer(
            core.queue, source.memory, memory, bytes(range.lowerBound), bytes(offset), bytes(range.count), 0, nil,
            nil)
        try check(core.enqueued(status), "clEnqueueCopyBuffer")
    }

    private func enqueueWrite(_ elements: UnsafeBufferPointer<Element>, at offset: Int) -> Int32 {
        requireRange(offset, elements.count)
        if elements.isEmpty { return CL_SUCCESS }
        return core.waited(
            clEnqueueWriteBuffer(
                core.queue, memory, cl_bool(CL_TRUE), bytes(offset), bytes(elements.count), elements.baseAddress, 0,
                nil, nil))
    }

    private func enqueueRead(_ target: UnsafeMutableRawBufferPointer, from offset: Int) -> Int32 {
        if target.isEmpty { return CL_SUCCESS }
        return core.waited(
            clEnqueueReadBuffer(
                core.queue, memory, cl_bool(CL_TRUE), bytes(offset), target.count, target.baseAddress, 0, nil, nil))
    }

    /// Begins to read into memory that stays until the event has come.
    internal func enqueueRead(
        _ target: UnsafeMutableBufferPointer<Element>, from offset: Int, event: inout cl_event?
    ) -> Int32 {
        if target.isEmpty { return CL_SUCCESS }
        return clEnqueueReadBuffer(
            core.queue, memory, cl_bool(CL_FALSE), bytes(offset), bytes(target.count), target.baseAddress, 0, nil,
            &event)
    }

    internal func requireRange(_ offset: Int, _ length: Int) {
        precondition(
            offset >= 0 && length <= count - offset, "\(length) elements at \(offset) leave a buffer of \(count)")
    }

    internal func bytes(_ elements: Int) -> Int { elements * MemoryLayout<Element>.stride }
}
