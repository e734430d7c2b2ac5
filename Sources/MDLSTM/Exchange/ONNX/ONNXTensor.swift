/// A TensorProto: a tensor in the file, or where it lies in another.
struct ONNXTensor {
    private(set) var name = ""
    private let file: String
    private var shape: [Int] = []
    private var code = 0
    private var raw: ArraySlice<UInt8>?
    private var floats: ArraySlice<UInt8> = []
    private var doubles: ArraySlice<UInt8> = []
    /// int32_data, int64_data and uint64_data.
    private var integers: [Int] = []
    private var isSegment = false
    private var isExternal = false
    private var external: [String: String] = [:]

    /// The name alone, of a tensor that may never be read.
    static func name(of bytes: ArraySlice<UInt8>, file: String) throws(MDLSTMError) -> String {
        var name = ""
        var reader = ProtobufReader(bytes, "TensorProto", file: file)
        while let field = try reader.next() {
            if field.number == 8 { name = try field.string() }
        }
        return name
    }

    init(_ bytes: ArraySlice<UInt8>, file: String) throws(MDLSTMError) {
        self.file = file
        var reader = ProtobufReader(bytes, "TensorProto", file: file)
        while let field = try reader.next() {
            switch field.number {
            case 1: try field.append(to: &shape, most: ElementType.mostAxes)
            case 2: code = try field.integer()
            case 3: isSegment = true
            case 4: try field.append(to: &floats, size: 4)
            case 5, 7, 11: try field.append(to: &integers, most: 1 << 24)
            case 8: name = try field.string()
            case 9: raw = try field.bytes()
            case 10: try field.append(to: &doubles, size: 8)
            case 13:
                let (key, value) = try Self.pair(field.bytes(), file: file)
                external[key] = value
            case 14: isExternal = try field.integer() == 1
            default: break
            }
        }
    }

    /// A StringStringEntryProto.
    private static func pair(_ bytes: ArraySlice<UInt8>, file: String) throws(MDLSTMError) -> (String, String) {
        var (key, value) = ("", "")
        var reader = ProtobufReader(bytes, "StringStringEntryProto", file: file)
        while let field = try reader.next() {
            if field.number == 1 { key = try field.string() }
            if field.number == 2 { value = try field.string() }
        }
        return (key, value)
    }

    /// The tensor with its bytes.
    ///
    /// - Parameter data: reads bytes of another file
    func entry(reading data: ONNXExternalData) throws(MDLSTMError) -> TensorFile.Entry {
        guard let type = ElementType(onnx: code) else {
            throw failure("has the element type \(code) of ONNX; expected one of up to 64 bits that NumPy has too")
        }
        guard !isSegment, shape.allSatisfy({ $0 >= 0 }), let size = type.byteCount(shape: shape) else {
            throw failure("has shape \(shape)\(isSegment ? ", a segment" : ""); expected one that can be addressed")
        }
        let bytes: ArraySlice<UInt8>
        if isExternal {
            bytes = try data.bytes(external, count: size, of: name)
        } else if let raw {
            bytes = raw
        } else {
            bytes = try written(as: type)
        }
        guard bytes.count == size else {
            throw failure("of shape \(shape) has \(bytes.count) bytes of \(type.rawValue); expected \(size)")
        }
        return TensorFile.Entry(type: type, shape: shape, bytes: bytes)
    }

    /// The numbers that stand in a field of their own type; 16 bits of a float16 are those of a whole number.
    private func written(as type: ElementType) throws(MDLSTMError) -> ArraySlice<UInt8> {
        switch type {
        case .float32: return floats
        case .float64: return doubles
        default:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(integers.count * type.size)
            for integer in integers {
                for index in 0..<type.size { bytes.append(UInt8(truncatingIfNeeded: integer >> (8 * index))) }
            }
            return bytes[...]
        }
    }

    private func failure(_ what: String) -> MDLSTMError {
        MDLSTMError(.data, "\(file): tensor '\(name)' \(what); export the model again")
    }
}

extension ElementType {
    /// The type of TensorProto.DataType; nil for text, complex numbers and numbers of fewer than 8 bits.
    init?(onnx code: Int) {
        let types: [Int: ElementType] = [
            1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
            11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16,
        ]
        guard let type = types[code] else { return nil }
        self = type
    }
}
