/// One array in NumPy's .npy format, read and written.
public struct NumpyArray: Sendable {
    /// Type of the elements.
    public let type: ElementType

    /// Extent of every axis; empty for a scalar.
    public let shape: [Int]

    /// Its name in messages: the file it came from, if any.
    private let name: String

    /// The elements in the order of the file, little-endian.
    private let bytes: ArraySlice<UInt8>

    /// Whether the first axis is the contiguous one, not the last.
    private let isFortranOrder: Bool

    /// An array with the elements of a tensor: <f4 for `Float`, <f8 for `Double`.
    public init<T: Scalar>(_ tensor: Tensor<T>) {
        name = "in memory"
        type = ElementType(T.precision)
        shape = tensor.shape
        bytes = ElementType.encode(tensor.values)[...]
        isFortranOrder = false
    }

    /// An array with the elements of a tensor of a file, in its own type.
    package init(_ entry: TensorFile.Entry) {
        name = "in memory"
        (type, shape, bytes) = (entry.type, entry.shape, entry.bytes)
        isFortranOrder = false
    }

    /// Reads a file.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is not well-formed.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(parsing: readFile(path), name: path)
    }

    /// Parses the bytes of a file, version 1, 2 or 3; `name` is for messages.
    ///
    /// Throws `.data` when they are not well-formed or hold Python objects, records or another type.
    public init(parsing bytes: [UInt8], name: String) throws(MDLSTMError) {
        var reader = ByteReader(bytes, name: name)
        let header = try NumpyHeader(&reader)
        let elements = try header.elements(of: name)
        self.name = name
        let data = try reader.read(elements.byteCount, "data")
        try reader.expectEnd()
        self.bytes = header.isBigEndian ? elements.type.swapped(data) : data
        type = elements.type
        shape = header.shape
        isFortranOrder = header.isFortranOrder
    }

    /// The most bytes a file has in front of its data.
    package static var longestHeader: Int { NumpyHeader.longestPrefix }

    /// The size of the file that starts with these bytes, as its header has it.
    ///
    /// Throws `.data` as ``init(parsing:name:)``.
    package static func fileSize(startingWith bytes: [UInt8], name: String) throws(MDLSTMError) -> Int {
        var reader = ByteReader(bytes, name: name)
        let header = try NumpyHeader(&reader)
        return reader.position + (try header.elements(of: name)).byteCount
    }

    /// The elements in row-major order, each rounded to the nearest `T`; booleans become 0 and 1.
    ///
    /// Throws `.outOfMemory` when they do not fit the memory that is left.
    public func tensor<T: Scalar>(as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        try requireMemory(for: shape.reduce(1, *), of: T.self, "\(name): the array \(shape)")
        let values = self.type.decode(bytes, as: type)
        guard let places = rowMajorPlaces else { return Tensor(shape: shape, values: values) }
        return Tensor(shape: shape, values: places.map { values[$0] })
    }

    /// The array as a tensor of a safetensors file, in its own type.
    package var entry: TensorFile.Entry {
        guard let places = rowMajorPlaces else { return TensorFile.Entry(type: type, shape: shape, bytes: bytes) }
        let first = bytes.startIndex
        let ordered = places.flatMap { bytes[(first + $0 * type.size)..<(first + ($0 + 1) * type.size)] }
        return TensorFile.Entry(type: type, shape: shape, bytes: ordered[...])
    }

    /// Where the elements lie in the file, in row-major order; nil where they are in that order.
    private var rowMajorPlaces: [Int]? {
        let count = shape.reduce(1, *)
        guard isFortranOrder, shape.count > 1, count > 0 else { return nil }
        // Distance in the file between neighbours along each axis.
        var strides = [1]
        for extent in shape.dropLast() { strides.append(strides[strides.count - 1] * extent) }
        var index = shape.map { _ in 0 }
        var offset = 0
        return (0..<count).map { _ in
            let place = offset
            for axis in shape.indices.reversed() {
                index[axis] += 1
                offset += strides[axis]
                if index[axis] < shape[axis] { break }
                offset -= strides[axis] * shape[axis]
                index[axis] = 0
            }
            return place
        }
    }

    /// The file's bytes: version 1, the data at a multiple of 64.
    public func serialized() -> [UInt8] { header + bytes }

    private var header: [UInt8] { NumpyHeader.bytes(type: type, shape: shape, isFortranOrder: isFortranOrder) }

    /// Writes the file whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`.
    public func write(to path: String) throws(MDLSTMError) {
        let file = try OutputFile(path)
        try file.append(header[...])
        try file.append(bytes)
        try file.commit()
    }
}
