import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

private typealias Chunk = PNGWriter.Chunk

private func values(_ bytes: [UInt8], leavesOutAlpha: Bool = false) throws -> Tensor<Double> {
    try ImageFile(decoding: bytes, name: "x.png").tensor(leavesOutAlpha: leavesOutAlpha)
}

/// A colour type of PNG, its channels, and one of its depths.
struct PNGForm: Sendable, CustomStringConvertible {
    let colorType: UInt8
    let channels: Int
    let depth: Int

    var description: String { "colour type \(colorType) of \(depth) bits" }

    var largest: Int { 1 << depth - 1 }

    static let all = [
        [1, 2, 4, 8, 16].map { Self(colorType: 0, channels: 1, depth: $0) },
        [8, 16].map { Self(colorType: 2, channels: 3, depth: $0) },
        [8, 16].map { Self(colorType: 4, channels: 2, depth: $0) },
        [8, 16].map { Self(colorType: 6, channels: 4, depth: $0) },
    ].flatMap(\.self)

    /// Samples of which both bytes vary.
    func samples(_ width: Int, _ height: Int) -> [Int] {
        (0..<(width * height * channels)).map { ($0 * 2657 + $0 * $0 * 31) & largest }
    }

    func file(_ width: Int, _ height: Int, isInterlaced: Bool = false) -> PNGWriter {
        PNGWriter(
            width: width, height: height, depth: depth, colorType: colorType, isInterlaced: isInterlaced,
            samples: samples(width, height))
    }
}

