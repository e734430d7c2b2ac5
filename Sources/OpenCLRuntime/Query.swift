internal import COpenCL

/// Reads what the driver says about platforms and devices.
internal enum Query {
    /// A number of type `Value`, which has to be the one the OpenCL specification gives for `parameter`.
    static func value<Value: FixedWidthInteger & BitwiseCopyable>(
        of device: cl_device_id, _ parameter: Int32, default value: Value
    ) throws(OpenCLError) -> Value {
        var value = value
        try check(
            clGetDeviceInfo(device, cl_device_info(parameter), MemoryLayout<Value>.size, &value, nil), "clGetDeviceInfo"
        )
        return value
    }

    /// A size in bytes; `Int.max` where the driver reports more than that.
    static func bytes(of device: cl_device_id, _ parameter: Int32) throws(OpenCLError) -> Int {
        Int(clamping: try value(of: device, parameter, default: cl_ulong(0)))
    }

    static func string(of device: cl_device_id, _ parameter: Int32) throws(OpenCLError) -> String {
        try string("clGetDeviceInfo") { clGetDeviceInfo(device, cl_device_info(parameter), $0, $1, $2) }
    }

    static func string(ofPlatform platform: cl_platform_id, _ parameter: Int32) throws(OpenCLError) -> String {
        try string("clGetPlatformInfo") { clGetPlatformInfo(platform, cl_platform_info(parameter), $0, $1, $2) }
    }

    /// The text of an information function, which is called for the size first; without spaces around it.
    static func string(
        _ call: StaticString, _ get: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Int32
    ) throws(OpenCLError) -> String {
        var size = 0
        try check(get(0, nil, &size), call)
        if size == 0 { return "" }
        var bytes = [UInt8](repeating: 0, count: size)
        try check(get(size, &bytes, nil), call)
        var text = bytes.prefix { $0 != 0 }
        while let last = text.last, last == 32 || last == 10 { text.removeLast() }
        return String(decoding: text.drop { $0 == 32 || $0 == 10 }, as: UTF8.self)
    }

    /// All platforms in the loader's order.
    ///
    /// - Throws: `CL_PLATFORM_NOT_FOUND_KHR` if there is none.
    static func platforms() throws(OpenCLError) -> [cl_platform_id] {
        var count: cl_uint = 0
        try check(clGetPlatformIDs(0, nil, &count), "clGetPlatformIDs")
        if count == 0 { throw OpenCLError(call: "clGetPlatformIDs", status: StatusTable.platformNotFound) }
        var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
        try check(clGetPlatformIDs(count, &platforms, nil), "clGetPlatformIDs")
        return platforms.compactMap { $0 }
    }

    /// All devices of `platform`; empty if it has none.
    static func devices(ofPlatform platform: cl_platform_id) throws(OpenCLError) -> [cl_device_id] {
        var count: cl_uint = 0
        let status = clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), 0, nil, &count)
        if status == CL_DEVICE_NOT_FOUND || (status == CL_SUCCESS && count == 0) { return [] }
        try check(status, "clGetDeviceIDs")
        var devices = [cl_device_id?](repeating: nil, count: Int(count))
        try check(
            clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), count, &devices, nil), "clGetDeviceIDs")
        return devices.compactMap { $0 }
    }
}
