import ArgumentParser
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

struct ParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity", abstract: "Compare every operation and cell on a device with the reference.",
        discussion:
            "Every way for this kind of device, float32 and, where the device has it, float64, unless told otherwise. Exit code 1 on a miss."
    )

    @Option(help: "Only opencl: what is compared with the reference.")
    var backend: BackendKind = .opencl

    @Option(help: ArgumentHelp(stringLiteral: DeviceChoice.helpOfSeveral))
    var device: String?

    @Option(help: "Only float32 or only float64.")
    var precision: Precision?

    @Option(help: "Only this way: fused, tiles, chain, sweep or gemm; auto for all, tiles and chain for GPUs alone.")
    var path: ComputePath = .auto

    @Option(help: "Only operations whose name contains this, such as leaky or 'norm gates'.")
    var only = ""

    @Flag(help: "One layer of every form that runs through the kernels instead of all, as `devices --verify` does.")
    var brief = false

    @Flag(help: "The smallest such layers, and models of few parameters: for interpreters such as oclgrind.")
    var tiny = false

    @Option(help: "Check the kernels as they are on another kind of device: processor or gpu.")
    var shapes: KernelShapes?

    @Option(parsing: .unconditional, help: "Varies the numbers of the cases; 0 for those of the tests.")
    var seed: UInt64 = 0

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard backend == .opencl else {
            throw ValidationError("parity compares an OpenCL device with the reference; use --backend opencl")
        }
        if brief && tiny { throw ValidationError("--brief and --tiny are two lists; give one of them") }
    }

    func run() throws {
        let selector = device ?? deviceFromEnvironment
        let devices = try DeviceChoice.several(selector)
        var reports: [JSONValue] = [], misses = 0, count = 0
        for device in devices {
            let rows = try rows(of: device)
            if json { reports.append(report(rows, device)) } else { try printTable(rows) }
            misses += rows.count { !$0.passed }
            count += rows.count
        }
        if json {
            let all: JSONValue = ["passed": .bool(misses == 0), "devices": .array(reports)]
            try printResult((selector == "all" ? all : reports[0]).serialized())
        }
        if misses > 0 {
            throw CheckFailed(message: "\(misses) of \(counted(count, "comparison")) missed the tolerance")
        }
    }

    /// All comparisons of one device, which is named on stderr.
    private func rows(of device: Device) throws -> [ParityRow] {
        printError("device: \(device.selector) \(device.name) (\(device.platformName))")
        let precisions = precision.map { [$0] } ?? (device.supportsDouble ? Precision.allCases : [.float32])
        let progress = ProgressLine()
        var rows: [ParityRow] = []
        let check = ParityCheck(
            device: device, path: path, tuning: try TuningFile.tuning(of: device), shapes: shapes, variation: seed,
            named: only, isBrief: brief, isTiny: tiny)
        for precision in precisions {
            rows += try check.run(precision: precision) { progress.show("\($0.operation) [\($0.variant)]") }
        }
        progress.clear()
        guard !rows.isEmpty else {
            throw ValidationError("no operation's name contains '\(only)'; `mdlstm parity` without --only lists all")
        }
        return rows
    }

    private func printTable(_ rows: [ParityRow]) throws {
        try printResult(
            table(
                [["operation", "variant", "forward", "backward", ""]]
                    + rows.map {
                        [
                            $0.operation, $0.variant, scientific($0.forwardError), scientific($0.backwardError),
                            $0.passed ? "ok" : "MISS",
                        ]
                    }))
        for precision in Precision.allCases {
            let tolerance = ParityTolerance(precision)
            try printResult(
                "\(precision.rawValue): normalised mean squared error at most \(tolerance.forward) forward, "
                    + "\(tolerance.backward) backward")
        }
    }

    private func report(_ rows: [ParityRow], _ device: Device) -> JSONValue {
        let list = rows.map { row -> JSONValue in
            [
                "operation": .string(row.operation), "variant": .string(row.variant),
                "forwardError": .number(row.forwardError), "backwardError": .number(row.backwardError),
                "passed": .bool(row.passed),
            ]
        }
        return [
            "device": .string(device.name), "passed": .bool(rows.allSatisfy(\.passed)), "rows": .array(list),
        ]
    }
}
