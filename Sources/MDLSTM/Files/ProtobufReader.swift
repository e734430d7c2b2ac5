/// The fields of one message in the wire format of protobuf, in order.
///
/// A field is a key, which holds its number and how its value is written, and the value. Groups, which proto3 does not
/// have, are refused; what the fields mean is left to the caller, who passes over those of unknown numbers.
struct ProtobufReader {
    /// One field of a message.
    struct Field {
        let number: Int
        fileprivate let value: Value
        /// The file and the message, and where in the file the field ends, for messages.
        fileprivate let file: String, message: String
        fileprivate let end: Int
    }

    fileprivate enum Value {
        case varint(UInt64)
        /// 4 or 8 bytes, little-endian.
        case fixed(ArraySlice<UInt8>)
        case bytes(ArraySlice<UInt8>)
    }

    private let file: String, message: String
    private var rest: ArraySlice<UInt8>

    /// - Parameters:
    ///   - bytes: those of the message, a slice of the file's
    ///   - message: the message's type, for errors
    ///   - file: the file's name, for errors
    init(_ bytes: ArraySlice<UInt8>, _ message: String, file: String) {
        (self.rest, self.message, self.file) = (bytes, message, file)
    }

    /// The next field; nil at the end of the message.
    mutating func next() throws(MDLSTMError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let start = rest.startIndex
        let key = try Self.varint(&rest, in: message, file: file)
        let number = key >> 3
        guard (1...0x1FFF_FFFF).contains(number) else {
            throw damage("a field of \(message)", at: start, found: "the number \(number)")
        }
        let value: Value
        switch key & 7 {
        case 0: value = .varint(try Self.varint(&rest, in: message, file: file))
        case 1: value = .fixed(try take(8))
        case 2:
            let count = try Self.varint(&rest, in: message, file: file)
            value = .bytes(try take(count))
        case 5: value = .fixed(try take(4))
        default: throw damage("a field of \(message)", at: start, found: "one written in the way \(key & 7)")
        }
        return Field(number: Int(number), value: value, file: file, message: message, end: rest.startIndex)
    }

    private mutating func take(_ count: UInt64) throws(MDLSTMError) -> ArraySlice<UInt8> {
        guard count <= rest.count else {
            throw damage(
                "\(counted(Int(clamping: count), "byte")) of \(message)", at: rest.startIndex, found: "\(rest.count)")
        }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private func damage(_ expected: String, at position: Int, found: String) -> MDLSTMError {
        ByteReader.isCutShort(file, expected: expected, at: position, found: found)
    }

    /// A number of 1 to 10 bytes, 7 bits in each, the lowest first.
    fileprivate static func varint(
        _ bytes: inout ArraySlice<UInt8>, in message: String, file: String
    ) throws(MDLSTMError) -> UInt64 {
        var value: UInt64 = 0
        for (index, byte) in bytes.prefix(10).enumerated() {
            value |= UInt64(byte & 0x7F) << (7 * index)
            if byte < 0x80 {
                bytes = bytes.dropFirst(index + 1)
                return value
            }
        }
        throw ByteReader.isCutShort(
            file, expected: "a number of \(message)", at: bytes.startIndex,
            found: bytes.count < 10 ? "the end of the message" : "one of more than 10 bytes")
    }
}

// What the caller takes a field for.
extension ProtobufReader.Field {
    /// A whole number.
    func integer() throws(MDLSTMError) -> Int {
        guard case .varint(let value) = value else { throw mismatch("a whole number") }
        return Int(truncatingIfNeeded: value)
    }

    /// A `float`.
    func float() throws(MDLSTMError) -> Float {
        guard case .fixed(let bytes) = value, bytes.count == 4 else { throw mismatch("a number of 4 bytes") }
        return ElementType.float32.decode(bytes, as: Float.self)[0]
    }

    /// A message or bytes, a slice of the file's.
    func bytes() throws(MDLSTMError) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = value else { throw mismatch("a message") }
        return bytes
    }

    /// A string.
    func string() throws(MDLSTMError) -> String {
        guard case .bytes(let bytes) = value, let text = String(validating: bytes, as: UTF8.self), text.isStreamSafe
        else { throw mismatch("a text in UTF-8") }
        return text
    }

    /// Appends the whole numbers of a repeated field, of which this is one or, packed, a part.
    ///
    /// - Parameter most: how many there may be; they take up to eight times the memory that they take in the file
    func append(to numbers: inout [Int], most: Int) throws(MDLSTMError) {
        switch value {
        case .varint(let number): numbers.append(Int(truncatingIfNeeded: number))
        case .bytes(var bytes):
            while !bytes.isEmpty {
                let number = try ProtobufReader.varint(&bytes, in: message, file: file)
                numbers.append(Int(truncatingIfNeeded: number))
                guard numbers.count <= most else { break }
            }
        case .fixed: throw mismatch("whole numbers")
        }
        guard numbers.count <= most else { throw mismatch("at most \(most) whole numbers") }
    }

    /// Appends the bytes of the `float` or `double` numbers of a repeated field, which are `size` bytes each.
    func append(to numbers: inout ArraySlice<UInt8>, size: Int) throws(MDLSTMError) {
        let part: ArraySlice<UInt8>
        switch value {
        case .fixed(let bytes) where bytes.count == size: part = bytes
        case .bytes(let bytes) where bytes.count % size == 0: part = bytes
        default: throw mismatch("numbers of \(size) bytes")
        }
        // One part, as it is written, is not copied.
        if numbers.isEmpty { numbers = part } else { numbers += part }
    }

    private func mismatch(_ expected: String) -> MDLSTMError {
        ByteReader.isCutShort(
            file, expected: "\(expected) in field \(number) of \(message)", at: end, found: "something else")
    }
}
