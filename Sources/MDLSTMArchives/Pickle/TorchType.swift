import MDLSTM

/// Type of a tensor's elements by PyTorch's name.
enum TorchType: String, CaseIterable {
    case float16, bfloat16, float32, float64
    case bool, uint8, int8, int16, int32, int64, uint16, uint32, uint64
    case complex32, complex64, complex128
    case float8E4M3 = "float8_e4m3fn"
    case float8E5M2 = "float8_e5m2"
    case float8E4M3Zero = "float8_e4m3fnuz"
    case float8E5M2Zero = "float8_e5m2fnuz"
    case float8E8M0 = "float8_e8m0fnu"

    /// The type as files of tensors have it; nil for one that they do not.
    var element: ElementType? {
        switch self {
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float32: .float32
        case .float64: .float64
        case .bool: .bool
        case .uint8: .uint8
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        default: nil
        }
    }

    /// Bytes of one element.
    var size: Int {
        switch self {
        case .complex32: 4
        case .complex64: 8
        case .complex128: 16
        default: element?.size ?? 1
        }
    }

    /// The class of its storages, from before these had no types; nil for types that are younger.
    var storageClass: String? {
        switch self {
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .float32: "FloatStorage"
        case .float64: "DoubleStorage"
        case .bool: "BoolStorage"
        case .uint8: "ByteStorage"
        case .int8: "CharStorage"
        case .int16: "ShortStorage"
        case .int32: "IntStorage"
        case .int64: "LongStorage"
        case .complex64: "ComplexFloatStorage"
        case .complex128: "ComplexDoubleStorage"
        default: nil
        }
    }
}
