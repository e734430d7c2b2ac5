internal import COpenCL

/// One file of kernel source.
public struct ProgramSource: Sendable {
    /// File name, such as `graves_forward.cl`; the compiler's messages say `Kernels/` and this name.
    public let name: String
    public let text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// Kernels compiled for the device of a context.
public final class Program {
    internal struct Key: Hashable {
        let source: String
        let options: [String]
    }

    internal let handle: cl_program
    internal let core: ContextCore
    private let source: String

    /// Compiles `key`.
    internal init(key: Key, core: ContextCore) throws(OpenCLError) {
        var status = CL_SUCCESS
        let created = key.source.withCString { text in
            var lines: UnsafePointer<CChar>? = text
            return clCreateProgramWithSource(core.context, 1, &lines, nil, &status)
        }
        guard let created, status == CL_SUCCESS else {
            throw OpenCLError(call: "clCreateProgramWithSource", status: status)
        }
        let options = key.options.joined(separator: " ")
        var device: cl_device_id? = core.device.id
        status = clBuildProgram(created, 1, &device, options, nil, nil)
        if status != CL_SUCCESS {
            let log = try? Query.string("clGetProgramBuildInfo") {
                clGetProgramBuildInfo(
                    created, core.device.id, cl_program_build_info(CL_PROGRAM_BUILD_LOG), $0, $1, $2)
            }
            clReleaseProgram(created)
            // A compiler that finds fault with a program says with what.
            if core.device.isPoCL, log?.contains("error:") != true {
                throw OpenCLError(
                    call: "clBuildProgram", status: status,
                    detail: PoclCache.isWritable ? PoclCache.howToRenew : PoclCache.howToMove, isOfCache: true)
            }
            throw OpenCLError(call: "clBuildProgram", status: status, options: options, buildLog: log)
        }
        handle = created
        self.core = core
        source = key.source
    }

    /// A new object for the kernel `name`; several of them are independent of one another.
    ///
    /// - Throws: `CL_INVALID_KERNEL_NAME` if the program has none of that name.
    public func kernel(_ name: String) throws(OpenCLError) -> Kernel {
        var status = CL_SUCCESS
        guard let kernel = clCreateKernel(handle, name, &status), status == CL_SUCCESS else {
            guard status == CL_INVALID_KERNEL_NAME else {
                throw OpenCLError(call: "clCreateKernel", status: status, kernel: name)
            }
            // It is in the source, but not in what pocl has kept of it.
            let isLost = core.device.isPoCL && source.contains(" \(name)(")
            throw OpenCLError(
                call: "clCreateKernel", status: status, kernel: name,
                detail: isLost
                    ? PoclCache.howToRenew
                    : "a kernel named like a builtin function (step, mix, ..) is not found either",
                isOfCache: isLost)
        }
        return Kernel(name: name, handle: kernel, core: core)
    }

    deinit { clReleaseProgram(handle) }
}

extension Context {
    /// Compiles `sources`, in this order, as one program; the same sources and options compile only once.
    ///
    /// - Parameters:
    ///   - sources: The files; each gets a `#line`, so that messages name the file and its own lines.
    ///   - options: The compiler's options, one each, such as `-D` constants.
    /// - Throws: The failure with the options and the compiler's whole log.
    public func program(sources: [ProgramSource], options: [String]) throws(OpenCLError) -> Program {
        let source = sources.map { "#line 1 \"Kernels/\($0.name)\"\n\($0.text)\n" }.joined()
        let key = Program.Key(source: source, options: options)
        if let program = programs[key] { return program }
        let program = try Program(key: key, core: core)
        programs[key] = program
        return program
    }
}
