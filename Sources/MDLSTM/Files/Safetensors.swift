/// Named tensors in the safetensors format, read and written.
///
/// An 8-byte little-endian length, a JSON header of that length, then the data of all tensors without holes.
public struct TensorFile: Sendable {
    /// One tensor as it lies in the file.
    public struct Entry: Sendable {
        public let type: ElementType
        /// Extent of every axis; empty for a scalar.
        public let shape: [Int]
        /// The elements, little-endian, row-major.
        public let bytes: ArraySlice<UInt8>

        package init(type: ElementType, shape: [Int], bytes: ArraySlice<UInt8>) {
            (self.type, self.shape, self.bytes) = (type, shape, bytes)
        }
    }

    /// The free text of the header's `__metadata__`.
    public var metadata: [String: String] = [:]

    /// The tensors' names, in the order of the header.
    public private(set) var names: [String] = []

    private var entries: [String: Entry] = [:]
    package let name: String

    /// A file without tensors; `name` is for messages.
    public init(name: String = "tensors") { self.name = name }

    /// The tensor called `name` as raw bytes, or nil when there is none.
    public subscript(name: String) -> Entry? { entries[name] }

    /// The tensor called `name`, every number rounded to the nearest `T`; booleans become 0 and 1.
    ///
    /// Throws `.data` when there is no tensor of that name.
    public func tensor<T: Scalar>(_ name: String, as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        guard let entry = entries[name] else {
            throw MDLSTMError(
                .data,
                "\(self.name): expected a tensor '\(name)', found \(counted(names.count, "other"))"
                    + (names.isEmpty ? "" : " (the first is '\(names[0])')") + "; check that this is the right file")
        }
        try requireMemory(for: entry.shape.reduce(1, *), of: T.self, "\(self.name): the tensor '\(name)'")
        return Tensor(shape: entry.shape, values: entry.type.decode(entry.bytes, as: type))
    }

    /// Adds a tensor at the end: F32 for `Float`, F64 for `Double`.
    ///
    /// - Precondition: no tensor has that name yet, and it is not `__metadata__`.
    public mutating func append<T: Scalar>(_ name: String, _ tensor: Tensor<T>) {
        let bytes = ElementType.encode(tensor.values)
        append(name, Entry(type: ElementType(T.precision), shape: tensor.shape, bytes: bytes[...]))
    }

    /// Adds a tensor of any type at the end.
    package mutating func append(_ name: String, _ entry: Entry) {
        precondition(entries[name] == nil && name != "__metadata__", "the name '\(name)' is taken")
        names.append(name)
        entries[name] = entry
    }

    /// The same without some tensors.
    func without(_ others: Set<String>) -> TensorFile {
        var file = self
        for name in others { file.entries[name] = nil }
        file.names.removeAll { others.contains($0) }
        return file
    }

    /// The file's bytes, the same every time: metadata by name, then the tensors in order.
    ///
    /// The header is padded with spaces to a multiple of 8.
    public func serialized() -> [UInt8] {
        var header = JSONObject()
        if !metadata.isEmpty {
            var members = JSONObject()
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { members[key] = .string(value) }
            header["__metadata__"] = .object(members)
        }
        var data: [UInt8] = []
        data.reserveCapacity(entries.values.reduce(0) { $0 + $1.bytes.count })
        for name in names {
            guard let entry = entries[name] else { continue }
            let begin = data.count
            data += entry.bytes
            header[name] = [
                "dtype": .string(entry.type.rawValue), "shape": .array(entry.shape.map { .integer($0) }),
                "data_offsets": [.integer(begin), .integer(data.count)],
            ]
        }
        var text = Array(JSONValue.object(header).serialized().utf8)
        text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let length = UInt64(text.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text + data
    }

    /// Writes the file whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`.
    public func write(to path: String) throws(MDLSTMError) {
        try writeFile(serialized(), to: path)
    }
}
