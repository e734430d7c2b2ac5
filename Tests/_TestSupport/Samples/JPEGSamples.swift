/// Files that a reader of JPEG must accept or refuse.
public enum JPEGSamples {
    /// A file, and its samples as Pillow 13 with libjpeg-turbo 3 reads them.
    public struct Accepted: Sendable, CustomStringConvertible {
        public let description: String
        public let bytes: [UInt8]
        public let shape: [Int]
        public let samples: [Int]
    }

    /// Grey.
    static let grey = Accepted(
        description: "grey",
        bytes: hexadecimal(
            """
            ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805050404050a070706080c
            0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffc0000b080003000501011100ffc4
            0014000100000000000000000000000000000001ffc4002110000101070500000000000000000000000302000105061121310413
            141522ffda0008010100003f002643ae750c3811b57602860b8fa3492db23b7975295c3b2dffd9
            """),
        shape: [1, 3, 5, 1],
        samples: [
            128, 215, 233, 172, 79, 127, 184, 197, 160, 94, 123, 128, 125, 129, 126,
        ])

    /// 4:4:4.
    static let colour = Accepted(
        description: "colour",
        bytes: hexadecimal(
            """
            ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805050404050a070706080c
            0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ffdb00430103040405040509050509
            140d0b0d141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414141414
            1414ffc00011080003000503011100021101031101ffc40014000100000000000000000000000000000005ffc4001f1000010303
            050000000000000000000000020103040005210607111271ffc4001501010100000000000000000000000000000506ffc4001f11
            00010305000300000000000000000000010203050004112141061251ffda000c03010002110311003f005f6f996eefa06dcdcd6c
            258c59321a655e142210ec38e572a9ed5446c6595dcb4a22e1a0a0dbbea904692903400e0df28ef247577721878e4250903806be
            0c57ffd9
            """),
        shape: [1, 3, 5, 3],
        samples: [
            122, 97, 67, 212, 81, 149, 234, 143, 174, 165, 181, 110, 77, 133, 70, 133, 23, 170, 194, 48, 110, 207,
            161, 86, 162, 225, 134, 95, 168, 183, 118, 68, 227, 131, 66, 74, 124, 149, 32, 127, 205, 157, 119, 158,
            233,
        ])

    /// 4:2:0.
    static let subsampled = Accepted(
        description: "subsampled",
        bytes: hexadecimal(
            """
            ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d
            1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffdb0043010909090c0b0c180d0d18
            32211c21323232323232323232323232323232323232323232323232323232323232323232323232323232323232323232323232
            3232ffc00011080005000703012200021101031101ffc4001500010100000000000000000000000000000003ffc4001e10000103
            040300000000000000000000000300010204052122061251ffc40014010100000000000000000000000000000002ffc4001c1101
            000105010100000000000000000000010200031121314161ffda000c03010002110311003f00ad0da077db99f8e5418900d0c18c
            2341f7db1d5dfcca22224e5e49343a53b1179f5a36ae32b309cb6a657076bfffd9
            """),
        shape: [1, 5, 7, 3],
        samples: [
            146, 64, 112, 171, 111, 136, 192, 178, 152, 160, 175, 144, 95, 122, 131, 44, 70, 105, 86, 96, 149, 118,
            46, 92, 130, 76, 102, 176, 157, 143, 197, 200, 179, 140, 151, 157, 42, 52, 79, 51, 44, 85, 134, 81, 123,
            119, 76, 106, 144, 117, 122, 184, 166, 162, 168, 149, 153, 99, 73, 84, 98, 62, 76, 148, 150, 162, 124,
            122, 135, 97, 91, 103, 105, 90, 97, 150, 124, 123, 183, 148, 142, 199, 155, 154, 106, 195, 149, 98, 173,
            143, 55, 96, 100, 39, 53, 62, 122, 116, 102, 226, 205, 184, 243, 216, 209,
        ])

