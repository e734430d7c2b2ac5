public import ArgumentParser
import Foundation
public import MDLSTM
public import MDLSTMOpenCL
import OpenCLRuntime

enum BackendKind: String, CaseIterable, ExpressibleByArgument {
    case cpu, opencl
}

extension Precision: ExpressibleByArgument {}
extension ComputePath: ExpressibleByArgument {}
extension KernelShapes: ExpressibleByArgument {}

/// The flags of every command that computes.
struct ComputeOptions: ParsableArguments {
    @Option(help: "What computes: cpu (the reference) or opencl.")
    var backend: BackendKind = .opencl

    @Option(help: ArgumentHelp(stringLiteral: DeviceChoice.help))
    var device: String?

    @Option(help: "float32 or float64.")
    var precision: Precision = .float32

    @Option(name: .customLong("seed"), parsing: .unconditional, help: "Seed of all random numbers; 1 unless given.")
    var givenSeed: UInt64?

    var seed: UInt64 { givenSeed ?? 1 }

    @Option(help: "Way through the wavefronts on OpenCL: auto, fused, tiles, chain, sweep or gemm.")
    var path: ComputePath = .auto

    func validate() throws {
        if backend == .cpu, device != nil {
            throw ValidationError("--device names an OpenCL device; it does not go with --backend cpu")
        }
    }

    /// The flag, else the environment, else nil.
    var deviceSelector: String? { device ?? deviceFromEnvironment }

    /// The backend asked for.
    ///
    /// - Parameter isNamed: whether what computes is named on stderr
    func makeBackend<T: Scalar>(_ type: T.Type, isNamed: Bool = true) throws -> any Backend<T> {
        switch backend {
        case .cpu:
            if isNamed { printError("device: cpu reference, \(precision.rawValue)") }
            return ReferenceBackend<T>()
        case .opencl: return try makeOpenCLBackend(T.self, isNamed: isNamed)
        }
    }

    /// The device asked for.
    func makeOpenCLBackend<T: Scalar>(_ type: T.Type, isNamed: Bool = true) throws -> OpenCLBackend<T> {
        let device = try DeviceChoice.select(deviceSelector)
        let backend = try OpenCLBackend<T>(device: device, path: path, tuning: try Ranks.tuning(of: device))
        if isNamed { try announce(device) }
        return backend
    }

    /// Names the device used on stderr.
    func announce(_ device: Device) throws {
        try Ranks.announce(
            device: "\(device.selector) \(device.name) (\(device.platformName)), \(precision.rawValue), "
                + "path \(path.rawValue)")
    }

    /// Calls `body` with the type of the precision asked for.
    func withPrecision(_ body: any PrecisionBody) throws {
        if backend == .opencl { try DeviceChoice.prepare() }
        switch precision {
        case .float32: try body.run(Float.self)
        case .float64: try body.run(Double.self)
        }
    }
}

/// The device named by MDLSTM_DEVICE, if any.
var deviceFromEnvironment: String? {
    ProcessInfo.processInfo.environment["MDLSTM_DEVICE"].flatMap { $0.isEmpty ? nil : $0 }
}

/// Work that is generic over the precision.
protocol PrecisionBody {
    func run<T: Scalar>(_ type: T.Type) throws
}
