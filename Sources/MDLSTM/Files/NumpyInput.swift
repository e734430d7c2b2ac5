#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A .npy file that is read in bands, never whole.
public final class NumpyInput<Element: Scalar>: BandInput {
    public var shape: [Int] { elements.shape }
    public var name: String { "\(elements.path): the input" }

    private let elements: NumpyElements

    /// Opens a file; nil for one that has to be read whole: that is not regular, has its first axis contiguous
    /// (`fortran_order`), or begins like no .npy file.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is not well-formed: see ``NumpyArray``.
    public convenience init?(_ path: String) throws(MDLSTMError) {
        var status = stat()
        // A pipe is left alone: what is read of it is gone.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG, status.st_mode & S_IFMT != S_IFDIR {
            return nil
        }
        try self.init(InputFile(path))
    }

    /// The same of a file that is open already; what is read here can be read again.
    package init?(_ file: InputFile) throws(MDLSTMError) {
        guard let elements = try NumpyElements(file) else { return nil }
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
