import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

/// Numbers with colours, written and read again.
struct IndexedImageTests {
    /// Palettes that PNG stores in 1, 2, 4 and 8 bits a pixel.
    @Test(arguments: [1, 2, 3, 5, 16, 17, 256])
    func numbersAndColoursAreKept(_ colours: Int) throws {
        var palette: [SIMD3<UInt8>] = []
        for number in 0..<colours {
            let blue = UInt8(number * 37 % 256)
            palette.append(SIMD3(UInt8(number), 255 - UInt8(number), blue))
        }
        let image = IndexedImage(
            width: 13, height: 7, indices: (0..<91).map { UInt8(($0 * 11) % colours) }, palette: palette)
        let folder = try TemporaryFolder()
        try image.write(to: folder.file("labels.png"))
        let file = try ImageFile(contentsOf: folder.file("labels.png"))
        #expect(file.width == 13 && file.height == 7 && file.storedChannels == 1)
        guard case .bytes(let stored) = file.samples else {
            Issue.record("expected samples of at most 8 bits")
            return
        }
        #expect(stored == image.indices)
        #expect(file.palette?.prefix(colours).map { SIMD3($0.x, $0.y, $0.z) } == palette)
    }

    /// The bytes bound what deflate takes, whatever the pixels are.
    @Test func noiseFits() throws {
        let stream = RandomStream(seed: 3, stream: RandomStreams.data)
        let indices = (0..<(211 * 97)).map { UInt8(stream.index(below: 256, element: $0)) }
        let image = IndexedImage(
            width: 97, height: 211, indices: indices,
            palette: (0..<256).map { SIMD3<UInt8>(repeating: UInt8($0)) })
        let file = try ImageFile(decoding: try image.pngData(), name: "noise.png")
        guard case .bytes(let stored) = file.samples else {
            Issue.record("expected samples of at most 8 bits")
            return
        }
        #expect(stored == indices)
    }
}
