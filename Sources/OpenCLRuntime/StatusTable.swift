/// Names and meanings of the status codes of OpenCL 1.2, its installable client driver loader, and CLBlast.
internal enum StatusTable {
    internal struct Entry: Sendable {
        let status: Int32
        let name: String
        let meaning: String

        init(_ status: Int32, _ name: String, _ meaning: String) {
            self.status = status
            self.name = name
            self.meaning = meaning
        }
    }

    /// `CL_PLATFORM_NOT_FOUND_KHR`, which the loader returns when no driver is installed.
    static let platformNotFound: Int32 = -1001

    /// The entry of `status`, or nil for a code that none of the headers defines.
    static func entry(for status: Int32) -> Entry? { all.first { $0.status == status } }

    static let all = runtime + invalid + loader + clblast

    /// Failures at run time.
    private static let runtime: [Entry] = [
        Entry(0, "CL_SUCCESS", "no error"),
        Entry(-1, "CL_DEVICE_NOT_FOUND", "there is no such OpenCL device"),
        Entry(-2, "CL_DEVICE_NOT_AVAILABLE", "the device exists but cannot be used now"),
        Entry(-3, "CL_COMPILER_NOT_AVAILABLE", "the driver has no compiler for kernels"),
        Entry(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE", "the device ran out of memory for a buffer"),
        Entry(-5, "CL_OUT_OF_RESOURCES", "the device ran out of memory or registers, or a kernel crashed on it"),
        Entry(-6, "CL_OUT_OF_HOST_MEMORY", "the host ran out of memory"),
        Entry(-7, "CL_PROFILING_INFO_NOT_AVAILABLE", "the queue was made without profiling"),
        Entry(-8, "CL_MEM_COPY_OVERLAP", "source and destination of the copy overlap"),
        Entry(-9, "CL_IMAGE_FORMAT_MISMATCH", "the images have different formats"),
        Entry(-10, "CL_IMAGE_FORMAT_NOT_SUPPORTED", "the device does not support the image format"),
        Entry(-11, "CL_BUILD_PROGRAM_FAILURE", "the kernels did not compile"),
        Entry(-12, "CL_MAP_FAILURE", "the buffer could not be mapped into host memory"),
        Entry(-13, "CL_MISALIGNED_SUB_BUFFER_OFFSET", "the device cannot start a sub-buffer at this offset"),
        Entry(-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST", "a command that this one waited for had failed"),
        Entry(-15, "CL_COMPILE_PROGRAM_FAILURE", "the kernels did not compile"),
        Entry(-16, "CL_LINKER_NOT_AVAILABLE", "the driver has no linker for kernels"),
        Entry(-17, "CL_LINK_PROGRAM_FAILURE", "the kernels did not link"),
        Entry(-18, "CL_DEVICE_PARTITION_FAILED", "the device could not be divided"),
        Entry(-19, "CL_KERNEL_ARG_INFO_NOT_AVAILABLE", "the kernel was built without argument information"),
    ]

    /// Arguments that the driver rejected.
    private static let invalid: [Entry] = [
        Entry(-30, "CL_INVALID_VALUE", "a value is out of its range"),
        Entry(-31, "CL_INVALID_DEVICE_TYPE", "the kind of device does not exist"),
        Entry(-32, "CL_INVALID_PLATFORM", "the platform is not valid"),
        Entry(-33, "CL_INVALID_DEVICE", "the device is not valid or not of this platform"),
        Entry(-34, "CL_INVALID_CONTEXT", "the context is not valid or not the same for all objects"),
        Entry(-35, "CL_INVALID_QUEUE_PROPERTIES", "the device does not support these queue properties"),
        Entry(-36, "CL_INVALID_COMMAND_QUEUE", "the queue is not valid, or an earlier kernel made it so"),
        Entry(-37, "CL_INVALID_HOST_PTR", "the host pointer does not go with the flags"),
        Entry(-38, "CL_INVALID_MEM_OBJECT", "the buffer is not valid"),
        Entry(-39, "CL_INVALID_IMAGE_FORMAT_DESCRIPTOR", "the image format is not valid"),
        Entry(-40, "CL_INVALID_IMAGE_SIZE", "the device does not support the image size"),
        Entry(-41, "CL_INVALID_SAMPLER", "the sampler is not valid"),
        Entry(-42, "CL_INVALID_BINARY", "the program binary is not for this device"),
        Entry(-43, "CL_INVALID_BUILD_OPTIONS", "the compiler does not know one of the options"),
        Entry(-44, "CL_INVALID_PROGRAM", "the program is not valid"),
        Entry(-45, "CL_INVALID_PROGRAM_EXECUTABLE", "the program was not built for this device"),
        Entry(-46, "CL_INVALID_KERNEL_NAME", "the program has no kernel of this name"),
        Entry(-47, "CL_INVALID_KERNEL_DEFINITION", "the kernel differs between the devices of the program"),
        Entry(-48, "CL_INVALID_KERNEL", "the kernel is not valid"),
        Entry(-49, "CL_INVALID_ARG_INDEX", "the kernel has fewer arguments"),
        Entry(-50, "CL_INVALID_ARG_VALUE", "the value does not go with the kernel's argument"),
        Entry(-51, "CL_INVALID_ARG_SIZE", "the type does not go with the kernel's argument"),
        Entry(-52, "CL_INVALID_KERNEL_ARGS", "not all arguments of the kernel are set"),
        Entry(-53, "CL_INVALID_WORK_DIMENSION", "the index space has too many dimensions or none"),
        Entry(-54, "CL_INVALID_WORK_GROUP_SIZE", "the work-group size is too large or not the one the kernel requires"),
        Entry(-55, "CL_INVALID_WORK_ITEM_SIZE", "a dimension of the work-group is larger than the device allows"),
        Entry(-56, "CL_INVALID_GLOBAL_OFFSET", "the global offset is out of range"),
        Entry(-57, "CL_INVALID_EVENT_WAIT_LIST", "the list of events to wait for is not valid"),
        Entry(-58, "CL_INVALID_EVENT", "the event is not valid"),
        Entry(-59, "CL_INVALID_OPERATION", "the device does not support the operation"),
        Entry(-60, "CL_INVALID_GL_OBJECT", "the graphics object is not valid"),
        Entry(-61, "CL_INVALID_BUFFER_SIZE", "the buffer is larger than the device allows"),
        Entry(-62, "CL_INVALID_MIP_LEVEL", "the mipmap level is not valid"),
        Entry(-63, "CL_INVALID_GLOBAL_WORK_SIZE", "the index space is zero or too large"),
        Entry(-64, "CL_INVALID_PROPERTY", "a property is not valid"),
        Entry(-65, "CL_INVALID_IMAGE_DESCRIPTOR", "the image description is not valid"),
        Entry(-66, "CL_INVALID_COMPILER_OPTIONS", "the compiler does not know one of the options"),
        Entry(-67, "CL_INVALID_LINKER_OPTIONS", "the linker does not know one of the options"),
        Entry(-68, "CL_INVALID_DEVICE_PARTITION_COUNT", "the device cannot be divided into so many parts"),
    ]

    private static let loader: [Entry] = [
        Entry(
            platformNotFound, "CL_PLATFORM_NOT_FOUND_KHR",
            "no OpenCL platform found: install an OpenCL driver, such as the package pocl-opencl-icd for processors")
    ]
}
