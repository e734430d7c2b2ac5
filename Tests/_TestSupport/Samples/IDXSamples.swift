/// MNIST's files, right and wrong.
public enum IDXSamples {
    /// Images whose bytes count up.
    public static func images(_ count: Int, _ rows: Int, _ columns: Int, magic: UInt32 = 0x803) -> [UInt8] {
        bigEndian(magic) + [count, rows, columns].flatMap { bigEndian(UInt32($0)) }
            + (0..<(count * rows * columns)).map { UInt8($0 & 255) }
    }

    public static func labels(_ labels: [UInt8]) -> [UInt8] {
        bigEndian(UInt32(0x801)) + bigEndian(UInt32(labels.count)) + labels
    }

    /// gzip -9 of `images(3, 2, 5)`.
    public static let compressedImages = hexadecimal(
        """
        1f8b08000000000002036360e06066606000612620666560646266616563e7e0e4e2e6e1e5e31710141216111513979094929691
        0500e5c9b7272e000000
        """)

    /// The same in two members, as `cat a.gz b.gz` makes them.
    public static let twoMembers = hexadecimal(
        """
        1f8b08000000000002036360e060666060006126206665606462060032fc3fba140000001f8b080000000000020363616563e7e0
        e4e2e6e1e5e31710141216111513979094929691050002d176b91a000000
        """)

    /// Files in the place of images.
    public static let rejected: [SampleFile] = [
        SampleFile("empty", [], "the header at byte 0"),
        SampleFile("labels", labels([1, 2]), "is it the other file"),
        SampleFile("numbers of 32 bits", images(1, 1, 1, magic: 0xD03), "0x00000d03"),
        SampleFile("no extents", Array(images(1, 1, 1).prefix(10)), "the header at byte 8"),
        SampleFile("cut short", images(3, 2, 5).dropLast(), "expected 46 bytes, [3, 2, 5] and the header"),
        SampleFile("too long", images(3, 2, 5) + [0], "the file is too long"),
        SampleFile(
            "more than fits", bigEndian(UInt32(0x803)) + Array(repeating: 0xFF, count: 12), "data that fit a file"),
        SampleFile(
            "none of a size that overflows",
            [0x803, 0, 0xE060_66E7, 0xE4E2_E405].flatMap { bigEndian(UInt32($0)) }, "data that fit a file"),
        SampleFile("cut short within gzip", Array(compressedImages.dropLast(9)), "gzip data of 46 bytes"),
        SampleFile("checksum of gzip", changed(compressedImages.count - 6), "gzip data of 46 bytes"),
        SampleFile("bytes behind gzip", compressedImages + [1, 2, 3], "gzip data of 46 bytes"),
        SampleFile("gzip of nothing", [0x1F, 0x8B], "the header at byte 0"),
    ]

    private static func changed(_ place: Int) -> [UInt8] {
        var bytes = compressedImages
        bytes[place] ^= 1
        return bytes
    }
}