/// A PNG file is read as the numbers it stores.
struct PNGFileTests {
    @Test(arguments: PNGForm.all, [false, true])
    func samplesAreThoseStored(_ form: PNGForm, isInterlaced: Bool) throws {
        for (width, height) in [(13, 11), (1, 1), (5, 2), (2, 9), (1, 7), (9, 1)] {
            let file = try ImageFile(
                decoding: form.file(width, height, isInterlaced: isInterlaced).bytes, name: "x.png")
            #expect(file.bitDepth == form.depth && file.storedChannels == form.channels && file.palette == nil)
            let samples = form.samples(width, height)
            switch file.samples {
            case .bytes(let stored): #expect(stored.map(Int.init) == samples && form.depth <= 8)
            case .words(let stored): #expect(stored.map(Int.init) == samples && form.depth == 16)
            }
            #expect(file.channels == form.channels && file.hasAlpha == [4, 6].contains(form.colorType))
            let expected = samples.map { Double($0) / Double(form.largest) }
            let tensor: Tensor<Double> = try file.tensor()
            #expect(tensor == Tensor(shape: [1, height, width, form.channels], values: expected))
            let single: Tensor<Float> = try file.tensor()
            #expect(single.values == samples.map { Float($0) / Float(form.largest) })
            // The last channel goes if it is alpha, and stays if it is not.
            let alpha = form.channels - 1
            let kept = expected.enumerated().filter { !file.hasAlpha || $0.offset % form.channels != alpha }
            #expect(
                try file.tensor(leavesOutAlpha: true) as Tensor<Double>
                    == Tensor(
                        shape: [1, height, width, file.hasAlpha ? alpha : form.channels], values: kept.map(\.element)))
        }
    }

    @Test(arguments: [1, 2, 4, 8], [false, true])
    func palettesBecomeColours(depth: Int, isInterlaced: Bool) throws {
        let colours: [[UInt8]] = [[200, 100, 50], [1, 2, 3]]
        let samples = (0..<77).map { $0 * $0 % 5 % 2 }
        let file = PNGWriter(
            width: 11, height: 7, depth: depth, colorType: 3, isInterlaced: isInterlaced, samples: samples
        ).with(Chunk("PLTE", colours.flatMap(\.self)))
        let picture = try ImageFile(decoding: file.bytes, name: "x.png")
        #expect(picture.samples == .bytes(samples.map { UInt8($0) }) && picture.bitDepth == depth)
        #expect(picture.palette == [[200, 100, 50, 255], [1, 2, 3, 255]])
        let expected = samples.flatMap { colours[$0].map { Double($0) / 255 } }
        #expect(try picture.tensor() as Tensor<Double> == Tensor(shape: [1, 7, 11, 3], values: expected))

        // An alpha for the first colour, the other opaque.
        var transparent = file
        transparent.chunks.insert(Chunk("tRNS", [40]), at: 2)
        let withAlpha = samples.flatMap { (colours[$0] + [$0 == 0 ? 40 : 255]).map { Double($0) / 255 } }
        #expect(try values(transparent.bytes) == Tensor(shape: [1, 7, 11, 4], values: withAlpha))
        #expect(
            try values(transparent.bytes, leavesOutAlpha: true) == Tensor(shape: [1, 7, 11, 3], values: expected))
    }

    /// Of grey and RGB, one colour may be transparent; bits beyond the depth do not count.
    @Test(arguments: PNGForm.all.filter { $0.colorType == 0 || $0.colorType == 2 }, [false, true])
    func oneColourIsTransparent(_ form: PNGForm, isInterlaced: Bool) throws {
        let samples = form.samples(13, 11)
        let pixels = stride(from: 0, to: samples.count, by: form.channels).map { samples[$0..<($0 + form.channels)] }
        let noise = form.depth < 16 ? 1 << form.depth : 0
        let chunk = Chunk("tRNS", pixels[20].flatMap { [UInt8(($0 | noise) >> 8), UInt8(($0 | noise) & 255)] })
        let file = form.file(13, 11, isInterlaced: isInterlaced).with(chunk)
        let expected = pixels.flatMap { pixel -> [Double] in
            pixel.map { Double($0) / Double(form.largest) } + [pixel == pixels[20] ? 0 : 1]
        }
        #expect(try values(file.bytes) == Tensor(shape: [1, 11, 13, form.channels + 1], values: expected))
        #expect(try values(file.bytes, leavesOutAlpha: true) == values(form.file(13, 11).bytes))
    }

    /// What says how a picture is to be shown does not change its numbers.
    @Test(
        arguments: [
            Chunk("gAMA", [0, 1, 0x86, 0xA0]), Chunk("gAMA", [0, 0, 0xB1, 0x8F]), Chunk("sRGB", [0]),
            Chunk(
                "cHRM",
                [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].flatMap {
                    [0, 0, UInt8($0 >> 8), UInt8($0 & 255)]
                }),
            Chunk("sBIT", [5]), Chunk("bKGD", [0, 200]),
            Chunk("iCCP", Array("p\0\0".utf8) + PNGWriter.stored([1, 2, 3])),
            Chunk("pHYs", [0, 0, 0, 1, 0, 0, 0, 1, 1]), Chunk("tEXt", Array("Title\0text".utf8)),
            Chunk("eXIf", [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]),
        ] as [PNGWriter.Chunk])
    func otherChunksChangeNothing(_ chunk: PNGWriter.Chunk) throws {
        for form in PNGForm.all {
            let plain = form.file(5, 3)
            // A value for each channel.
            var chunk = chunk
            if chunk.type == "sBIT" { chunk.data = Array(repeating: 1, count: form.channels) }
            if chunk.type == "bKGD" {
                chunk.data = Array(repeating: [0, 1], count: form.channels > 2 ? 3 : 1).flatMap(\.self)
            }
            #expect(try values(plain.with(chunk).bytes) == values(plain.bytes), "\(chunk.type), \(form)")
        }
    }

    @Test(arguments: PNGSamples.accepted)
    func oddFilesAreRead(_ file: SampleFile) throws {
        let expected = Tensor(shape: [1, 1, 3, 1], values: [1, 2, 3].map { $0 / 255.0 })
        #expect(try values(file.bytes, leavesOutAlpha: true) == expected)
    }

    /// A zlib stream that declares a window of 256 bytes and copies from 300 back, across rows.
    @Test func windowIsNotTakenAtItsWord() throws {
        // Nine rows of 62 bytes, of which the first is 0.
        let start = (0..<300).map { $0 % 62 == 0 || ($0 + 300) % 62 == 0 ? 0 : UInt8(truncatingIfNeeded: $0 * $0) }
        let raw = start + start[..<258]
        // The last block, of fixed codes: a copy of 258 bytes, the end.
        let data = [0x08, 0x1D] + PNGWriter.storedBlock(start, isLast: false) + [0x1B, 0x0D, 0x2B, 0x00]
        let file = PNGWriter(width: 61, height: 9, rows: []).with(data: data + PNGWriter.checksum(raw))
        let pixels = raw.enumerated().filter { $0.offset % 62 != 0 }
        #expect(try values(file.bytes).values == pixels.map { Double($0.element) / 255 })
    }

    /// Labels may go beyond the colours there are for them; only their colours are then refused.
    @Test func numbersOfColoursAreThere() throws {
        let file = PNGWriter(width: 3, height: 1, depth: 2, colorType: 3, samples: [1, 3, 2])
            .with(Chunk("PLTE", [1, 2, 3]))
        let picture = try ImageFile(decoding: file.bytes, name: "x.png")
        #expect(picture.samples == .bytes([1, 3, 2]))
        #expect(throws: MDLSTMError.self) { try picture.tensor() as Tensor<Float> }
    }

    @Test(arguments: PNGSamples.rejected)
    func badFilesAreRejected(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try values(file.bytes) }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.png: expected "), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
    }

    @Test func missingFile() {
        let missing = #expect(throws: MDLSTMError.self) { try ImageFile(contentsOf: "/nonexistent/x.png") }
        #expect(missing?.kind == .missingInput)
    }
}
