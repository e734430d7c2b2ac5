/// The elements of a .npy file, read in parts, never whole; on several threads at once if need be.
package final class NumpyElements: Sendable {
    package let shape: [Int]
    package let type: ElementType
    package var path: String { file.path }

    private let file: InputFile
    private let isBigEndian: Bool

    /// Where the data begin.
    private let start: Int

    /// Elements that are read at a time.
    private static let pieceCount = 1 << 18

    /// The elements of an open file; nil for one that has to be read whole: that is not regular, has its first axis contiguous
    /// (`fortran_order`), or begins like no .npy file.
    ///
    /// What is read here can be read again. Throws `.missingInput` when it cannot be read and `.data` when it is not
    /// well-formed: see ``NumpyArray``.
    package init?(_ file: InputFile) throws(MDLSTMError) {
        guard file.isRegular else { return nil }
        let path = file.path
        let prefix = try file.bytes(most: NumpyHeader.longestPrefix)
        guard prefix.starts(with: NumpyHeader.magic) else { return nil }
        var reader = ByteReader(prefix, name: path)
        let header = try NumpyHeader(&reader)
        let (type, size) = try header.elements(of: path)
        let rest = file.count - reader.position
        guard rest >= size else {
            throw ByteReader.isCutShort(
                path, expected: "\(counted(size, "byte")) of data", at: reader.position, found: "\(rest)")
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

    /// Some elements in row-major order, each rounded to the nearest `T`; booleans become 0 and 1.
    ///
    /// Piece by piece, so that there are no bytes of the whole beside it.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    package func values<T: Scalar>(_ range: Range<Int>, as _: T.Type = T.self) throws -> [T] {
        try [T](unsafeUninitializedCapacity: range.count) { target, count in
            for piece in range.pieces(ofAtMost: Self.pieceCount) {
                var bytes = [UInt8](repeating: 0, count: piece.count * type.size)
                try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: start + piece.lowerBound * type.size) }
                let little = isBigEndian ? type.swapped(bytes[...]) : bytes[...]
                let place = piece.lowerBound - range.lowerBound
                _ = UnsafeMutableBufferPointer(rebasing: target[place..<(place + piece.count)])
                    .initialize(fromContentsOf: type.decode(little, as: T.self))
                count = place + piece.count
            }
        }
    }
}
