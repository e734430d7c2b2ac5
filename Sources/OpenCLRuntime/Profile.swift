internal import COpenCL

/// When a kernel or product ran, on the device's clock.
public struct ProfiledEvent: Sendable {
    /// The kernel, or the label it was enqueued with.
    public let name: String

    /// When the host enqueued it, in nanoseconds.
    public let queuedNanoseconds: UInt64

    /// When it began, in nanoseconds.
    public let startNanoseconds: UInt64

    /// When it ended, in nanoseconds.
    public let endNanoseconds: UInt64
}

/// An event that the context owns until the profile is taken.
internal struct RecordedEvent {
    let name: String
    let event: cl_event

    /// Where set, the work began when this event ended: a product may be several kernels, of which `event` is the last.
    var begin: cl_event?

    func release() {
        clReleaseEvent(event)
        if let begin { clReleaseEvent(begin) }
    }

    /// The times of the event, which must have ended.
    func profiled() throws(OpenCLError) -> ProfiledEvent {
        ProfiledEvent(
            name: name, queuedNanoseconds: try time(of: begin ?? event, CL_PROFILING_COMMAND_QUEUED),
            startNanoseconds: try begin == nil
                ? time(of: event, CL_PROFILING_COMMAND_START) : time(of: begin!, CL_PROFILING_COMMAND_END),
            endNanoseconds: try time(of: event, CL_PROFILING_COMMAND_END))
    }

    private func time(of event: cl_event, _ parameter: Int32) throws(OpenCLError) -> UInt64 {
        var time: cl_ulong = 0
        try check(
            clGetEventProfilingInfo(event, cl_profiling_info(parameter), MemoryLayout<cl_ulong>.size, &time, nil),
            "clGetEventProfilingInfo")
        return UInt64(time)
    }
}

extension Context {
    /// Waits for all commands, then hands over the times of the kernels and products since the last call, in order.
    ///
    /// - Returns: Nothing for a context without profiling.
    public func takeProfile() throws(OpenCLError) -> [ProfiledEvent] {
        try core.finish()
        let recorded = core.recorded
        core.recorded = []
        defer { for event in recorded { event.release() } }
        var profile: [ProfiledEvent] = []
        profile.reserveCapacity(recorded.count)
        for event in recorded { profile.append(try event.profiled()) }
        return profile
    }
}
