/// A .npy file that is read in bands, never whole.
public final class NumpyInput<Element: Scalar>: BandInput {
    public let shape: [Int]
    public var name: String { "\(file.path): the input" }

    private let file: InputFile
    private let type: ElementType
    private let isBigEndian: Bool

    /// Where the data begin.
    private let start: Int

    /// Elements that are read at a time.
    private static var pieceCount: Int { 1 << 18 }

    /// Opens a file; nil for one that has to be read whole: that is not regular, has its first axis contiguous
    /// (`fortran_order`), or begins like no .npy file.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is not well-formed: see ``NumpyArray``.
    public init?(_ path: String) throws(MDLSTMError) {
        guard let file = try InputFile(path) else { return nil }
        let prefix = try file.prefix(NumpyHeader.longestPrefix)
        guard prefix.starts(with: NumpyHeader.magic) else { return nil }
        var reader = ByteReader(prefix, name: path)
        let header = try NumpyHeader(&reader)
        let (type, size) = try header.elements(of: path)
        let rest = file.count - reader.position
        guard rest >= size else {
            throw ByteReader.isCutShort(
                path, expected: "\(size) bytes of data", at: reader.position, found: "\(rest)")
        }
        guard rest == size else {
            throw ByteReader.isTooLong(path, end: reader.position + size, more: rest - size)
        }
        if header.isFortranOrder, header.shape.count > 1 { return nil }
        self.file = file
        self.type = type
        isBigEndian = header.isBigEndian
        shape = header.shape
        start = reader.position
    }

    public func withBand(
        _ sites: Range<Int>, sample: Int, _ body: (UnsafeBufferPointer<Element>) throws -> Void
    ) throws {
        let range = BandElements(shape).range(sites, sample: sample)
        let values = try elements(range)
        try values.withUnsafeBufferPointer(body)
    }

    /// All elements, each rounded to the nearest `Element`; booleans become 0 and 1.
    public func tensor() throws -> Tensor<Element> {
        let count = shape.reduce(1, *)
        try requireMemory(
            for: count, of: Element.self, "\(file.path): the array \(shape)",
            advice: "take a smaller one, or 'mdlstm run --stream'")
        return Tensor(shape: shape, values: try elements(0..<count))
    }

    /// Piece by piece, so that there are no bytes of the whole beside it.
    private func elements(_ range: Range<Int>) throws -> [Element] {
        try [Element](unsafeUninitializedCapacity: range.count) { target, count in
            for piece in range.pieces(ofAtMost: Self.pieceCount) {
                var bytes = [UInt8](repeating: 0, count: piece.count * type.size)
                try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: start + piece.lowerBound * type.size) }
                let little = isBigEndian ? type.swapped(bytes[...]) : bytes[...]
                let place = piece.lowerBound - range.lowerBound
                _ = UnsafeMutableBufferPointer(rebasing: target[place..<(place + piece.count)])
                    .initialize(fromContentsOf: type.decode(little, as: Element.self))
                count = place + piece.count
            }
        }
    }
}
