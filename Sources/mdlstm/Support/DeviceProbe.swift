import Foundation
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// Whether a device computes what the reference does, found out in a process of its own: a driver may end the one that
/// it runs in.
enum DeviceProbe {
    /// The device's verdict; what is wrong goes to stderr.
    static func isRight(_ device: Device) throws -> Bool {
        guard let program = Bundle.main.executablePath else { return check(device) }
        let quoted = "'" + program.replacing("'", with: "'\\''") + "'"
        // The child stays in this process group, so that Ctrl-C ends both.
        guard let pipe = popen("exec \(quoted) devices --verify --probe '\(device.selector)'", "r") else {
            throw MDLSTMError(
                .cannotCreate, "cannot start '\(program)' to probe a device: \(String(cString: strerror(errno)))")
        }
        var output = ""
        var line = [CChar](repeating: 0, count: 64)
        while fgets(&line, CInt(line.count), pipe) != nil {
            output += String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        let status = pclose(pipe)
        // A driver may have said something before.
        if status == 0, let last = output.split(separator: "\n").last, let verdict = Verdict(rawValue: String(last)) {
            return verdict == .right
        }
        let end =
            status == -1
            ? "how is not known" : status & 0x7f == 0 ? "exit code \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
        printError(
            "\(device.selector): its driver ended the process (\(end)); if its cache of compiled kernels may be damaged, "
                + "remove that (pocl: POCL_CACHE_DIR, else ~/.cache/pocl), and see that the disk is not full")
        return false
    }

    /// What the child does: checks the device and prints the verdict.
    static func answer(for selector: String) throws {
        try printResult((check(try Device.select(selector)) ? Verdict.right : .wrong).rawValue)
    }

    private enum Verdict: String { case right, wrong }

    /// Every kernel three times on every way and in every precision of the device, up to the first of these that is wrong;
    /// a device that fails is wrong.
    private static func check(_ device: Device) -> Bool {
        do {
            let check = ParityCheck(
                device: device, tuning: try TuningFile.tuning(of: device), isBrief: true, repetitions: 3)
            for precision in device.supportsDouble ? Precision.allCases : [.float32] {
                for path in check.paths {
                    let rows = try check.run(path, precision: precision)
                    let misses = rows.filter { !$0.passed }
                    if misses.isEmpty { continue }
                    for row in misses {
                        printError("\(device.selector): \(row.operation) [\(row.variant)]: \(row.errorText)")
                    }
                    let suspects = rows.suspects.joined(separator: ", ")
                    printError(
                        suspects.isEmpty
                            ? "\(device.selector): wrong for these alone, whose kernels are all right for others"
                            : "\(device.selector): wrong wherever it uses \(suspects)")
                    return false
                }
            }
            return true
        } catch {
            printError("\(device.selector): \(error)")
            return false
        }
    }
}
