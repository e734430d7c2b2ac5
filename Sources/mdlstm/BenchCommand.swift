import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time layers on a device, against its own measured peak.",
        discussion: """
            Without a workload or a layer, all named workloads are timed; --list shows them. Data and weights are on the \
            device before the clock starts; every repetition packs the weights, runs the pass to its end and leaves its \
            results in their own layouts on the device. GFLOP/s are counted from the equations: two operations for \
            each weight of a matrix and each row it is multiplied with, three times that in training; the peak is the \
            best of a kernel of multiply-adds, run before, between and after. The bytes moved are a lower bound: what \
            goes in and what comes out, once. With --stream the forward pass goes through the grid in bands, input and \
            output in the host's memory: their copies are in the time, and the memory is that of a band. With --device all \
            every device is timed in turn.
            """)

    @Option(help: "A named workload: \(Workload.named.map(\.name).joined(separator: ", ")).")
    var workload: String?

    @OptionGroup(title: "A layer") var layer: BenchLayerOptions

    @Option(help: "forward or training, which is forward and all gradients; training, or of the named workloads both.")
    var pass: BenchmarkPass?

    @Option(
        name: .customLong("repeat"), parsing: .unconditional,
        help: "Repetitions that are timed, after two that are not.")
    var repetitions = 10

    @Flag(help: "List the named workloads and time nothing.")
    var list = false

    @Option(help: "Where to write the times of all kernels in one more repetition of each: JSON for chrome://tracing.")
    var trace: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(
        help: "Train with only the states between bands kept, the others computed again; --band-height is theirs then.")
    var recompute = false

    @OptionGroup var streaming: StreamOptions

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard compute.backend == .opencl else {
            throw ValidationError("bench times OpenCL devices; use --backend opencl")
        }
        guard (1...1_000_000).contains(repetitions) else {
            throw ValidationError("--repeat must be from 1 to 1000000, found \(repetitions)")
        }
        guard workload == nil || !layer.isGiven else {
            throw ValidationError("--workload names a layer and its grid; leave the flags of the layer out")
        }
        if let workload, !Workload.named.contains(where: { $0.name == workload }) {
            let names = Workload.named.map(\.name).joined(separator: ", ")
            throw ValidationError("--workload must be one of \(names), found '\(workload)'")
        }
        guard streaming.stream || recompute || streaming.bandHeight == nil else {
            throw ValidationError("--band-height is for --stream and --recompute; give one of them too")
        }
        guard !recompute || pass != .forward && !streaming.stream else {
            throw ValidationError("--recompute is for training; leave --stream and --pass forward out")
        }
        guard !streaming.stream || pass != .training else {
            throw ValidationError("--stream is the forward pass; leave --pass training out")
        }
        if list, streaming.isGiven || recompute || workload != nil || layer.isGiven || pass != nil || trace != nil {
            throw ValidationError("--list times nothing; of the other flags it takes --json")
        }
    }

    func run() throws {
        if list { return try printResult(json ? Workload.listJSON.serialized() : Workload.listText) }
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: BenchCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    /// What is timed, and whether it is one workload that was asked for.
    private func workloads() throws -> (isSingle: Bool, workloads: [Workload]) {
        if layer.isGiven { return (true, [try layer.workload()]) }
        guard let workload else { return (false, Workload.named) }
        return (true, Workload.named.filter { $0.name == workload })
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let selector = compute.deviceSelector
        var reports: [JSONValue] = []
        var profile = ChromeTrace()
        for device in try DeviceChoice.several(selector) {
            let (report, isSingle) = try time(device, T.self, profile: &profile)
            if json { reports.append(report.json(isSingle: isSingle)) } else { try printResult(report.text) }
        }
        if let trace { try writeFile(Array(profile.json.serialized().utf8), to: trace) }
        guard json else { return }
        try printResult((selector == "all" ? ["devices": .array(reports)] : reports[0]).serialized())
    }

    /// Times everything on one device; adds what its kernels took to `profile` where that is wanted.
    private func time<T: Scalar>(
        _ device: Device, _ type: T.Type, profile: inout ChromeTrace
    ) throws -> (report: BenchReport, isSingle: Bool) {
        let (isSingle, workloads) = try workloads()
        let passes =
            streaming.stream
            ? [.forward]
            : recompute ? [.training] : pass.map { [$0] } ?? (isSingle ? [.training] : BenchmarkPass.allCases)
        let tuning = try TuningFile.tuning(of: device)
        let probe = try OpenCLBackend<T>(device: device)
        try compute.announce(device)
        var report = BenchReport(device: device)
        report.addPeak(try probe.multiplyAddPeak())
        let progress = ProgressLine()
        for workload in workloads {
            for pass in passes {
                progress.show("\(workload.name) \(pass.rawValue)")
                // A backend of its own: its memory is that of this workload.
                let backend = try OpenCLBackend<T>(
                    device: device, path: compute.path, profiling: trace != nil, tuning: tuning)
                let benchmark: any TimedPass =
                    streaming.stream
                    ? try StreamBenchmark(
                        workload, backend: backend, bandHeight: streaming.bandHeight, seed: compute.seed)
                    : try LayerBenchmark(
                        workload, pass: pass, backend: backend, recompute: recompute,
                        bandHeight: streaming.bandHeight, seed: compute.seed)
                report.add(try benchmark.measure(repetitions: repetitions), workload: workload, pass: pass)
                report.addPeak(try probe.multiplyAddPeak())
                guard trace != nil else { continue }
                _ = try backend.context.takeProfile()
                try benchmark.run()
                profile.add(try backend.context.takeProfile(), process: "\(workload.name) \(pass.rawValue)")
            }
        }
        progress.clear()
        return (report, isSingle)
    }
}
