import Foundation
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// The file in which `mdlstm tune` keeps what suits a device.
enum TuningFile {
    /// `$XDG_CONFIG_HOME/swift-mdlstm/tuning.json`, by default under `~/.config`.
    static var path: String {
        let environment = ProcessInfo.processInfo.environment
        let given = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
        return (given ?? home + "/.config") + "/swift-mdlstm/tuning.json"
    }

    /// The same, its folder made if it is not there.
    static func pathForWriting() throws -> String {
        _ = try OutputFolder(URL(filePath: path).deletingLastPathComponent().path)
        return path
    }

    static func write(_ tuning: StoredTuning, to path: String) throws {
        try writeFile(Array((tuning.json.serialized() + "\n").utf8), to: path)
    }

    /// What the file has for `device`; nil without a file. One of another device or driver is passed over with a notice.
    static func tuning(of device: Device) throws -> DeviceTuning? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let stored = try StoredTuning(JSONValue(parsing: try readFile(path), name: path), name: path)
        guard stored.isOf(device) else {
            printError(
                "note: \(path) is of \(stored.device.onOneLine), driver \(stored.driver.onOneLine); using the built-in "
                    + "values for this device (`mdlstm tune` measures it)")
            return nil
        }
        return stored.tuning
    }
}
