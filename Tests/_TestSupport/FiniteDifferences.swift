public import MDLSTM

/// The gradient of `f` at `x` by central differences of fourth order, five points for each element:
///
///     f'(x) = (f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h)) / 12h + O(h^4)
///
/// With h = 1e-3 the truncation error is near 1e-13 |f^(5)| and rounding adds about 1e-13 |f|: gradients near the size
/// of f are good to ten digits, which differences of second order cannot reach.
///
/// - Parameters:
///   - x: the point
///   - step: h for elements up to 1; larger elements have h scaled by their magnitude
///   - elements: flat indices of the elements to move, nil for all; the gradient by the others is left 0
///   - f: the function
public func centralDifferences(
    at x: Tensor<Double>, step: Double = 1e-3, elements: [Int]? = nil, of f: (Tensor<Double>) throws -> Double
) rethrows -> Tensor<Double> {
    var gradient = Tensor<Double>(zeros: x.shape)
    for index in elements ?? Array(x.values.indices) {
        let h = step * max(1, x.values[index].magnitude)
        gradient.values[index] = try derivative(step: h) { t in
            var moved = x
            moved.values[index] += t
            return try f(moved)
        }
    }
    return gradient
}

/// The derivative of `f` at `x` along `direction`, by the same five points: one number whatever the size of `x`.
public func directionalDifference(
    at x: Tensor<Double>, along direction: Tensor<Double>, step: Double = 1e-3, of f: (Tensor<Double>) throws -> Double
) rethrows -> Double {
    precondition(x.shape == direction.shape, "point \(x.shape) and direction \(direction.shape) differ in shape")
    return try derivative(step: step) { t in
        try f(Tensor(shape: x.shape, values: zip(x.values, direction.values).map { $0 + t * $1 }))
    }
}

/// The differences of ``centralDifferences(at:step:elements:of:)``, of functions that jump only by the elements where no
/// jump is within reach: there the differences at `step` and at half of it agree.
///
/// - Parameters:
///   - x: the point
///   - step: h as above
///   - elements: flat indices of the elements to move
///   - hasJumps: whether `f` may jump; otherwise all elements are kept
///   - absolute: the disagreement allowed whatever the size
///   - relative: the disagreement allowed for each unit of the difference
///   - f: the function
/// - Returns: the elements that are kept, and the differences, 0 by all others.
public func steadyDifferences(
    at x: Tensor<Double>, step: Double, elements: [Int], hasJumps: Bool, absolute: Double, relative: Double,
    of f: (Tensor<Double>) throws -> Double
) rethrows -> (elements: [Int], differences: Tensor<Double>) {
    var differences = try centralDifferences(at: x, step: step, elements: elements, of: f)
    guard hasJumps else { return (elements, differences) }
    let again = try centralDifferences(at: x, step: step / 2, elements: elements, of: f)
    let kept = elements.filter { index in
        let (a, b) = (differences.values[index], again.values[index])
        return (a - b).magnitude <= absolute + relative * b.magnitude
    }
    for index in Set(elements).subtracting(kept) { differences.values[index] = 0 }
    return (kept, differences)
}

/// The derivative of `f` at 0.
private func derivative(step h: Double, of f: (Double) throws -> Double) rethrows -> Double {
    try (f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h)
}

extension Tensor<Double> {
    /// The largest magnitude of an element; 0 without any.
    public var largestMagnitude: Double { values.reduce(0) { max($0, $1.magnitude) } }
}

/// The sum of the products of two tensors' elements.
public func dot(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    precondition(a.shape == b.shape, "\(a.shape) and \(b.shape) differ")
    return zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 }
}
