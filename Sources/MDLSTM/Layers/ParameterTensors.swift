/// The name and shape of one parameter of a layer or model.
public struct ParameterShape: Hashable, Sendable {
    public let name: String
    public let shape: [Int]

    public init(name: String, shape: [Int]) {
        self.name = name
        self.shape = shape
    }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }
}

/// Named tensors in a fixed order: the parameters of a layer or model, or their gradients.
public struct ParameterTensors<Element: Scalar>: Sendable, Equatable {
    public private(set) var names: [String] = []
    private var tensors: [String: Tensor<Element>] = [:]

    public init() {}

    /// Zeros of the given shapes.
    public init(zeros shapes: [ParameterShape]) {
        for shape in shapes { self[shape.name] = Tensor(zeros: shape.shape) }
    }

    /// The tensors of `shapes`, cut from one flat array that holds them one after the other.
    public init(shapes: [ParameterShape], flat: [Element]) {
        precondition(flat.count == shapes.reduce(0) { $0 + $1.count }, "the values do not fill the shapes")
        var first = 0
        for shape in shapes {
            self[shape.name] = Tensor(shape: shape.shape, values: Array(flat[first..<(first + shape.count)]))
            first += shape.count
        }
    }

    /// The tensor of that name; setting a new name appends it, setting nil removes it.
    public subscript(name: String) -> Tensor<Element>? {
        get { tensors[name] }
        set {
            if newValue == nil {
                names.removeAll { $0 == name }
            } else if tensors[name] == nil {
                names.append(name)
            }
            tensors[name] = newValue
        }
    }

    /// Every name with its tensor, in order.
    public var entries: [(name: String, tensor: Tensor<Element>)] { names.map { ($0, tensors[$0]!) } }

    /// Names and shapes in order.
    public var shapes: [ParameterShape] { entries.map { ParameterShape(name: $0.name, shape: $0.tensor.shape) } }

    /// All values in order, one tensor after the other.
    public var flat: [Element] { entries.flatMap(\.tensor.values) }

    /// The same tensors in another precision.
    public func converted<Other: Scalar>(to type: Other.Type) -> ParameterTensors<Other> {
        var result = ParameterTensors<Other>()
        for (name, tensor) in entries { result[name] = tensor.converted(to: type) }
        return result
    }

    /// The same tensors in the order of `shapes`, so that ``flat`` follows it.
    ///
    /// - Throws: ``MDLSTMError`` as ``validate(against:)``.
    package func ordered(as shapes: [ParameterShape]) throws(MDLSTMError) -> ParameterTensors {
        try validate(against: shapes)
        var result = ParameterTensors()
        for shape in shapes { result[shape.name] = self[shape.name] }
        return result
    }

    /// Checks that the names and shapes are exactly `shapes`.
    ///
    /// - Throws: ``MDLSTMError`` naming the missing, unexpected or misshapen tensor.
    public func validate(against shapes: [ParameterShape]) throws(MDLSTMError) {
        for expected in shapes {
            guard let tensor = self[expected.name] else {
                throw MDLSTMError(.data, "tensor '\(expected.name)' is missing; expected shape \(expected.shape)")
            }
            guard tensor.shape == expected.shape else {
                throw MDLSTMError(
                    .data, "tensor '\(expected.name)' has shape \(tensor.shape); expected \(expected.shape)")
            }
        }
        let known = Set(shapes.map(\.name))
        if let (extra, tensor) = entries.first(where: { !known.contains($0.name) }) {
            throw MDLSTMError(
                .data,
                "unexpected tensor '\(extra)' of shape \(tensor.shape); expected "
                    + shapes.map(\.name).joined(separator: ", "))
        }
    }
}

extension ParameterTensors: Sequence {
    /// Goes over every name with its tensor, in order.
    public func makeIterator() -> IndexingIterator<[(name: String, tensor: Tensor<Element>)]> { entries.makeIterator() }
}
