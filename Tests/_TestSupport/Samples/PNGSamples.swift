/// Files that a reader of PNG must refuse, and what they are made of.
public enum PNGSamples {
    /// A PNG file written by hand: stored (not compressed) data of `rows`, each with its filter byte.
    public static func file(
        width: UInt32, height: UInt32, depth: UInt8, colorType: UInt8, rows: [[UInt8]], palette: [UInt8] = []
    ) -> [UInt8] {
        func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
            let body = Array(type.utf8) + data
            var crc: UInt32 = .max
            for byte in body {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
            }
            return bigEndian(UInt32(data.count)) + body + bigEndian(~crc)
        }
        let raw: [UInt8] = rows.flatMap { row -> [UInt8] in [0] + row }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in raw {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        let count = raw.count
        let lengths = [count, count >> 8, ~count, ~count >> 8].map { UInt8(truncatingIfNeeded: $0) }
        let stream: [UInt8] = [0x78, 0x01, 1] + lengths + raw + bigEndian(b << 16 | a)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colorType, 0, 0, 0])
            + (palette.isEmpty ? [] : chunk("PLTE", palette)) + chunk("IDAT", stream) + chunk("IEND", [])
    }

    private static let row: [UInt8] = [1, 2, 3]

    public static let rejected: [SampleFile] = [
        SampleFile("text", Array("no image".utf8), "other bytes at the start"),
        SampleFile("rows missing", grey(width: 3, height: 2), "whole PNG file"),
        SampleFile("columns missing", grey(width: 4, height: 1), "whole PNG file"),
        SampleFile("no width", grey(width: 0, height: 1), "whole PNG file"),
        SampleFile("bad depth", file(width: 3, height: 1, depth: 7, colorType: 0, rows: [row]), "whole PNG file"),
        SampleFile("bad colour type", file(width: 3, height: 1, depth: 8, colorType: 1, rows: [row]), "whole PNG file"),
        SampleFile("no palette", file(width: 3, height: 1, depth: 8, colorType: 3, rows: [row]), "whole PNG file"),
        SampleFile("above the cap", grey(width: 8192, height: 8193), "at most 67108864 pixels"),
        SampleFile(
            "huge", file(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, depth: 8, colorType: 6, rows: [row]), "whole PNG file"
        ),
        SampleFile("more than deflate can hold", grey(width: 8192, height: 8192), "8192 x 8192 pixels in "),
        SampleFile("cut short", Array(grey(width: 3, height: 1).dropLast(6)), "bytes of"),
        SampleFile(
            "chunk beyond the file", Array(grey(width: 3, height: 1).prefix(8)) + [0xFF, 0xFF, 0xFF, 0xFF], "a chunk"),
        SampleFile("no chunks", Array(grey(width: 3, height: 1).prefix(8)), "chunk length"),
    ]

    /// With the one row that there is.
    private static func grey(width: UInt32, height: UInt32) -> [UInt8] {
        file(width: width, height: height, depth: 8, colorType: 0, rows: [row])
    }
}
