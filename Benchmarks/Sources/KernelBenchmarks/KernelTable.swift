import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// What the kernels of one repetition took.
struct KernelTimes {
    /// Launches and milliseconds in all, by kernel.
    private(set) var kernels: [String: (launches: Int, milliseconds: Double)] = [:]

    init(_ events: [ProfiledEvent]) {
        for event in events {
            let milliseconds = Double(event.endNanoseconds - event.startNanoseconds) / 1e6
            let sum = kernels[event.name] ?? (0, 0)
            kernels[event.name] = (sum.launches + 1, sum.milliseconds + milliseconds)
        }
    }
}

/// The medians of several repetitions, the slowest kernel first.
struct KernelTable {
    private let rows: [(name: String, launches: Int, milliseconds: Double)]
    private let workload: Workload

    init(_ repetitions: [KernelTimes], workload: Workload) {
        self.workload = workload
        rows = repetitions[0].kernels.map { name, first in
            let times = repetitions.compactMap { $0.kernels[name]?.milliseconds }.sorted()
            return (name, first.launches, times[times.count / 2])
        }.sorted { $0.milliseconds > $1.milliseconds }
    }

    func print() {
        let total = rows.reduce(0) { $0 + $1.milliseconds }
        Swift.print(line("kernel", "launches", "ms", "share", "GFLOP/s"))
        for row in rows {
            let rate = operations(of: row.name).map { rounded(Double($0) / row.milliseconds / 1e6, 1) } ?? ""
            Swift.print(
                line(
                    row.name, "\(row.launches)", rounded(row.milliseconds, 3),
                    rounded(100 * row.milliseconds / total, 1) + " %", rate))
        }
        Swift.print(line("all", "", rounded(total, 3), "", ""))
    }

    /// Floating-point operations of a kernel's product, two a multiply-add; nil where it has none of note.
    private func operations(of kernel: String) -> Int? {
        let forward = workload.floatingPointOperations(.forward)
        // The part of the input's weights in the forward product.
        let layer = workload.layer
        let input = layer.parameterShapes.first { $0.name == "weight_ih" }.map {
            2 * workload.grid.occupiedSiteCount * $0.count
        }
        switch kernel {
        case "fused_forward", "sweep_forward", "weight_gradient": return forward
        case "fused_backward", "sweep_backward": return forward - (input ?? 0)
        case "input_gradient", "input_gradient_narrow": return input
        default: return nil
        }
    }

    private func line(_ name: String, _ launches: String, _ time: String, _ share: String, _ rate: String) -> String {
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let padded = name + String(repeating: " ", count: max(0, 24 - name.count))
        return padded + right(launches, 9) + right(time, 11) + right(share, 9) + right(rate, 10)
    }

    private func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int((value * scale).rounded())
        let fraction = String(whole % Int(scale))
        return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
