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
        var hasPoCL = false
        for (platformIndex, platform) in try Query.platforms().enumerated() {
            // A driver that fails must not hide the devices of the others.
            do throws(OpenCLError) {
                let name = try Query.string(ofPlatform: platform, CL_PLATFORM_NAME)
                if name == Device.poclPlatform { hasPoCL = true }
                found += try devices(of: platform, name: name, platformIndex: platformIndex)
            } catch {
                failure = failure ?? error
            }
        }
        if found.isEmpty, let failure { throw failure }
        if found.isEmpty {
            throw OpenCLError(
                call: "clGetDeviceIDs", status: CL_DEVICE_NOT_FOUND,
                detail: hasPoCL && !PoclCache.isWritable
                    ? PoclCache.howToMove : "no OpenCL platform has a device")
        }
        for index in found.indices { found[index].number = index }
        return found
    }

    private static func devices(
        of platform: cl_platform_id, name platformName: String, platformIndex: Int
    ) throws(OpenCLError) -> [Device] {
        let ids = try Query.devices(ofPlatform: platform)
        var devices: [Device] = []
        for (deviceIndex, id) in ids.enumerated() {
            devices.append(
                try Device(id: id, platformIndex: platformIndex, deviceIndex: deviceIndex, platformName: platformName))
        }
        return devices
    }

    /// The device that `selector` names, or the best one.
    ///
    /// - Parameter selector: a number, the device at that place among ``all()``; `P:D` for the device with these indices;
    ///   `gpu`, `cpu` or `accelerator` for one of that kind; any other text for a device whose name, vendor or platform
    ///   contains it, ignoring case; nil for any device. The best of several: GPUs come before accelerators, accelerators
    ///   before processors; then the one with most compute units, then of the highest clock frequency, then the first; a
    ///   device that cuts long loops short comes last.
    /// - Throws: An error with `isNoDevice` that lists the devices there are, if none matches.
    public static func select(_ selector: String?) throws(OpenCLError) -> Device {
        let devices = try all()
        if let device = choose(selector, among: devices) { return device }
        let available = devices.map { "\($0.number) (\($0.selector) \($0.name))" }.joined(separator: ", ")
        throw OpenCLError(
            call: "Device.select", status: CL_DEVICE_NOT_FOUND,
            detail: "nothing matches \"\(selector ?? "")\"; available: \(available)")
    }

    /// The rule of `select(_:)`, on any list of devices; nil if none matches.
    internal static func choose(_ selector: String?, among devices: [Device]) -> Device? {
        guard let selector else { return best(of: devices) }
        if let number = Int(selector) { return devices.first { $0.number == number } }
        let indices = selector.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        if indices.count == 2, let platform = indices[0], let device = indices[1] {
            return devices.first { $0.platformIndex == platform && $0.deviceIndex == device }
        }
        let part = selector.lowercased()
        if let kind = Kind(rawValue: part), kind != .other { return best(of: devices.filter { $0.kind == kind }) }
        return best(
            of: devices.filter { device in
                [device.name, device.vendor, device.platformName].contains { $0.lowercased().contains(part) }
            })
    }

    private static func best(of devices: [Device]) -> Device? {
        // The first of equals is the least.
        devices.min { a, b in
            let (first, second) = (a.rank, b.rank)
            return first == second ? a.number < b.number : first.lexicographicallyPrecedes(second)
        }
    }

    /// What makes a device better than another, the most important first; less is better.
    private var rank: [Int] {
        [endsLongLoops ? 1 : 0, Kind.allCases.firstIndex(of: kind)!, -computeUnits, -clockMegahertz]
    }
}
