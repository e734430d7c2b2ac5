import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List the OpenCL devices; * marks the default.")

    @Flag(help: "Run every kernel on each device and compare with the reference: briefly what `parity` does at length.")
    var verify = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let devices = try Device.all()
        let preferred = try Device.select(nil).selector
        let verdicts = verify ? devices.map { verdict(on: $0) } : []
        if json {
            let list = devices.enumerated().map { index, device in
                describe(device, isDefault: device.selector == preferred, verified: verify ? verdicts[index] : nil)
            }
            try printResult(JSONValue.object(["devices": .array(list)]).serialized())
        } else {
            for (index, device) in devices.enumerated() {
                try printLine(device, isDefault: device.selector == preferred)
                if verify { try printResult("     " + (verdicts[index] ? "verified" : "WRONG RESULTS")) }
            }
        }
        if let wrong = verdicts.firstIndex(of: false) {
            throw CheckFailed(
                message: "device \(devices[wrong].selector) '\(devices[wrong].name)' does not compute what the "
                    + "reference does; run 'mdlstm parity --device \(devices[wrong].selector)' for the table")
        }
    }

    /// Whether the device computes what the reference does, in every precision it has; a device that fails does not.
    private func verdict(on device: Device) -> Bool {
        var isRight = true
        do {
            let check = ParityCheck(device: device, tuning: try TuningFile.tuning(of: device), isBrief: true)
            for precision in device.supportsDouble ? Precision.allCases : [.float32] {
                for row in try check.run(precision: precision) where !row.passed {
                    printError("\(device.selector): \(row.operation) [\(row.variant)]: \(row.errorText)")
                    isRight = false
                }
            }
        } catch {
            printError("\(device.selector): \(error)")
            isRight = false
        }
        return isRight
    }

    private func printLine(_ device: Device, isDefault: Bool) throws {
        let gibibytes = Double(device.globalMemoryBytes) / 1_073_741_824
        try printResult(
            "\(isDefault ? "*" : " ") \(device.selector)  \(device.name)  [\(device.kind.rawValue), "
                + "\(device.computeUnits) units, \(rounded(gibibytes, 1)) GiB, float64 "
                + "\(device.supportsDouble ? "yes" : "no")]  \(device.platformName), \(device.version), driver "
                + device.driverVersion)
    }

    private func describe(_ device: Device, isDefault: Bool, verified: Bool?) -> JSONValue {
        var object: JSONObject = [
            "selector": .string(device.selector), "default": .bool(isDefault), "name": .string(device.name),
            "vendor": .string(device.vendor), "platform": .string(device.platformName),
            "version": .string(device.version), "driverVersion": .string(device.driverVersion),
            "kind": .string(device.kind.rawValue), "computeUnits": .integer(device.computeUnits),
            "maximumWorkGroupSize": .integer(device.maximumWorkGroupSize),
            "globalMemoryBytes": .integer(device.globalMemoryBytes),
            "localMemoryBytes": .integer(device.localMemoryBytes),
            "maximumAllocationBytes": .integer(device.maximumAllocationBytes),
            "float64": .bool(device.supportsDouble),
        ]
        if let verified { object["verified"] = .bool(verified) }
        return .object(object)
    }
}
