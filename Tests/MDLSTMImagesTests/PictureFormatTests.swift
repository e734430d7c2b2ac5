import MDLSTM
import MDLSTMImages
import Testing

/// Pictures of other formats are named, with the line that converts them.
struct PictureFormatTests {
    @Test(
        arguments: [
            ([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], "TIFF"), ([0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8], "TIFF"),
            ([0x49, 0x49, 0x2B, 0, 8, 0, 0, 0], "TIFF"), (Array("RIFF\u{1}\0\0\0WEBPVP8 ".utf8), "WebP"),
            (Array("GIF89a".utf8), "GIF"), ([0x42, 0x4D, 0x46, 1, 2, 3, 0, 0, 0, 0, 54, 0, 0, 0], "BMP"),
            (Array("P5\n3 2\n255\n".utf8), "PNM"), (Array("Pf 3 2".utf8), "PNM"),
            ([0, 0, 0, 24] + Array("ftypheic".utf8), "HEIC"), ([0, 0, 0, 28] + Array("ftypavif".utf8), "AVIF"),
            ([0, 0, 0, 12] + Array("jP  ".utf8) + [13, 10, 0x87, 10], "JPEG 2000"),
            ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"), ([0xFF, 0x0A, 1], "JPEG XL"),
            (Array("8BPS\0\u{1}".utf8), "Photoshop"),
            (Array(repeating: 0, count: 128) + Array("DICM".utf8), "DICOM"), ([0x76, 0x2F, 0x31, 1], "OpenEXR"),
            (Array("#?RADIANCE\n".utf8), "Radiance"), ([0x8A] + Array("MNG\r\n".utf8), "MNG"),
            (Array("qoif".utf8), "QOI"), (Array("SIMPLE  =                    T".utf8), "FITS"),
            (Array("DDS |".utf8), "DDS"), (Array("gimp xcf v011".utf8), "GIMP"), (Array("%PDF-1.7".utf8), "PDF"),
            (Array("<?xml version=\"1.0\"?>\n<svg xmlns=".utf8), "SVG"),
        ] as [([UInt8], String)])
    func otherFormatsAreNamed(_ bytes: [UInt8], _ name: String) {
        let error = #expect(throws: MDLSTMError.self) { try ImageFile(decoding: bytes, name: "scans/x.y.img") }
        let message = error?.message ?? ""
        #expect(
            error?.kind == .data && message.hasPrefix("scans/x.y.img: expected a PNG or a JPEG, found a"), "\(message)")
        #expect(message.contains(name) && message.hasSuffix("convert scans/x.y.img scans/x.y.png"), "\(message)")
    }

    @Test(
        arguments: [
            [], [0], Array("BMW cars are no bitmaps".utf8), Array("P5 is".utf8.prefix(2)), Array("<?xml?><a/>".utf8),
        ] as [[UInt8]])
    func othersAreNot(_ bytes: [UInt8]) {
        #expect(PictureFormat(bytes) == nil)
        let error = #expect(throws: MDLSTMError.self) { try ImageFile(decoding: bytes, name: "x") }
        #expect(error?.message == "x: expected a PNG or a JPEG, found other bytes at the start; give a PNG or a JPEG")
    }

    /// Names come through a shell as they are.
    @Test(arguments: [
        ("my scan.tif", "convert 'my scan.tif' 'my scan.png'"), ("it's.tif", #"convert 'it'\''s.tif' 'it'\''s.png'"#),
        ("über/数.tif", "convert über/数.tif über/数.png"), ("a.b/c", "convert a.b/c a.b/c.png"),
        (".tif", "convert .tif .tif.png"), ("$(x).tif", "convert '$(x).tif' '$(x).png'"),
    ])
    func namesAreQuoted(_ name: String, _ line: String) {
        let error = #expect(throws: MDLSTMError.self) { try ImageFile(decoding: Array("II*\0".utf8), name: name) }
        #expect(error?.message.hasSuffix(line) == true, "\(error?.message ?? "")")
    }
}
