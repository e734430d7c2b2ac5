/// A dense array on the host, row-major: the last axis is contiguous.
public struct Tensor<Element: Sendable>: Sendable {
    /// Extent of every axis; empty for a scalar.
    public let shape: [Int]

    /// All elements in row-major order; `values.count` is the product of `shape`.
    public var values: [Element]

    /// A tensor of `shape` with `values` in row-major order.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public init(shape: [Int], values: [Element]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values do not fill the shape \(shape)")
        self.shape = shape
        self.values = values
    }

    /// A tensor of `shape` with every element `value`.
    public init(repeating value: Element, shape: [Int]) {
        self.init(shape: shape, values: Array(repeating: value, count: shape.reduce(1, *)))
    }

    /// Number of elements.
    public var count: Int { values.count }

    /// The same elements under another shape of the same count.
    public func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape: shape, values: values) }
}

extension Tensor: Equatable where Element: Equatable {}

extension Tensor where Element: Scalar {
    /// All elements zero.
    public init(zeros shape: [Int]) { self.init(repeating: 0, shape: shape) }

    /// Every element rounded to another precision.
    @_specialize(where Element == Float, Other == Double)
    @_specialize(where Element == Double, Other == Float)
    public func converted<Other: Scalar>(to type: Other.Type) -> Tensor<Other> {
        Tensor<Other>(shape: shape, values: values.map { Other($0) })
    }

    /// The index of the first element that is NaN or infinite, or nil.
    public var firstNonFinite: Int? {
        @_specialize(where Element == Float)
        @_specialize(where Element == Double)
        get { values.firstIndex { !$0.isFinite } }
    }
}

extension UnsafeBufferPointer where Element: Scalar {
    /// The index of the first element that is NaN or infinite, or nil.
    package var firstNonFinite: Int? {
        @_specialize(where Element == Float)
        @_specialize(where Element == Double)
        get { firstIndex { !$0.isFinite } }
    }
}
