extension TensorFile {
    /// Longest header that is read, in bytes.
    static let longestHeader = 100_000_000

    /// Reads a file.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is not well-formed.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(parsing: readFile(path), name: path)
    }

    /// Whether nothing at the start of a file tells that it is of another kind.
    static func canBeTensorFile(_ bytes: [UInt8]) -> Bool {
        bytes.count <= 8 || bytes[8] == UInt8(ascii: "{")
    }

    /// Parses the bytes of a file; `name` is for messages.
    ///
    /// Throws `.data` when they are not well-formed.
    public init(parsing bytes: [UInt8], name: String) throws(MDLSTMError) {
        self.init(name: name)
        let kind = FileKind(bytes)
        guard kind == .safetensors else {
            throw Self.failure(
                name, "a safetensors file" + (kind == .unknown ? ", '{' after 8 bytes of length" : ""),
                found: kind.description, advice: kind.conversion(name))
        }
        var reader = ByteReader(bytes, name: name)
        let length = try reader.integer(UInt64.self, "header length")
        guard length <= Self.longestHeader, length <= reader.remaining else {
            throw Self.failure(
                name, "a header of at most \(counted(min(Self.longestHeader, reader.remaining), "byte"))",
                found: "\(length)")
        }
        let text = try reader.read(Int(length), "header")
        guard text.first == UInt8(ascii: "{") else {
            throw Self.failure(
                name, "a header that starts with '{'", found: text.isEmpty ? "none" : "byte \(text[text.startIndex])")
        }
        guard let header = try JSONValue(parsing: text, name: name).objectValue else {
            throw Self.failure(name, "a JSON object", found: "another value")
        }
        let data = try reader.read(reader.remaining, "data")

        var ranges: [(name: String, range: Range<Int>)] = []
        for (key, value) in header {
            if key == "__metadata__" {
                metadata = try Self.metadata(value, file: name)
            } else {
                let entry = try Self.entry(key, value, data: data, file: name)
                append(key, entry)
                ranges.append((key, entry.bytes.startIndex - data.startIndex..<entry.bytes.endIndex - data.startIndex))
            }
        }
        try Self.checkCover(ranges, of: data.count, file: name)
    }

    private static func metadata(_ value: JSONValue, file: String) throws(MDLSTMError) -> [String: String] {
        guard let members = value.objectValue else {
            throw failure(file, "__metadata__ to be an object of strings", found: value.serialized().prefix(40))
        }
        var metadata: [String: String] = [:]
        for (key, value) in members {
            guard let text = value.stringValue else {
                throw failure(file, "a string for the metadata '\(key)'", found: value.serialized().prefix(40))
            }
            metadata[key] = text
        }
        return metadata
    }

    /// One tensor; its bytes are a slice of `data`.
    private static func entry(
        _ name: String, _ value: JSONValue, data: ArraySlice<UInt8>, file: String
    ) throws(MDLSTMError) -> Entry {
        // Only where it is needed: a file has many entries.
        var found: Substring { value.serialized().prefix(200) }
        guard let typeName = value["dtype"]?.stringValue else {
            throw failure(file, "tensor '\(name)' with a dtype", found: found)
        }
        guard let type = ElementType(rawValue: typeName) else {
            let known = ElementType.allCases.map(\.rawValue).joined(separator: " ")
            throw failure(
                file, "tensor '\(name)' with a dtype of \(known)", found: typeName,
                advice: "convert the tensor to float32 first")
        }
        guard let shape = value["shape"]?.extents else {
            throw failure(file, "tensor '\(name)' with a shape of non-negative integers", found: found)
        }
        guard let offsets = value["data_offsets"]?.extents, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw failure(file, "tensor '\(name)' with data_offsets [begin, end], begin <= end", found: found)
        }
        guard let size = type.byteCount(shape: shape) else {
            throw failure(
                file, "tensor '\(name)' of at most \(ElementType.mostAxes) axes and a size that can be addressed",
                found: "shape \(shape)")
        }
        guard size == offsets[1] - offsets[0] else {
            throw failure(
                file, "tensor '\(name)' of \(typeName) \(shape) with \(counted(size, "byte"))",
                found: "\(offsets[1] - offsets[0]) in data_offsets \(offsets)")
        }
        guard offsets[1] <= data.count else {
            throw failure(
                file, "\(counted(offsets[1], "byte")) of data up to the end of tensor '\(name)'", found: "\(data.count)"
            )
        }
        let start = data.startIndex
        return Entry(type: type, shape: shape, bytes: data[start + offsets[0]..<start + offsets[1]])
    }

    /// The tensors must follow each other from the first byte of the data to the last.
    private static func checkCover(
        _ ranges: [(name: String, range: Range<Int>)], of count: Int, file: String
    ) throws(MDLSTMError) {
        var end = 0
        for (name, range) in ranges.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard range.lowerBound == end else {
                throw failure(
                    file, "tensor '\(name)' to begin at byte \(end) of the data",
                    found: "\(range.lowerBound), \(range.lowerBound < end ? "an overlap" : "a hole")")
            }
            end = range.upperBound
        }
        guard end == count else {
            throw failure(file, "\(counted(end, "byte")) of data for all tensors", found: "\(count)")
        }
    }

    private static func failure(
        _ file: String, _ expected: String, found: some StringProtocol,
        advice: String = "write the safetensors file again"
    ) -> MDLSTMError {
        MDLSTMError(.data, "\(file): expected \(expected), found \(found); \(advice)")
    }
}

extension JSONValue {
    /// An array of non-negative integers, or nil.
    fileprivate var extents: [Int]? {
        guard let elements = arrayValue else { return nil }
        let integers = elements.compactMap(\.intValue)
        return integers.count == elements.count && integers.allSatisfy { $0 >= 0 } ? integers : nil
    }
}
