import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

private func sample(channels: Int, width: Int = 11, height: Int = 7) -> Image {
    let pixels = (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 5) }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
}

/// Images to be written.
struct ImageTests {
    @Test(arguments: [1, 3], [(11, 7), (1, 1), (1, 13), (257, 2)])
    func roundTrip(channels: Int, size: (Int, Int)) throws {
        let image = sample(channels: channels, width: size.0, height: size.1)
        let folder = try TemporaryFolder()
        try image.write(to: folder.file("x.png"))
        #expect(try Image(ImageFile(contentsOf: folder.file("x.png"))) == image)
        #expect(try Image(ImageFile(decoding: image.pngData(), name: "t")) == image)
    }

    @Test func noiseThatDoesNotCompressFits() throws {
        var state: UInt64 = 3
        let pixels = (0..<300 * 200 * 3).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(truncatingIfNeeded: state >> 40)
        }
        let image = Image(width: 300, height: 200, channels: 3, pixels: pixels)
        #expect(try Image(ImageFile(decoding: image.pngData(), name: "t")) == image)
    }

    @Test(arguments: [1, 3])
    func everyTruncationIsRejected(channels: Int) throws {
        let bytes = try sample(channels: channels).pngData()
        for count in 0..<bytes.count {
            let error = #expect(throws: MDLSTMError.self) {
                try ImageFile(decoding: Array(bytes[..<count]), name: "x.png")
            }
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
                #expect(throws: MDLSTMError.self) { try ImageFile(decoding: changed, name: "t") }
            }
        }
    }

    @Test func imagesOfTensors() {
        let colour = sample(channels: 3)
        let values = colour.pixels.map { Float($0) / 255 }
        #expect(Image(Tensor(shape: [7, 11, 3], values: values)) == colour)
        let grey = sample(channels: 1)
        #expect(Image(Tensor(shape: [7, 11], values: grey.pixels.map { Double($0) / 255 })) == grey)
    }

    @Test func valuesAreScaledAndClamped() {
        let tensor = Tensor<Double>(shape: [2, 3], values: [-1, 0, 1, -9, .infinity, .nan])
        #expect(Image(tensor, scaling: -1...1).pixels == [0, 128, 255, 0, 255, 0])
    }
}

extension Image {
    /// A picture of a file as it is drawn.
    init(_ file: ImageFile) throws {
        self.init(try file.tensor(Double.self).reshaped([file.height, file.width, file.channels]))
    }
}
