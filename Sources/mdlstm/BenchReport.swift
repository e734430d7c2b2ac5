import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// What `mdlstm bench` prints.
struct BenchReport {
    private let device: Device
    private(set) var peakGflops = 0.0
    private var rows: [Row] = []

    private struct Row {
        let workload: Workload
        let pass: BenchmarkPass
        let timing: LayerTiming
    }

    init(device: Device) { self.device = device }

    /// The best of several measurements: at times a device has something else to do.
    mutating func addPeak(_ gflops: Double) { peakGflops = max(peakGflops, gflops) }

    mutating func add(_ timing: LayerTiming, workload: Workload, pass: BenchmarkPass) {
        rows.append(Row(workload: workload, pass: pass, timing: timing))
    }

    /// A table, a line a workload and pass.
    var text: String {
        let head = [
            "workload", "pass", "path", "median ms", "minimum ms", "GFLOP/s", "of peak", "memory MB", "moved MB",
        ]
        let lines = rows.map { row in
            let timing = row.timing
            return [
                row.workload.name, row.pass.rawValue, timing.path.rawValue, rounded(timing.medianMilliseconds, 3),
                rounded(timing.minimumMilliseconds, 3), rounded(timing.gflops, 1),
                rounded(100 * timing.gflops / peakGflops, 1) + " %", rounded(Double(timing.deviceBytes) / 1e6, 1),
                rounded(Double(timing.bytesMoved) / 1e6, 1),
            ]
        }
        return "peak: \(rounded(peakGflops, 1)) GFLOP/s of multiply-adds\n" + table([head] + lines)
    }

    /// One object: of the only row, or of all.
    func json(isSingle: Bool) -> JSONValue {
        if isSingle, let row = rows.first { return .object(members(row)) }
        let list = rows.map { row -> JSONValue in
            var object: JSONObject = ["name": .string(row.workload.name), "pass": .string(row.pass.rawValue)]
            for (key, value) in members(row) { object[key] = value }
            return .object(object)
        }
        return ["device": .string(device.name), "peakGflops": .number(peakGflops), "workloads": .array(list)]
    }

    private func members(_ row: Row) -> JSONObject {
        let timing = row.timing
        return [
            "medianMilliseconds": .number(timing.medianMilliseconds),
            "minimumMilliseconds": .number(timing.minimumMilliseconds), "gflops": .number(timing.gflops),
            "peakFraction": .number(timing.gflops / peakGflops), "deviceBytes": .integer(timing.deviceBytes),
            "bytesMoved": .integer(timing.bytesMoved), "path": .string(timing.path.rawValue),
            "device": .string(device.name),
        ]
    }
}
