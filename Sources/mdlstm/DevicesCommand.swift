import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List the OpenCL devices; * marks the default.",
        discussion: "--device takes the number in front, P:D behind it, gpu, cpu, or part of a name.")

    @Flag(help: "Run every kernel on each device three times and compare with the reference: `parity` in brief.")
    var verify = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: .private)
    var probe: String?

    func run() throws {
        if let probe { return try DeviceProbe.answer(for: probe) }
        let devices = try DeviceChoice.all()
        let preferred = try Device.select(nil).selector
        let verdicts = verify ? try devices.map(DeviceProbe.isRight) : []
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
            let replaced = KernelText.replacedFiles
            let kernels = replaced.isEmpty ? "" : "; MDLSTM_KERNELS replaces \(replaced.joined(separator: ", "))"
            throw CheckFailed(
                message: "device \(devices[wrong].selector) '\(devices[wrong].name)' does not compute what the "
                    + "reference does\(kernels); run 'mdlstm parity --device \(devices[wrong].selector)' for the table")
        }
    }

    private func printLine(_ device: Device, isDefault: Bool) throws {
        let gibibytes = Double(device.globalMemoryBytes) / 1_073_741_824
        try printResult(
            "\(isDefault ? "*" : " ") \(device.number)  \(device.selector)  \(device.name)  [\(device.kind.rawValue), "
                + "\(counted(device.computeUnits, "unit")), \(rounded(gibibytes, 1)) GiB, float64 "
                + "\(device.supportsDouble ? "yes" : "no")]  \(device.platformName), \(device.version), driver "
                + device.driverVersion)
    }

    private func describe(_ device: Device, isDefault: Bool, verified: Bool?) -> JSONValue {
        var object: JSONObject = [
            "number": .integer(device.number), "selector": .string(device.selector), "default": .bool(isDefault),
            "name": .string(device.name),
            "vendor": .string(device.vendor), "platform": .string(device.platformName),
            "version": .string(device.version), "driverVersion": .string(device.driverVersion),
            "kind": .string(device.kind.rawValue), "computeUnits": .integer(device.computeUnits),
            "clockMegahertz": .integer(device.clockMegahertz),
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
