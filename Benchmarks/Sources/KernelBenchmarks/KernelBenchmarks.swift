import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// Times every kernel of a layer apart, by the device's own clock.
@main
struct KernelBenchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time every kernel of a layer by the device's own clock.",
        discussion: """
            swift run -c release --package-path Benchmarks KernelBenchmarks --workload c

            One line for each kernel that a pass launches: how often, the median over repetitions of its time in all, and \
            its share. GFLOP/s are those of the kernel's product, counted as `mdlstm bench` does. --cells times a layer of \
            each cell over the same grid instead of a named workload.
            """)

    @Option(help: "A named workload of `mdlstm bench --list`.")
    var workload = "c"

    @Flag(help: "A layer of each cell, 32x32 sites, 16 samples, 16 features, 64 units.")
    var cells = false

    @Option(help: "forward or training.")
    var pass = "training"

    @Option(help: "auto, gemm, fused or sweep.")
    var path = "auto"

    @Option(name: .customLong("repeat"), help: "Repetitions that are timed, after two that are not.")
    var repetitions = 10

    @Option(help: "OpenCL device: P:D or part of its name.")
    var device: String?

    func run() throws {
        guard let pass = BenchmarkPass(rawValue: pass), let path = ComputePath(rawValue: path), repetitions > 0 else {
            throw ValidationError("--pass is forward or training; --path auto, gemm, fused or sweep; --repeat positive")
        }
        let workloads = cells ? try Self.cellWorkloads() : Workload.named.filter { $0.name == workload }
        guard !workloads.isEmpty else { throw ValidationError("no workload is called '\(workload)'") }
        let device = try Device.select(device)
        print("\(device.name), \(pass.rawValue)")
        for workload in workloads {
            let backend = try OpenCLBackend<Float>(device: device, path: path, profiling: true)
            let benchmark = try LayerBenchmark(workload, pass: pass, backend: backend)
            print("\n\(workload.name), \(benchmark.path.rawValue)")
            for _ in 0..<2 { try benchmark.run() }
            _ = try backend.context.takeProfile()
            let profiles = try (0..<repetitions).map { _ in
                try benchmark.run()
                return KernelTimes(try backend.context.takeProfile())
            }
            KernelTable(profiles, workload: workload).print()
        }
    }

    /// A layer of each cell, its plain form.
    private static func cellWorkloads() throws -> [Workload] {
        try Cell.allCases.map { cell in
            let axes = cell == .lstm ? 1 : cell == .grid ? 3 : 2
            let layer = try LayerConfiguration(
                cell: cell, inputSize: 16, hiddenSize: 64, directions: [Direction.forward(axes: axes)])
            return Workload(
                name: cell.rawValue, layer: layer,
                grid: try Grid(batch: 16, extents: cell == .lstm ? [1024] : [32, 32]))
        }
    }
}
