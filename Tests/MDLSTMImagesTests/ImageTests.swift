import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

private func png(
    width: UInt32, height: UInt32, depth: UInt8, colorType: UInt8, rows: [[UInt8]], palette: [UInt8] = []
) -> [UInt8] {
    PNGSamples.file(width: width, height: height, depth: depth, colorType: colorType, rows: rows, palette: palette)
}

private func sample(channels: Int, width: Int = 11, height: Int = 7) -> Image {
    let pixels = (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 5) }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
}

struct ImageTests {
    @Test(arguments: [1, 3], [(11, 7), (1, 1), (1, 13), (257, 2)])
    func roundTrip(channels: Int, size: (Int, Int)) throws {
        let image = sample(channels: channels, width: size.0, height: size.1)
        let path = NSTemporaryDirectory() + "mdlstm-\(UUID().uuidString).png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try image.write(to: path)
        #expect(try Image(contentsOf: path) == image)
        #expect(try Image(decoding: image.pngData(), name: "t") == image)
    }

    @Test func noiseThatDoesNotCompressFits() throws {
        var state: UInt64 = 3
        let pixels = (0..<300 * 200 * 3).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(truncatingIfNeeded: state >> 40)
        }
        let image = Image(width: 300, height: 200, channels: 3, pixels: pixels)
        #expect(try Image(decoding: image.pngData(), name: "t") == image)
    }

    @Test func alphaIsComposedOntoWhite() throws {
        let grey = png(width: 3, height: 1, depth: 8, colorType: 4, rows: [[0, 0, 0, 255, 77, 255]])
        #expect(try Image(decoding: grey, name: "t").pixels == [255, 0, 77])
        let colour = png(width: 2, height: 1, depth: 8, colorType: 6, rows: [[9, 8, 7, 0, 9, 8, 7, 255]])
        let image = try Image(decoding: colour, name: "t")
        #expect(image.channels == 3)
        #expect(image.pixels == [255, 255, 255, 9, 8, 7])
        let half = png(width: 1, height: 1, depth: 8, colorType: 4, rows: [[0, 128]])
        let mixed = try Image(decoding: half, name: "t").pixels[0]
        #expect((100..<220).contains(mixed))
    }

    @Test func otherDepthsAreRead() throws {
        // 16 bits: the high byte, as the low one rounds.
        let deep = png(width: 4, height: 1, depth: 16, colorType: 0, rows: [[0, 0, 77, 77, 128, 128, 255, 255]])
        #expect(try Image(decoding: deep, name: "t").pixels == [0, 77, 128, 255])
        let bits = png(width: 9, height: 2, depth: 1, colorType: 0, rows: [[0b1010_0000, 0x80], [0, 0]])
        let image = try Image(decoding: bits, name: "t")
        #expect(image.pixels == [255, 0, 255, 0, 0, 0, 0, 0, 255] + Array(repeating: 0, count: 9))
        let indexed = png(
            width: 3, height: 1, depth: 8, colorType: 3, rows: [[1, 0, 1]], palette: [1, 2, 3, 200, 100, 50])
        #expect(try Image(decoding: indexed, name: "t").pixels == [200, 100, 50, 1, 2, 3, 200, 100, 50])
    }

    @Test(arguments: [1, 3])
    func everyTruncationIsRejected(channels: Int) throws {
        let bytes = try sample(channels: channels).pngData()
        for count in 0..<bytes.count {
            let error = #expect(throws: MDLSTMError.self) { try Image(decoding: Array(bytes[..<count]), name: "x.png") }
            #expect(error?.kind == .data)
            #expect(error?.message.hasPrefix("x.png: expected ") == true)
        }
    }

    @Test func everyFlippedBitIsRejected() throws {
        let image = sample(channels: 1)
        let bytes = try image.pngData()
        for position in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[position] ^= 1 << bit
                #expect(throws: MDLSTMError.self) { try Image(decoding: changed, name: "t") }
            }
        }
    }

    @Test(arguments: PNGSamples.rejected)
    func badFilesAreRejected(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try Image(decoding: file.bytes, name: "x.png") }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.png: expected "), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
    }

    @Test func missingFile() {
        let missing = #expect(throws: MDLSTMError.self) { try Image(contentsOf: "/nonexistent/x.png") }
        #expect(missing?.kind == .missingInput)
    }

    @Test func tensorsHaveTheShapeOfTheImage() {
        let image = sample(channels: 3)
        let tensor = image.tensor(Float.self)
        #expect(tensor.shape == [1, 7, 11, 3])
        #expect(tensor.values[(2 * 11 + 5) * 3 + 1] == Float(image[5, 2].dropFirst().first ?? 0) / 255)
        #expect(Image(tensor.reshaped([7, 11, 3])) == image)
        let grey = sample(channels: 1)
        #expect(Image(grey.tensor(Double.self).reshaped([7, 11])) == grey)
    }

    @Test func valuesAreScaledAndClamped() {
        let tensor = Tensor<Double>(shape: [2, 3], values: [-1, 0, 1, -9, .infinity, .nan])
        #expect(Image(tensor, scaling: -1...1).pixels == [0, 128, 255, 0, 255, 0])
    }
}
