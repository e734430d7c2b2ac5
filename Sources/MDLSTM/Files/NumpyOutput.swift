/// A .npy file that is written in bands, never whole in memory, and appears when it is committed.
public final class NumpyOutput<Element: Scalar>: BandOutput {
    /// Whether no element so far is NaN or infinite.
    public private(set) var isFinite = true

    private let file: OutputFile
    private let elements: BandElements
    private let start: Int

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: where it appears
    ///   - shape: `[B, E1, .., EN, D*H]`
    /// - Throws: `.cannotCreate` when there can be no such file, or there is a device or a pipe.
    public init(_ path: String, shape: [Int]) throws(MDLSTMError) {
        file = try OutputFile(path)
        guard file.isRegular else {
            throw MDLSTMError(
                .cannotCreate,
                "\(path): expected a file that can be written in any order, found a device or a pipe; "
                    + "write to a file, or without streaming")
        }
        let header = NumpyHeader.bytes(type: ElementType(Element.precision), shape: shape)
        start = header.count
        elements = BandElements(shape)
        try file.append(header[...])
        try file.resize(to: header.count + shape.reduce(1, *) * MemoryLayout<Element>.size)
    }

    public func withBand(
        _ sites: Range<Int>, sample: Int, isNew: Bool, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Void
    ) throws {
        let range = elements.range(sites, sample: sample)
        let place = start + range.lowerBound * MemoryLayout<Element>.size
        var values = isNew ? Array(repeating: 0, count: range.count) : try written(range.count, at: place)
        try values.withUnsafeMutableBufferPointer { try body($0) }
        try values.withUnsafeBufferPointer {
            if $0.firstNonFinite != nil { isFinite = false }
            try ElementType.withBytes(of: $0) { try file.overwrite($0, at: place) }
        }
    }

    private func written(_ count: Int, at place: Int) throws -> [Element] {
        let type = ElementType(Element.precision)
        var bytes = [UInt8](repeating: 0, count: count * type.size)
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: place) }
        return type.decode(bytes[...], as: Element.self)
    }

    /// Makes the file appear.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`.
    public func commit() throws(MDLSTMError) { try file.commit() }
}

extension Tensor where Element: Scalar {
    /// Writes a .npy file whole or not at all, without a copy of the elements: <f4 for `Float`, <f8 for `Double`.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`.
    public func writeNumpy(to path: String) throws {
        let file = try OutputFile(path)
        try file.append(NumpyHeader.bytes(type: ElementType(Element.precision), shape: shape)[...])
        try values.withUnsafeBufferPointer { try ElementType.withBytes(of: $0) { try file.append($0) } }
        try file.commit()
    }
}
