public import MDLSTM
public import OpenCLRuntime

/// A tuning with the device it was measured on, as it is stored.
public struct StoredTuning: Hashable, Sendable {
    public let device: String
    public let driver: String
    public let tuning: DeviceTuning

    public init(_ tuning: DeviceTuning, of device: Device) {
        self.device = device.name
        driver = device.driverVersion
        self.tuning = tuning
    }

    /// Whether it was measured on `device`, under the same driver.
    public func isOf(_ device: Device) -> Bool { self.device == device.name && driver == device.driverVersion }

    /// What stands in the file.
    public var json: JSONValue {
        var ways = JSONObject()
        for size in SizeClass.allCases {
            if let way = tuning.ways[size] { ways[size.rawValue] = .string(way.rawValue) }
        }
        var gemm = JSONObject()
        for (kernel, values) in tuning.gemm.sorted(by: { $0.key < $1.key }) {
            var members = JSONObject()
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { members[name] = .integer(value) }
            gemm[kernel] = .object(members)
        }
        return [
            "version": 1, "device": .string(device), "driver": .string(driver), "sums": .integer(tuning.sums),
            "rows": .integer(tuning.rows), "launch": .integer(tuning.launch), "groups": .integer(tuning.groups),
            "ways": .object(ways), "gemm": .object(gemm),
        ]
    }

    /// Reads what stands in a file.
    ///
    /// - Throws: `MDLSTMError` of kind `data` that names the file, the member and what was expected.
    public init(_ json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        try reader.checkVersion()
        device = try reader.required("device", "a string") { $0.stringValue }
        driver = try reader.required("driver", "a string") { $0.stringValue }
        let sums = try reader.required("sums", "from 1 to 64") { Self.integer($0, in: 1...64) }
        let rows = try reader.required("rows", "from 1 to 8") { Self.integer($0, in: 1...8) }
        let launch = try reader.required("launch", "from 1 to 10^9") { Self.integer($0, in: 1...1_000_000_000) }
        // Not in the files of earlier versions.
        let groups =
            try reader.optional("groups", "from 1 to 10000") { Self.integer($0, in: 1...10_000) }
            ?? DeviceTuning(sums: sums, rows: rows).groups
        let ways = try reader.required(
            "ways", "an object of small, medium, large: auto, fused, tiles, chain, sweep or gemm"
        ) {
            Self.ways($0)
        }
        let gemm = try reader.required("gemm", "an object of kernels of CLBlast, each with all its parameters") {
            Self.gemm($0)
        }
        try reader.finish()
        tuning = DeviceTuning(sums: sums, rows: rows, launch: launch, groups: groups, ways: ways, gemm: gemm)
    }

    private static func integer(_ json: JSONValue, in range: ClosedRange<Int>) -> Int? {
        json.intValue.flatMap { range.contains($0) ? $0 : nil }
    }

    private static func ways(_ json: JSONValue) -> [SizeClass: ComputePath]? {
        guard let object = json.objectValue else { return nil }
        var ways: [SizeClass: ComputePath] = [:]
        for (key, value) in object {
            guard let size = SizeClass(rawValue: key), let way = value.stringValue.flatMap(ComputePath.init(rawValue:))
            else { return nil }
            ways[size] = way
        }
        return ways
    }

    private static func gemm(_ json: JSONValue) -> GemmParameters? {
        guard let object = json.objectValue else { return nil }
        var gemm: GemmParameters = [:]
        for (kernel, members) in object {
            guard let members = members.objectValue else { return nil }
            var values: [String: Int] = [:]
            for (name, value) in members { values[name] = value.intValue }
            guard values.count == members.count, GemmLimits.allow(values, of: kernel) else { return nil }
            gemm[kernel] = values
        }
        return gemm
    }
}
