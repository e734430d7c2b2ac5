extension Tensor where Element: Scalar {
    /// A tensor of numbers in `-bound..<bound` that depends on `seed`, `tensor` and nothing else.
    ///
    /// All precisions are roundings of the same numbers.
    package static func random(_ shape: [Int], bound: Double = 1, seed: UInt64 = 1, tensor: UInt32 = 0) -> Tensor {
        let stream = RandomStream(seed: seed, tensor: tensor, stream: testStream)
        let values = (0..<shape.reduce(1, *)).map { Element(bound * (2 * stream.uniform($0) - 1)) }
        return Tensor(shape: shape, values: values)
    }

    /// A tensor of whole numbers in `-bound...bound`: their products and sums are exact, so wiring is tested bit for bit.
    package static func randomIntegers(
        _ shape: [Int], bound: Int = 3, seed: UInt64 = 1, tensor: UInt32 = 0
    ) -> Tensor {
        let stream = RandomStream(seed: seed, tensor: tensor, stream: testStream)
        let values = (0..<shape.reduce(1, *)).map {
            Element(stream.index(below: 2 * bound + 1, element: $0) - bound)
        }
        return Tensor(shape: shape, values: values)
    }
}

/// The random stream of test cases, apart from those the library draws from.
private let testStream: UInt32 = 0x7e57
