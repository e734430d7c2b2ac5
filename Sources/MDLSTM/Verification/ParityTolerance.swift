/// How far a backend may be from the Double reference, as normalised mean squared error.
package struct ParityTolerance: Sendable {
    /// Outputs and states that leave the grid.
    package let forward: Double

    /// Gradients and parameters after training steps.
    package let backward: Double

    /// Design: float32 1e-9 forward, 1e-7 backward. float64 differs from the reference only in the order of its sums:
    /// squared relative rounding 1e-32, times the lengths of sums and scans.
    package init(_ precision: Precision) {
        forward = precision == .float32 ? 1e-9 : 1e-26
        backward = precision == .float32 ? 1e-7 : 1e-24
    }
}

/// sum (a - b)^2 / sum b^2, and the plain sum where b is zero; infinite for NaN or different counts.
package func normalizedError<A: Scalar, B: Scalar>(_ actual: [A], _ expected: [B]) -> Double {
    guard actual.count == expected.count else { return .infinity }
    var difference = 0.0
    var scale = 0.0
    for (a, b) in zip(actual, expected) {
        let d = Double(a) - Double(b)
        difference += d * d
        scale += Double(b) * Double(b)
    }
    let error = scale > 0 ? difference / scale : difference
    return error.isNaN ? .infinity : error
}
