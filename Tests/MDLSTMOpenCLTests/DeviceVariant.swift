import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing

/// A way through the wavefronts in a precision.
struct DeviceVariant: Hashable, Sendable, CustomTestStringConvertible {
    let path: ComputePath
    let precision: Precision

    static let all = [ComputePath.fused, .sweep, .gemm].flatMap { path in
        Precision.allCases.map { DeviceVariant(path: path, precision: $0) }
    }

    var testDescription: String { "\(path.rawValue) \(precision.rawValue)" }

    /// Calls the body of the variant's precision with its backend.
    @MainActor func run(
        _ single: (OpenCLBackend<Float>) throws -> Void, _ double: (OpenCLBackend<Double>) throws -> Void
    ) throws {
        switch precision {
        case .float32: try single(Backends.shared(path))
        case .float64: try double(Backends.shared(path))
        }
    }
}

/// One backend for each variant, made when it is first asked for: compiling kernels takes longer than most tests.
///
/// A context must not be used from several threads at a time; tests that share one run on the main actor, which runs
/// one after the other.
@MainActor enum Backends {
    private static var made: [DeviceVariant: AnyObject] = [:]

    static func shared<T: Scalar>(_ path: ComputePath, _ type: T.Type = T.self) throws -> OpenCLBackend<T> {
        let variant = DeviceVariant(path: path, precision: T.precision)
        if let backend = made[variant] as? OpenCLBackend<T> { return backend }
        let backend = try make(path, T.self)
        made[variant] = backend
        return backend
    }

    /// A backend with a context of its own.
    static func make<T: Scalar>(_ path: ComputePath, _ type: T.Type = T.self) throws -> OpenCLBackend<T> {
        try OpenCLBackend<T>(device: Device.select(nil), path: path)
    }
}
