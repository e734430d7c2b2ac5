import MDLSTM
public import OpenCLRuntime

/// Finds the tuning of a device by timing layers, one choice after the other.
public struct Tuner {
    private let device: Device
    private let report: (String) -> Void
    private let workloads: [Workload]

    /// - Parameters:
    ///   - device: the device to time
    ///   - report: called with a line about each choice
    public init(device: Device, report: @escaping (String) -> Void) throws {
        self.device = device
        self.report = report
        // One layer of each class, small enough for a quick look.
        workloads = try [(16, 32, 16), (16, 96, 8), (32, 256, 4)].map { input, hidden, batch in
            Workload(
                name: SizeClass(hiddenSize: hidden).rawValue,
                layer: try LayerConfiguration(
                    inputSize: input, hiddenSize: hidden, directions: [Direction.forward(axes: 2)]),
                grid: try Grid(batch: batch, extents: [24, 24]))
        }
    }

    /// The best of each choice in turn: the price of a launch, sums and rows of a tile, CLBlast's parameters, on a GPU the
    /// groups of tiles in local memory, the way for each class of layers.
    public func run() throws -> DeviceTuning {
        var tuning = DeviceTuning(device: device)
        tuning.gemm = [:]
        tuning.launch = try launch(tuning)
        report("a launch: \(counted(tuning.launch, "multiply-add")) of a compute unit")

        tuning = try best(
            of: tiles.map { sums, rows in
                var tiled = tuning
                (tiled.sums, tiled.rows) = (sums, rows)
                return ("tiles of \(counted(sums, "sum")), \(counted(rows, "row"))", tiled)
            }
        ) { try seconds($0, path: .auto).reduce(0, +) }

        // CLBlast's own come first, since what is set once cannot be taken back in a process. For the same reason nothing is
        // set before, and the times are kept for the ways.
        var products: [GemmParameters: [Double]] = [:]
        tuning = try best(
            of: ([("CLBlast as it is", [:])] + GemmCandidates.all).map { name, parameters in
                var product = tuning
                product.gemm = parameters
                return (name, product)
            }
        ) {
            products[$0.gemm] = try seconds($0, path: .gemm)
            return products[$0.gemm]!.reduce(0, +)
        }

        if device.kind != .cpu {
            tuning = try best(
                of: [75, 50, 150, 300].map { groups in
                    var filled = tuning
                    filled.groups = groups
                    return ("\(groups) groups of tiles for 100 compute units", filled)
                }
            ) { try seconds($0, path: .tiles).reduce(0, +) }
        }

        for (index, workload) in workloads.enumerated() {
            let size = SizeClass(hiddenSize: workload.layer.hiddenSize)
            let chosen = tuning
            tuning = try best(
                of: ways.map { way in
                    var taken = chosen
                    taken.ways[size] = way
                    return ("\(size.rawValue) layers: \(way.rawValue)", taken)
                }
            ) {
                let way = $0.ways[size]!
                return try way == .gemm ? products[$0.gemm]![index] : seconds($0, path: way, only: index)[0]
            }
        }
        return tuning
    }

    /// The first of the fastest within 3 %: what comes first stays unless another is clearly better.
    private func best(
        of candidates: [(name: String, tuning: DeviceTuning)], seconds: (DeviceTuning) throws -> Double
    ) throws -> DeviceTuning {
        var best: (name: String, tuning: DeviceTuning, seconds: Double)?
        for (name, tuning) in candidates {
            let time = try seconds(tuning)
            report("  \(name): \((time * 1e5).rounded() / 100) ms")
            if best == nil || time < 0.97 * best!.seconds { best = (name, tuning, time) }
        }
        report(best!.name)
        return best!.tuning
    }

    /// The shortest of some training steps of each workload.
    private func seconds(_ tuning: DeviceTuning, path: ComputePath, only: Int? = nil) throws -> [Double] {
        try workloads.indices.filter { only == nil || only == $0 }.map { index in
            let backend = try OpenCLBackend<Float>(device: device, path: path, tuning: tuning)
            let benchmark = try LayerBenchmark(workloads[index], pass: .training, backend: backend)
            return try benchmark.measure(warmUps: 1, repetitions: 5).seconds.min()!
        }
    }

    /// The ways that may be the fastest on a device of this kind.
    private var ways: [ComputePath] {
        device.kind == .cpu ? [.auto, .gemm, .fused, .sweep] : [.auto, .gemm, .fused, .tiles, .chain]
    }

    /// The built-in tile, then others.
    private var tiles: [(sums: Int, rows: Int)] {
        let own = DeviceTuning(device: device)
        let others = device.kind == .cpu ? [(26, 8), (21, 6), (13, 8), (13, 4)] : [(20, 4), (15, 3), (5, 1), (40, 8)]
        return [(own.sums, own.rows)] + others.filter { $0 != (own.sums, own.rows) }
    }

    /// Multiply-adds that a compute unit does while a kernel with next to nothing to do is launched.
    private func launch(_ tuning: DeviceTuning) throws -> Int {
        let backend = try OpenCLBackend<Float>(device: device, tuning: tuning)
        let multiplyAdds = try backend.multiplyAddPeak() * 1e9 / 2
        return max(1, Int(multiplyAdds * (try backend.launchSeconds()) / Double(device.computeUnits)))
    }
}
