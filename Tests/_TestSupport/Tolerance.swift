public import MDLSTM
public import Testing

/// What is wrong with `actual`, or nil: the shapes differ, or some `|actual - expected|` is above
/// `absolute + relative * |expected|`.
///
/// NaN anywhere is wrong, and so is an infinity that does not meet the same infinity. The first element that is
/// wrong is described by its coordinate, the shape and both values, with the number of others.
public func mismatch<A: Scalar, E: Scalar>(
    _ actual: Tensor<A>, _ expected: Tensor<E>, absolute: Double, relative: Double
) -> String? {
    precondition(absolute >= 0 && relative >= 0, "a tolerance is not negative")
    guard actual.shape == expected.shape else { return shapesDiffer(actual.shape, expected.shape) }
    var first: String?
    var count = 0
    for index in actual.values.indices {
        let (a, e) = (Double(actual.values[index]), Double(expected.values[index]))
        let allowed = absolute + relative * e.magnitude
        if a.isFinite && e.isFinite ? (a - e).magnitude <= allowed : a == e { continue }
        count += 1
        first =
            first
            ?? "at \(actual.coordinate(of: index)) of \(actual.shape): found \(actual.values[index]), expected "
            + "\(expected.values[index]), allowed difference \(allowed)"
    }
    return first.map { count == 1 ? $0 : "\($0); \(count - 1) more of \(actual.count) differ" }
}

/// The normalised mean square error `sum (a - b)^2 / sum b^2`; 0 when both sums are 0, and NaN when a pair has a NaN or
/// an infinity that does not meet the same infinity.
///
/// - Precondition: `a` and `b` have one shape.
public func normalizedMeanSquareError<A: Scalar, B: Scalar>(_ a: Tensor<A>, _ b: Tensor<B>) -> Double {
    precondition(a.shape == b.shape, "\(shapesDiffer(a.shape, b.shape))")
    var difference = 0.0
    var square = 0.0
    for (x, y) in zip(a.values, b.values) {
        let (x, y) = (Double(x), Double(y))
        if x.isInfinite, x == y { continue }
        guard x.isFinite, y.isFinite else { return .nan }
        difference += (x - y) * (x - y)
        square += y * y
    }
    return difference == 0 ? 0 : difference / square
}

/// What is wrong with `actual`, or nil: the shapes differ, a value is not finite, or the normalised mean square error is
/// not below `bound` (0 passes any bound).
public func mismatch<A: Scalar, E: Scalar>(
    _ actual: Tensor<A>, _ expected: Tensor<E>, normalizedMeanSquareErrorBelow bound: Double
) -> String? {
    guard actual.shape == expected.shape else { return shapesDiffer(actual.shape, expected.shape) }
    let error = normalizedMeanSquareError(actual, expected)
    guard !error.isNaN else { return mismatch(actual, expected, absolute: .infinity, relative: 0) }
    if error == 0 || error < bound { return nil }
    let worst = actual.values.indices.max { difference(actual, expected, $0) < difference(actual, expected, $1) }!
    return "the normalised mean square error is \(error), expected below \(bound); largest difference at "
        + "\(actual.coordinate(of: worst)) of \(actual.shape): found \(actual.values[worst]), expected "
        + "\(expected.values[worst])"
}

/// Expects every `|actual - expected| <= absolute + relative * |expected|`; see ``mismatch(_:_:absolute:relative:)``.
///
/// - Parameters:
///   - actual: what was found
///   - expected: what it is compared with, of the same shape
///   - absolute: the difference allowed whatever the size
///   - relative: the difference allowed for each unit of |expected|
///   - what: name of the tensor, put before the failure
///   - sourceLocation: where the failure is reported
@discardableResult
public func expectClose<A: Scalar, E: Scalar>(
    _ actual: Tensor<A>, _ expected: Tensor<E>, absolute: Double, relative: Double, _ what: String = "tensor",
    sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
    let failure = mismatch(actual, expected, absolute: absolute, relative: relative)
    return report(failure, what, sourceLocation)
}

/// Expects the normalised mean square error to be below `bound`.
@discardableResult
public func expectNMSE<A: Scalar, E: Scalar>(
    actual: Tensor<A>, expected: Tensor<E>, below bound: Double, _ what: String = "tensor",
    sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
    report(mismatch(actual, expected, normalizedMeanSquareErrorBelow: bound), what, sourceLocation)
}

/// Expects the same values, bit for bit but for the sign of zero.
@discardableResult
public func expectSame<A: Scalar>(
    _ actual: Tensor<A>, _ expected: Tensor<A>, _ what: String = "tensor",
    sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
    report(mismatch(actual, expected, absolute: 0, relative: 0), what, sourceLocation)
}

private func report(_ failure: String?, _ what: String, _ sourceLocation: SourceLocation) -> Bool {
    guard let failure else { return true }
    Issue.record("\(what): \(failure)", sourceLocation: sourceLocation)
    return false
}

private func shapesDiffer(_ actual: [Int], _ expected: [Int]) -> String {
    "found shape \(actual), expected shape \(expected)"
}

private func difference<A: Scalar, E: Scalar>(_ a: Tensor<A>, _ e: Tensor<E>, _ index: Int) -> Double {
    let difference = (Double(a.values[index]) - Double(e.values[index])).magnitude
    return difference.isNaN ? 0 : difference
}
