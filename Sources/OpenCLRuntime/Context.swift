internal import CCLBlast
internal import COpenCL

/// A device with one in-order queue of commands, and everything made for it.
///
/// Commands run in the order in which they are enqueued. Not for use from several threads at a time: each thread that
/// needs a device makes its own context.
public final class Context {
    public let device: Device

    internal let core: ContextCore
    internal var programs: [Program.Key: Program] = [:]
    internal var usedCLBlast = false

    /// Opens `device`.
    ///
    /// - Parameters:
    ///   - device: the device to open
    ///   - profiling: whether to record the times of kernels and products for `takeProfile()`
    ///   - hostLimit: what this process may still take of the host's memory, where that is limited
    public init(
        device: Device, profiling: Bool = false, hostLimit: @escaping @Sendable () -> HostLimit? = { nil }
    ) throws(OpenCLError) {
        self.device = device
        core = try ContextCore(device: device, profiling: profiling, hostLimit: hostLimit)
    }

    /// Bytes of all living buffers, as counted by the context, since drivers do not report them.
    public var allocatedBytes: Int { core.allocatedBytes }

    /// The most bytes that `allocatedBytes` has ever been.
    public var peakAllocatedBytes: Int { core.peakAllocatedBytes }

    /// Bytes of released buffers that are kept for buffers to come.
    public var keptBytes: Int { core.keptBytes }

    /// A buffer of `count` elements with undefined content.
    ///
    /// - Throws: An error with `isOutOfMemory`, before the driver is asked, if the device does not allow a buffer that
    ///   large.
    public func makeBuffer<Element: BitwiseCopyable>(
        of type: Element.Type, count: Int
    ) throws(OpenCLError) -> Buffer<Element> {
        try Buffer(count: count, core: core)
    }

    /// A buffer with a copy of `elements`.
    public func makeBuffer<Element: BitwiseCopyable>(copying elements: [Element]) throws(OpenCLError) -> Buffer<Element>
    {
        let buffer = try makeBuffer(of: Element.self, count: elements.count)
        try buffer.write(elements)
        return buffer
    }

    /// Waits until all commands so far have ended.
    ///
    /// - Throws: An error of any earlier command that the driver reports only now.
    public func finish() throws(OpenCLError) { try core.finish() }

    /// Makes sure that the device begins with the commands so far, without waiting for them.
    public func flush() throws(OpenCLError) { try check(clFlush(core.queue), "clFlush") }

    deinit {
        // After a failure: what it was has been told.
        if core.isBusy { clFinish(core.queue) }
        // CLBlast keeps compiled programs by the address of the context: a later one at that address would get them.
        if usedCLBlast { _ = CLBlastLock.withLock { CLBlastClearCache().rawValue } }
    }
}