    /// 4:2:0 in scans of rising detail.
    static let progressive = Accepted(
        description: "progressive",
        bytes: hexadecimal(
            """
            ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d
            1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffdb0043010909090c0b0c180d0d18
            32211c21323232323232323232323232323232323232323232323232323232323232323232323232323232323232323232323232
            3232ffc20011080005000703012200021101031101ffc4001500010100000000000000000000000000000002ffc4001401010000
            0000000000000000000000000001ffda000c03010002100310000001a01fffc40016100101010000000000000000000000000003
            0102ffda0008010100010502c1474fffc40017110003010000000000000000000000000000010211ffda0008010301013f019ad8
            4d9fffc40018110002030000000000000000000000000000110151f0ffda0008010201013f0173791fffc4001910010002030000
            00000000000000000000010002041121ffda0008010100063f0271ecbaa7467fffc4001910000105000000000000000000000000
            00010011213141ffda0008010100013f2119d0dadce2ffda000c03010002000300000010f3ffc400181101010003000000000000
            0000000000000111002131ffda0008010301013f106d994ab0ee7fffc40019110100020300000000000000000000000001213100
            4161ffda0008010201013f1035220614b0b5d73fffc400191000010500000000000000000000000000010011215161ffda000801
            0100013f100bc495c9c6a57fffd9
            """),
        shape: [1, 5, 7, 3],
        samples: subsampled.samples)

    /// With an EXIF orientation of 6, a quarter turn, which is not made.
    static let turned = Accepted(
        description: "turned",
        bytes: hexadecimal(
            """
            ffd8ffe000104a46494600010100000100010000ffe100224578696600004d4d002a000000080001011200030000000100060000
            00000000ffdb0043000302020302020303030304030304050805050404050a070706080c0a0c0c0b0a0b0b0d0e12100d0e110e0b
            0b1016101113141515150c0f171816141812141514ffc0000b080002000301011100ffc400140001000000000000000000000000
            00000008ffc4001c1000020202030000000000000000000000010203040506001261ffda0008010100003f0057e8193b91691824
            4b73a22d288055918003a8f79fffd9
            """),
        shape: [1, 2, 3, 1],
        samples: [
            131, 208, 234, 119, 187, 205,
        ])

    public static let accepted = [
        grey, colour, subsampled, progressive, turned,
        Accepted(
            description: "bytes behind the end", bytes: grey.bytes + [1, 2, 3], shape: grey.shape,
            samples: grey.samples),
    ]

    public static let rejected: [SampleFile] = [
        SampleFile("CMYK", cmyk, "found CMYK; convert it: convert "),
        SampleFile("three bytes", Array(grey.bytes.prefix(3)), "Premature end"),
        SampleFile("cut short in the header", Array(grey.bytes.prefix(100)), "whole JPEG file"),
        SampleFile("no scan", Array(grey.bytes.prefix { $0 != 0xDA }.dropLast()), "whole JPEG file"),
        SampleFile("cut short in the scan", Array(grey.bytes.dropLast(20)), "Premature end"),
        SampleFile("cut short in a later scan", Array(progressive.bytes.dropLast(100)), "Premature end"),
        SampleFile("no end", Array(grey.bytes.dropLast(2)), "Premature end"),
        SampleFile("end within the scan", grey.bytes.dropLast(20) + [0xFF, 0xD9], "premature end of data"),
        SampleFile("end within a later scan", progressive.bytes.dropLast(6) + [0xFF, 0xD9], "Corrupt JPEG data"),
        SampleFile("no height", frame(height: 0), "Empty JPEG image"),
        SampleFile("above the cap", frame(height: 65500, width: 65500), "at most 67108864 pixels"),
        SampleFile("12 bits", frame(bits: 12), "precision 12"),
        SampleFile("lossless", frame(marker: 0xC3), "SOF type 0xc3"),
        SampleFile("JPEG-LS", frame(marker: 0xF7), "marker type 0xf7"),
        SampleFile("no quantization table", frame(table: 3), "Quantization table"),
    ]

    /// The grey file with another start of frame.
    private static func frame(
        marker: UInt8 = 0xC0, bits: UInt8 = 8, height: UInt16 = 3, width: UInt16 = 5, table: UInt8 = 0
    ) -> [UInt8] {
        let start = grey.bytes.indices.first { grey.bytes[$0...].starts(with: [0xFF, 0xC0]) }!
        let frame = [0xFF, marker, 0, 11, bits] + bigEndian(height) + bigEndian(width) + [1, 1, 0x11, table]
        return grey.bytes[..<start] + frame + grey.bytes[(start + frame.count)...]
    }

    private static let cmyk: [UInt8] = hexadecimal(
        """
        ffd8ffee000e41646f626500640000000000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565
        645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc000140800020002044311004d110059
        11004b1100ffc400160001010100000000000000000000000000050206ffc4001e10000202000700000000000000000000000102
        000312132131325291ffda000e0443004d0059004b00003f0042a63949a9e220f8dfbb7b22c665b1955880090003b4d34fffd9
        """)
}
