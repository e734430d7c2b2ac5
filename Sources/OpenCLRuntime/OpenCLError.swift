internal import COpenCL

/// A call of OpenCL or CLBlast that failed, with everything known about it.
public struct OpenCLError: Error, Sendable, CustomStringConvertible {
    /// Name of the function that failed, such as `clEnqueueNDRangeKernel`.
    public let call: String

    /// What the function returned; negative.
    public let status: Int32

    /// The kernel concerned, if one was.
    public let kernel: String?

    /// The compiler options; only for failures of a program build.
    public let options: String?

    /// The compiler's whole log; only for failures of a program build.
    public let buildLog: String?

    /// What was asked for, with numbers, where that helps to understand the failure.
    public let detail: String?

    /// Whether the driver's cache of compiled kernels is at fault, not the call.
    public let isOfCache: Bool

    internal init(
        call: String, status: Int32, kernel: String? = nil, options: String? = nil, buildLog: String? = nil,
        detail: String? = nil, isOfCache: Bool = false
    ) {
        self.call = call
        self.status = status
        self.kernel = kernel
        self.options = options
        self.buildLog = buildLog
        self.detail = detail
        self.isOfCache = isOfCache
    }

    /// Name of the status in the headers, such as `CL_OUT_OF_RESOURCES`, or `unknown status`.
    public var statusName: String { StatusTable.entry(for: status)?.name ?? "unknown status" }

    /// What the status means, in plain words, and what to do about it where that is known.
    public var meaning: String { StatusTable.entry(for: status)?.meaning ?? "a code of this driver's own" }

    /// Whether there is no device to work on: no platform, no device, none that the selector matches, or one that is not
    /// there for us.
    public var isNoDevice: Bool {
        [StatusTable.platformNotFound, CL_DEVICE_NOT_FOUND, CL_DEVICE_NOT_AVAILABLE].contains(status)
    }

    /// Whether memory of the device or the host ran out, or a buffer was larger than the device allows.
    public var isOutOfMemory: Bool {
        // Drivers report faults of kernels as CL_OUT_OF_RESOURCES too; of memory it speaks when a buffer is made.
        [CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_HOST_MEMORY, CL_INVALID_BUFFER_SIZE].contains(status)
            || status == CL_OUT_OF_RESOURCES && call == "clCreateBuffer"
    }

    /// One line; a failed build adds the options and the whole log below it.
    public var description: String {
        // What this package refuses itself is no failed call.
        var text =
            call.contains(".")
            ? meaning : "\(call)\(kernel.map { "(\($0))" } ?? "") failed: \(statusName) (\(status)): \(meaning)"
        if let detail { text += "; \(detail)" }
        if let options { text += "\noptions: \(options)" }
        if let buildLog { text += "\n\(buildLog)" }
        return text
    }
}

/// Throws what `call` returned unless that is success.
@inline(__always)
internal func check(_ status: Int32, _ call: StaticString) throws(OpenCLError) {
    if status != CL_SUCCESS { throw OpenCLError(call: "\(call)", status: status) }
}
