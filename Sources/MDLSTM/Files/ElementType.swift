/// Type of the numbers in a tensor file; the raw value is its safetensors name.
public enum ElementType: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// Whether elements are floating-point numbers.
    package var isFloatingPoint: Bool { [.float16, .bfloat16, .float32, .float64].contains(self) }

    /// The type that holds a `Scalar` of this precision without loss.
    init(_ precision: Precision) {
        switch precision {
        case .float32: self = .float32
        case .float64: self = .float64
        }
    }

    /// The largest number of axes of a tensor in a file, which is NumPy's limit; more would only cost time for every
    /// element.
    static let mostAxes = 64

    /// Most bytes of a tensor in a file, more than there is memory: sums and products of some extents fit an `Int`.
    private static let mostBytes = 1 << 48

    /// Bytes of a tensor of this type, or nil when it has more axes or bytes than any memory holds.
    ///
    /// So it is for one without elements whose other extents are beyond that.
    package func byteCount(shape: [Int]) -> Int? {
        guard shape.count <= Self.mostAxes else { return nil }
        var product = size
        for extent in shape where extent != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow, next <= Self.mostBytes else { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    /// The bytes of big-endian elements as little-endian ones, and the other way round.
    package func swapped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let size = size
        guard size > 1 else { return bytes }
        let swapped = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            bytes.withUnsafeBufferPointer { source in
                for first in stride(from: 0, to: source.count, by: size) {
                    for index in 0..<size { target[first + index] = source[first + size - 1 - index] }
                }
            }
            count = bytes.count
        }
        return swapped[...]
    }

    /// Little-endian bytes as numbers, rounded to the nearest `T`; a boolean becomes 0 or 1.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    package func decode<T: Scalar>(_ bytes: ArraySlice<UInt8>, as type: T.Type) -> [T] {
        #if _endian(little)
            if self == ElementType(T.precision) { return Self.copy(bytes) }
        #endif
        return switch self {
        case .bool: bytes.map { $0 == 0 ? 0 : 1 }
        case .uint8: bytes.map { T($0) }
        case .int8: bytes.map { T(Int8(bitPattern: $0)) }
        case .uint16: Self.words(bytes) { (word: UInt16) in T(word) }
        case .int16: Self.words(bytes) { (word: UInt16) in T(Int16(bitPattern: word)) }
        case .float16: Self.words(bytes) { (word: UInt16) in T(Float(halfBits: word)) }
        case .bfloat16: Self.words(bytes) { (word: UInt16) in T(Float(bitPattern: UInt32(word) << 16)) }
        case .uint32: Self.words(bytes) { (word: UInt32) in T(word) }
        case .int32: Self.words(bytes) { (word: UInt32) in T(Int32(bitPattern: word)) }
        case .float32: Self.words(bytes) { (word: UInt32) in T(Float(bitPattern: word)) }
        case .uint64: Self.words(bytes) { (word: UInt64) in T(word) }
        case .int64: Self.words(bytes) { (word: UInt64) in T(Int64(bitPattern: word)) }
        case .float64: Self.words(bytes) { (word: UInt64) in T(Double(bitPattern: word)) }
        }
    }

    /// Bytes that are the numbers as they stand in memory.
    private static func copy<T: Scalar>(_ bytes: ArraySlice<UInt8>) -> [T] {
        let count = bytes.count / MemoryLayout<T>.size
        return [T](unsafeUninitializedCapacity: count) { target, initializedCount in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
            initializedCount = count
        }
    }

    private static func words<Word: FixedWidthInteger & BitwiseCopyable, T>(
        _ bytes: ArraySlice<UInt8>, _ convert: (Word) -> T
    ) -> [T] {
        let size = MemoryLayout<Word>.size
        return bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / size).map {
                convert(Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * size, as: Word.self)))
            }
        }
    }

    /// The little-endian bytes of numbers, in the type that holds them without loss.
    static func encode<T: Scalar>(_ values: [T]) -> [UInt8] {
        values.withUnsafeBufferPointer { withBytes(of: $0) { Array($0) } }
    }

    /// Calls `body` with the little-endian bytes of numbers: themselves, where they stand so in memory.
    static func withBytes<T: Scalar, Result>(
        of values: UnsafeBufferPointer<T>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        #if _endian(little)
            return try body(UnsafeRawBufferPointer(values))
        #else
            let bytes =
                switch T.precision {
                case .float32: bytes(values) { Float($0).bitPattern }
                case .float64: bytes(values) { Double($0).bitPattern }
                }
            return try bytes.withUnsafeBytes(body)
        #endif
    }

    private static func bytes<T, Word: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<T>, _ word: (T) -> Word
    ) -> [UInt8] {
        let size = MemoryLayout<Word>.size
        return [UInt8](unsafeUninitializedCapacity: values.count * size) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for (index, value) in values.enumerated() {
                raw.storeBytes(of: word(value).littleEndian, toByteOffset: index * size, as: Word.self)
            }
            count = values.count * size
        }
    }
}

extension Float {
    /// The value of the 16 bits of an IEEE half: 1 sign, 5 exponent, 10 fraction.
    init(halfBits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            // Zero and subnormals: a multiple of 2^-24, exact in a Float.
            let magnitude = Float(fraction) * 0x1p-24
            self = Float(bitPattern: sign | magnitude.bitPattern)
        case 31:
            self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default:
            self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
