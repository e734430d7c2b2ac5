/// Files that a reader of PNG must accept or refuse.
public enum PNGSamples {
    /// One row of the grey values 1, 2, 3 of 255, whatever else is in the file.
    public static let accepted: [SampleFile] = [
        SampleFile("plain", grey().bytes),
        SampleFile("bytes behind the end", grey().bytes + [1, 2, 3]),
        SampleFile("data behind the pixels", grey().with(data: PNGWriter.stored([0, 1, 2, 3, 9, 9])).bytes),
        SampleFile("bytes behind the data", grey().with(data: grey().data + [9]).bytes),
        SampleFile("unknown chunk", grey().with(Chunk("abCd", [1, 2])).bytes),
        SampleFile("broken colour profile", grey().with(Chunk("iCCP", [1, 0, 0, 1, 2])).bytes),
        SampleFile("two gammas", grey().with(Chunk("gAMA", [0, 1, 2, 3]), Chunk("gAMA", [])).bytes),
        SampleFile("palette in grey", grey().with(Chunk("PLTE", [7, 8, 9])).bytes),
        SampleFile("transparent colour beside alpha", greyAndAlpha.with(Chunk("tRNS", [0, 1])).bytes),
        SampleFile("empty and split data", split),
    ]

    public static let rejected: [SampleFile] = [
        SampleFile("text", Array("no image".utf8), "other bytes at the start"),
        SampleFile("no line feed in the signature", grey().bytes.filter { $0 != 0x0A }, "PNG"),
        SampleFile("rows missing", grey(height: 2).bytes, "Not enough image data"),
        SampleFile("columns missing", grey(width: 4).bytes, "Not enough image data"),
        SampleFile("no width", grey(width: 0).bytes, "width"),
        SampleFile("bad depth", form(depth: 7, colorType: 0), "bit depth"),
        SampleFile("bad colour type", form(depth: 8, colorType: 1), "color type"),
        SampleFile("no palette", form(depth: 8, colorType: 3), "Missing PLTE"),
        SampleFile("above the cap", grey(width: 8192, height: 8193).bytes, "at most 67108864 pixels"),
        SampleFile("huge", grey(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF).bytes, "at most 67108864 pixels"),
        SampleFile(
            "more than deflate can hold", grey(width: 8192, height: 8192).bytes, "8192 x 8192 pixels in "),
        SampleFile("cut short", Array(grey().bytes.dropLast(6)), "the file is cut short"),
        SampleFile("chunk beyond the file", grey().bytes.prefix(8) + [0xFF, 0xFF, 0xFF, 0xFF], "cut short"),
        SampleFile("no chunks", Array(grey().bytes.prefix(8)), "cut short"),
        SampleFile("no data", without("IDAT"), "IEND: out of place"),
        SampleFile("no end", without("IEND"), "cut short"),
        SampleFile("wrong checksum of the header", damaged(0), "IHDR: CRC error"),
        SampleFile("wrong checksum of a text", damaged(1), "tEXt: CRC error"),
        SampleFile("wrong checksum of the data", damaged(2), "IDAT: CRC error"),
        SampleFile("wrong checksum of the end", damaged(3), "IEND: CRC error"),
        SampleFile("pixel changed", grey().with(data: changed(8)).bytes, "incorrect data check"),
        SampleFile("wrong checksum of the pixels", grey().with(data: changed(14)).bytes, "incorrect data check"),
        SampleFile(
            "no checksum of the pixels", grey().with(data: grey().data.dropLast(4)).bytes, "Not enough image data"),
        SampleFile("bad block", grey().with(data: [0x78, 0x01, 7]).bytes, "invalid block type"),
        SampleFile("bad filter", grey().with(data: PNGWriter.stored([5, 1, 2, 3])).bytes, "filter"),
        SampleFile("unknown critical chunk", grey().with(Chunk("ABCD")).bytes, "unhandled critical chunk"),
        SampleFile("transparency of a wrong size", grey().with(Chunk("tRNS", [1])).bytes, "tRNS: invalid"),
        SampleFile("colour that the palette lacks", indexed.bytes, "one of 3 colours, found 3"),
    ]

    private typealias Chunk = PNGWriter.Chunk

    private static func grey(width: UInt32 = 3, height: UInt32 = 1) -> PNGWriter {
        PNGWriter(width: width, height: height, rows: [[1, 2, 3]])
    }

    private static let greyAndAlpha = PNGWriter(width: 3, height: 1, colorType: 4, rows: [[1, 50, 2, 60, 3, 70]])

    /// The numbers 1, 2, 3 for three colours.
    private static let indexed = PNGWriter(width: 3, height: 1, colorType: 3, rows: [[1, 2, 3]])
        .with(Chunk("PLTE", Array(repeating: 9, count: 9)))

    private static func form(depth: UInt8, colorType: UInt8) -> [UInt8] {
        PNGWriter(width: 3, height: 1, depth: depth, colorType: colorType, rows: [[1, 2, 3]]).bytes
    }

    /// The data in chunks of a byte, empty ones between.
    private static var split: [UInt8] {
        var writer = grey()
        writer.chunks.replaceSubrange(1..<2, with: grey().data.flatMap { [Chunk("IDAT"), Chunk("IDAT", [$0])] })
        return writer.bytes
    }

    private static func without(_ type: String) -> [UInt8] {
        var writer = grey()
        writer.chunks.removeAll { $0.type == type }
        return writer.bytes
    }

    /// With the wrong checksum in one of four chunks.
    private static func damaged(_ chunk: Int) -> [UInt8] {
        var writer = grey().with(Chunk("tEXt", Array("Title\0t".utf8)))
        writer.chunks[chunk].checksumError = 1
        return writer.bytes
    }

    /// The compressed data with one byte changed.
    private static func changed(_ place: Int) -> [UInt8] {
        var data = grey().data
        data[place] ^= 1
        return data
    }
}
