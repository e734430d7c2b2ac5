/// A PNG file of any form, right or wrong, its data stored and not compressed.
public struct PNGWriter: Sendable {
    public struct Chunk: Sendable {
        public var type: String
        public var data: [UInt8]

        /// Added to the right checksum.
        public var checksumError: UInt32 = 0

        public init(_ type: String, _ data: [UInt8] = []) { (self.type, self.data) = (type, data) }

        var bytes: [UInt8] {
            let body = Array(type.utf8) + data
            var crc: UInt32 = .max
            for byte in body {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
            }
            return bigEndian(UInt32(data.count)) + body + bigEndian(~crc &+ checksumError)
        }
    }

    /// IHDR first, IEND last.
    public var chunks: [Chunk]

    /// A file of `rows`, each without its filter byte.
    public init(
        width: UInt32, height: UInt32, depth: UInt8 = 8, colorType: UInt8 = 0, isInterlaced: Bool = false,
        rows: [[UInt8]]
    ) {
        chunks = [
            Chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colorType, 0, 0, isInterlaced ? 1 : 0]),
            Chunk("IDAT", Self.stored(rows.flatMap { [0] + $0 })), Chunk("IEND"),
        ]
    }

    /// A file of `samples` by row, column and channel.
    public init(width: Int, height: Int, depth: Int, colorType: UInt8, isInterlaced: Bool = false, samples: [Int]) {
        let channels = samples.count / (width * height)
        // First column and row of each pass, and the steps between.
        let passes =
            isInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)]
        var rows: [[UInt8]] = []
        for (left, top, right, down) in passes where left < width {
            for y in stride(from: top, to: height, by: down) {
                let pixels = stride(from: left, to: width, by: right).map { (y * width + $0) * channels }
                rows.append(Self.packed(pixels.flatMap { samples[$0..<($0 + channels)] }, depth: depth))
            }
        }
        self.init(
            width: UInt32(width), height: UInt32(height), depth: UInt8(depth), colorType: colorType,
            isInterlaced: isInterlaced, rows: rows)
    }

    public var bytes: [UInt8] { [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunks.flatMap(\.bytes) }

    /// The file with other chunks between IHDR and the data.
    public func with(_ more: Chunk...) -> PNGWriter {
        var writer = self
        writer.chunks.insert(contentsOf: more, at: 1)
        return writer
    }

    /// The file with other compressed data.
    public func with(data: [UInt8]) -> PNGWriter {
        var writer = self
        writer.chunks[chunks.count - 2].data = data
        return writer
    }

    /// The compressed data.
    public var data: [UInt8] { chunks[chunks.count - 2].data }

    /// A zlib stream of stored data.
    public static func stored(_ raw: [UInt8]) -> [UInt8] {
        [0x78, 0x01] + storedBlock(raw, isLast: true) + checksum(raw)
    }

    public static func storedBlock(_ raw: [UInt8], isLast: Bool) -> [UInt8] {
        let count = UInt16(raw.count)
        return [isLast ? 1 : 0] + littleEndian(count) + littleEndian(~count) + raw
    }

    /// Adler-32.
    public static func checksum(_ raw: [UInt8]) -> [UInt8] {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in raw {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return bigEndian(b << 16 | a)
    }

    private static func packed(_ samples: [Int], depth: Int) -> [UInt8] {
        if depth == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
        var bytes = [UInt8](repeating: 0, count: (samples.count * depth + 7) / 8)
        for (index, sample) in samples.enumerated() {
            bytes[index * depth / 8] |= UInt8(sample << (8 - depth - index * depth % 8))
        }
        return bytes
    }
}

/// The big-endian bytes of a number.
func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] { littleEndian(value.byteSwapped) }
