/// A .npy file that is read in bands, never whole.
public final class NumpyInput<Element: Scalar>: BandInput {
    public var shape: [Int] { elements.shape }
    public var name: String { "\(elements.path): the input" }

    private let elements: NumpyElements

    /// Opens a file; nil for one that has to be read whole: that is not regular, has its first axis contiguous
    /// (`fortran_order`), or begins like no .npy file.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is not well-formed: see ``NumpyArray``.
    public init?(_ path: String) throws(MDLSTMError) {
        guard let elements = try NumpyElements(path) else { return nil }
        self.elements = elements
    }

    public func withBand(
        _ sites: Range<Int>, sample: Int, _ body: (UnsafeBufferPointer<Element>) throws -> Void
    ) throws {
        let range = BandElements(shape).range(sites, sample: sample)
        let values: [Element] = try elements.values(range)
        try values.withUnsafeBufferPointer(body)
    }

    /// All elements, each rounded to the nearest `Element`; booleans become 0 and 1.
    public func tensor() throws -> Tensor<Element> {
        let count = shape.reduce(1, *)
        try requireMemory(
            for: count, of: Element.self, "\(elements.path): the array \(shape)",
            advice: "take a smaller one, or 'mdlstm run --stream'")
        return Tensor(shape: shape, values: try elements.values(0..<count))
    }
}
