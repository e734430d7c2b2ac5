public import RealModule

/// A floating-point type the package computes in: `Float` or `Double`.
public protocol Scalar: Real, BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// Name in files and on the command line: `float32` or `float64`.
    static var precision: Precision { get }
}

extension Float: Scalar {
    public static var precision: Precision { .float32 }
}

extension Double: Scalar {
    public static var precision: Precision { .float64 }
}

/// The floating-point precision of a computation.
public enum Precision: String, CaseIterable, Sendable {
    case float32, float64
}
