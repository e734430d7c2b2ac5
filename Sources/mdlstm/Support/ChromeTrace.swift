import MDLSTM
import OpenCLRuntime

/// Times of kernels in the format that chrome://tracing and Perfetto show: Chrome's trace events.
struct ChromeTrace {
    private var events: [JSONValue] = []
    private var processes = 0

    /// Appends kernels under a heading of their own, their times counted from the first one's beginning.
    mutating func add(_ profile: [ProfiledEvent], process: String) {
        processes += 1
        let id = JSONValue.integer(processes)
        events.append(["name": "process_name", "ph": "M", "pid": id, "tid": 0, "args": ["name": .string(process)]])
        let origin = profile.map(\.startNanoseconds).min() ?? 0
        for event in profile {
            events.append([
                "name": .string(event.name), "ph": "X", "pid": id, "tid": 0,
                "ts": .number(Double(event.startNanoseconds - origin) / 1000),
                "dur": .number(Double(event.endNanoseconds - event.startNanoseconds) / 1000),
            ])
        }
    }

    var json: JSONValue { ["displayTimeUnit": "ms", "traceEvents": .array(events)] }
}
