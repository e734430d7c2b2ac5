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

    /// One element, by its index along every axis.
    ///
    /// - Precondition: there is an index for each axis, within its extent.
    public subscript(index: Int...) -> Element {
        get { values[place(index)] }
        set { values[place(index)] = newValue }
    }

    private func place(_ index: [Int]) -> Int {
        precondition(index.count == shape.count, "\(index.count) indices for the shape \(shape)")
        return zip(index, shape).reduce(0) { place, axis in
            precondition((0..<axis.1).contains(axis.0), "index \(index) is outside of the shape \(shape)")
            return place * axis.1 + axis.0
        }
    }

    /// A tensor of the same shape with every element transformed.
    public func map<Other: Sendable>(_ transform: (Element) throws -> Other) rethrows -> Tensor<Other> {
        Tensor<Other>(shape: shape, values: try values.map(transform))
    }

    /// The same elements in another shape with as many elements.
    public func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape: shape, values: values) }
}

extension Tensor: Equatable where Element: Equatable {}

extension Tensor: Hashable where Element: Hashable {}

extension Tensor: CustomStringConvertible {
    /// Type, shape and the first eight elements: `Tensor<Float> [2, 3]: 0.5, -1.0, ..`.
    public var description: String {
        let most = 8
        let listed = values.prefix(most).map { "\($0)" } + (values.count > most ? [".."] : [])
        return "Tensor<\(Element.self)> \(shape): \(listed.joined(separator: ", "))"
    }
}

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
