internal import COpenCL

/// An OpenCL device of this machine, with the limits that matter to the package.
public struct Device: Sendable {
    /// What kind of hardware a device is.
    public enum Kind: String, CaseIterable, Sendable {
        case gpu, accelerator, cpu, other
    }

    /// Position of the platform among all platforms, including platforms without devices; 0 is the first.
    public let platformIndex: Int

    /// Position of the device within its platform; 0 is the first.
    public let deviceIndex: Int

    /// Position of the device among all devices of all platforms; 0 is the first.
    public internal(set) var number = 0

    public let name: String
    public let vendor: String
    public let driverVersion: String

    /// The OpenCL version the device offers, such as `OpenCL 1.2 pocl`.
    public let version: String

    public let platformName: String
    public let kind: Kind
    public let computeUnits: Int

    /// The highest clock frequency, in MHz; 0 where the driver does not know it.
    public let clockMegahertz: Int

    /// The largest number of work-items in a work-group, over all dimensions.
    public let maximumWorkGroupSize: Int

    /// Local memory of a work-group, in bytes.
    public let localMemoryBytes: Int

    /// Memory of the device, in bytes. On pocl it follows the host's free memory.
    public let globalMemoryBytes: Int

    /// Size of the largest buffer, in bytes.
    public let maximumAllocationBytes: Int

    /// Whether kernels may use `double`.
    public let supportsDouble: Bool

    /// Lanes of a `float` vector register.
    public let nativeVectorWidthFloat: Int

    /// Lanes of a `double` vector register; 0 without double precision.
    public let nativeVectorWidthDouble: Int

    /// Whether the driver is pocl, which compiles kernels for processors.
    public let isPoCL: Bool

    // OpenCL's calls are thread-safe except clSetKernelArg (OpenCL 1.2, A.2), and the ids of platforms and root devices
    // stay valid for the life of the process.
    internal nonisolated(unsafe) let id: cl_device_id

    /// `P:D`, platform and device index: what `select(_:)` takes to find exactly this device.
    public var selector: String { "\(platformIndex):\(deviceIndex)" }

    /// Whether the device ends the loops of a work-item after 65,535 iterations in all, without an error, as Mesa's llvmpipe
    /// does (seen in 22.3.6: `devices --verify` finds it out).
    public var endsLongLoops: Bool { Self.endsLongLoops(name) }

    internal static func endsLongLoops(_ name: String) -> Bool { name.hasPrefix("llvmpipe") }

    /// Asks the driver about device `id`.
    internal init(id: cl_device_id, platformIndex: Int, deviceIndex: Int, platformName: String) throws(OpenCLError) {
        self.id = id
        self.platformIndex = platformIndex
        self.deviceIndex = deviceIndex
        self.platformName = platformName
        name = try Query.string(of: id, CL_DEVICE_NAME)
        vendor = try Query.string(of: id, CL_DEVICE_VENDOR)
        driverVersion = try Query.string(of: id, CL_DRIVER_VERSION)
        version = try Query.string(of: id, CL_DEVICE_VERSION)
        kind = Kind(try Query.value(of: id, CL_DEVICE_TYPE, default: cl_device_type(0)))
        computeUnits = Int(try Query.value(of: id, CL_DEVICE_MAX_COMPUTE_UNITS, default: cl_uint(0)))
        clockMegahertz = Int(try Query.value(of: id, CL_DEVICE_MAX_CLOCK_FREQUENCY, default: cl_uint(0)))
        maximumWorkGroupSize = try Query.value(of: id, CL_DEVICE_MAX_WORK_GROUP_SIZE, default: 0)
        localMemoryBytes = try Query.bytes(of: id, CL_DEVICE_LOCAL_MEM_SIZE)
        globalMemoryBytes = try Query.bytes(of: id, CL_DEVICE_GLOBAL_MEM_SIZE)
        maximumAllocationBytes = try Query.bytes(of: id, CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        supportsDouble = try Query.string(of: id, CL_DEVICE_EXTENSIONS).split(separator: " ").contains("cl_khr_fp64")
        nativeVectorWidthFloat = Int(try Query.value(of: id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, default: cl_uint(0)))
        nativeVectorWidthDouble = Int(
            try Query.value(of: id, CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE, default: cl_uint(0)))
        isPoCL = platformName == Self.poclPlatform
    }

    internal static let poclPlatform = "Portable Computing Language"
}

extension Device.Kind {
    /// The kind among the bits of `CL_DEVICE_TYPE`.
    internal init(_ type: cl_device_type) {
        if type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0 {
            self = .gpu
        } else if type & cl_device_type(CL_DEVICE_TYPE_ACCELERATOR) != 0 {
            self = .accelerator
        } else if type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0 {
            self = .cpu
        } else {
            self = .other
        }
    }
}
