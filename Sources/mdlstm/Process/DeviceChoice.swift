import Foundation
import MDLSTM
import OpenCLRuntime

/// The OpenCL device that a command opens, and the memory that its driver needs.
enum DeviceChoice {
    /// The flag `--device` in `mdlstm help`.
    static let help =
        "OpenCL device: its number, gpu, cpu, P:D or part of its name; also MDLSTM_DEVICE. The best one unless given."

    /// What pocl with its compiler, LLVM, was seen to take: mapped when it is loaded, written when it compiles.
    private static let (loaded, compiling) = (384 << 20, 160 << 20)

    private static let advice = "raise the limit, or use --backend cpu where the command has it"

    /// Keeps room for a driver that will be loaded.
    ///
    /// - Throws: `MDLSTMError` of kind `outOfMemory` where there is too little for any.
    static func prepare() throws(MDLSTMError) {
        // The driver has a thread for each core, and each thread a stack.
        let stacks = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) << 23
        try MemoryLimit.reserve(
            addressSpace: loaded + compiling + stacks, data: compiling, for: "an OpenCL driver with its compiler",
            advice: advice)
    }

    /// All devices.
    static func all() throws -> [Device] {
        try prepare()
        return try Device.all()
    }

    /// The flag `--device` of commands that go over several devices.
    static let helpOfSeveral = help + " With all, every device in turn."

    /// The devices that `selector` names, each to be opened in turn: all of them for `all`, else one.
    static func several(_ selector: String?) throws -> [Device] {
        let one = try select(selector == "all" ? nil : selector)
        guard selector == "all" else { return [one] }
        let devices = try Device.all()
        for device in devices { DriverCrash.listen(to: device) }
        return devices
    }

    /// The device that `selector` names, the best one if nil, about to be opened.
    static func select(_ selector: String?) throws -> Device {
        try prepare()
        let device = try Ranks.device(selector)
        try MemoryLimit.reserve(
            addressSpace: compiling, data: compiling, for: "the compiler of an OpenCL driver", advice: advice)
        DriverCrash.listen(to: device)
        return device
    }
}
