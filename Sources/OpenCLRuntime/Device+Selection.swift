internal import COpenCL
private import Synchronization

extension Device {
    /// All devices of all platforms, in the order of the platforms.
    ///
    /// - Throws: An error with `isNoDevice` if there is no platform, or none has a device.
    public static func all() throws(OpenCLError) -> [Device] {
        try discovery.withLock { _ throws(OpenCLError) in try discover() }
    }

    // The first call sets up the drivers, and pocl 3.1 crashes if two threads do that at a time.
    private static let discovery = Mutex<Void>(())

    private static func discover() throws(OpenCLError) -> [Device] {
        var found: [Device] = []
        var failure: OpenCLError?
        for (platformIndex, platform) in try Query.platforms().enumerated() {
            // A driver that fails must not hide the devices of the others.
            do throws(OpenCLError) {
                found += try devices(of: platform, platformIndex: platformIndex)
            } catch {
                failure = failure ?? error
            }
        }
        if found.isEmpty, let failure { throw failure }
        if found.isEmpty {
            throw OpenCLError(
                call: "clGetDeviceIDs", status: CL_DEVICE_NOT_FOUND, detail: "no OpenCL platform has a device")
        }
        return found
    }

    private static func devices(of platform: cl_platform_id, platformIndex: Int) throws(OpenCLError) -> [Device] {
        let ids = try Query.devices(ofPlatform: platform)
        if ids.isEmpty { return [] }
        let platformName = try Query.string(ofPlatform: platform, CL_PLATFORM_NAME)
        var devices: [Device] = []
        for (deviceIndex, id) in ids.enumerated() {
            devices.append(
                try Device(id: id, platformIndex: platformIndex, deviceIndex: deviceIndex, platformName: platformName))
        }
        return devices
    }

    /// The device that `selector` names, or the best one.
    ///
    /// - Parameter selector: `P:D` for the device with these indices; any other text for a device whose name, vendor or
    ///   platform contains it, ignoring case; nil for any device. Among several matches, GPUs come before accelerators,
    ///   accelerators before processors, then the first in order; a device that cuts long loops short comes last.
    /// - Throws: An error with `isNoDevice` that lists the devices there are, if none matches.
    public static func select(_ selector: String?) throws(OpenCLError) -> Device {
        let devices = try all()
        if let device = choose(selector, among: devices) { return device }
        let available = devices.map { "\($0.selector) \($0.name)" }.joined(separator: ", ")
        throw OpenCLError(
            call: "Device.select", status: CL_DEVICE_NOT_FOUND,
            detail: "nothing matches \"\(selector ?? "")\"; available: \(available)")
    }

    /// The rule of `select(_:)`, on any list of devices; nil if none matches.
    internal static func choose(_ selector: String?, among devices: [Device]) -> Device? {
        guard let selector else { return best(of: devices) }
        let indices = selector.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        if indices.count == 2, let platform = indices[0], let device = indices[1] {
            return devices.first { $0.platformIndex == platform && $0.deviceIndex == device }
        }
        let part = selector.lowercased()
        return best(
            of: devices.filter { device in
                [device.name, device.vendor, device.platformName].contains { $0.lowercased().contains(part) }
            })
    }

    private static func best(of devices: [Device]) -> Device? {
        for kind in Kind.allCases {
            if let device = devices.first(where: { $0.kind == kind && !$0.endsLongLoops }) { return device }
        }
        return devices.first
    }
}
