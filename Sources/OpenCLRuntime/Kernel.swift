internal import COpenCL

/// An argument of a kernel. The case has to match the type in the kernel's source.
public enum KernelArgument {
    /// A `__global` pointer.
    case buffer(AnyBuffer)
    /// An `int`.
    case int32(Int32)
    /// A `float`.
    case float(Float)
    /// A `double`.
    case double(Double)
    /// A `__global` pointer that is null.
    case null

    /// An `int`.
    ///
    /// - Precondition: `value` fits in 32 bits.
    public static func int(_ value: Int) -> KernelArgument { .int32(Int32(value)) }

    /// A `uint`.
    public static func uint(_ value: UInt32) -> KernelArgument { .int32(Int32(bitPattern: value)) }
}

/// A function of a program, with its arguments; one owner at a time.
///
/// clSetKernelArg is safe in several threads only as long as each has a kernel object of its own (OpenCL 1.2, A.2):
/// hence not Sendable.
public final class Kernel {
    public let name: String

    private let handle: cl_kernel
    private let core: ContextCore

    /// The arguments as they are set; nil where that is not known. A driver takes longer to set one than to compare it.
    private var present: [SetArgument?] = []

    internal init(name: String, handle: cl_kernel, core: ContextCore) {
        self.name = name
        self.handle = handle
        self.core = core
    }

    deinit { clReleaseKernel(handle) }

    /// Sets the arguments and enqueues the kernel; does not wait for it.
    ///
    /// - Parameters:
    ///   - arguments: All arguments, in the order of the kernel's source.
    ///   - global: Work-items in one to three dimensions; rounded up to multiples of `local`, so a kernel checks its
    ///     ids. Nothing is enqueued if one of them is 0.
    ///   - local: The work-group's size in as many dimensions, all positive.
    ///   - label: Name in the profile; the kernel's if nil.
    public func enqueue(
        _ arguments: [KernelArgument], global: [Int], local: [Int], label: String? = nil
    ) throws(OpenCLError) {
        let rank = global.count
        precondition(rank >= 1 && rank <= 3, "an index space has 1 to 3 dimensions, not \(rank)")
        precondition(local.count == rank, "\(rank) global sizes but \(local.count) local sizes")
        var items = (1, 1, 1)
        for axis in 0..<rank {
            precondition(global[axis] >= 0 && local[axis] > 0, "global \(global) and local \(local) sizes")
            if global[axis] == 0 { return }
            let rounded = (global[axis] + local[axis] - 1) / local[axis] * local[axis]
            if axis == 0 { items.0 = rounded } else if axis == 1 { items.1 = rounded } else { items.2 = rounded }
        }
        try setArguments(arguments)
        var event: cl_event?
        let status = withUnsafeMutablePointer(to: &event) { event in
            withUnsafeBytes(of: &items) { items in
                clEnqueueNDRangeKernel(
                    core.queue, handle, cl_uint(rank), nil, items.baseAddress!.assumingMemoryBound(to: Int.self),
                    local, 0, nil, core.isProfiling ? event : nil)
            }
        }
        if core.enqueued(status) != CL_SUCCESS {
            throw OpenCLError(
                call: "clEnqueueNDRangeKernel", status: status, kernel: name,
                detail: "global \(global), local \(local)")
        }
        if let event { core.recorded.append(RecordedEvent(name: label ?? name, event: event)) }
        try core.launched()
    }

    private func setArguments(_ arguments: [KernelArgument]) throws(OpenCLError) {
        if present.count != arguments.count { present = Array(repeating: nil, count: arguments.count) }
        for index in arguments.indices {
            let wanted = SetArgument(arguments[index])
            if present[index] == wanted { continue }
            present[index] = nil
            let status: Int32
            switch arguments[index] {
            case .buffer(let buffer): status = set(index, buffer.memory as cl_mem?)
            case .int32(let value): status = set(index, value)
            case .float(let value): status = set(index, value)
            case .double(let value): status = set(index, value)
            case .null: status = set(index, nil as cl_mem?)
            }
            if status != CL_SUCCESS {
                throw OpenCLError(call: "clSetKernelArg", status: status, kernel: name, detail: "argument \(index)")
            }
            present[index] = wanted
        }
    }

    @inline(__always)
    private func set<Value: BitwiseCopyable>(_ index: Int, _ value: Value) -> Int32 {
        var value = value
        return clSetKernelArg(handle, cl_uint(index), MemoryLayout<Value>.size, &value)
    }
}

/// An argument that a kernel has been given. It keeps no buffer alive, and none that comes later is taken for it.
private enum SetArgument: Equatable {
    case buffer(UInt64)
    case int32(Int32)
    case float(UInt32)
    case double(UInt64)
    case null

    init(_ argument: KernelArgument) {
        self =
            switch argument {
            case .buffer(let buffer): .buffer(buffer.identity)
            case .int32(let value): .int32(value)
            case .float(let value): .float(value.bitPattern)
            case .double(let value): .double(value.bitPattern)
            case .null: .null
            }
    }
}
