import CPNG
public import MDLSTM

/// An image whose pixels are numbers with a colour each, such as the classes of sites: a PNG with a palette.
///
/// Programs that show pictures show the colours; those that read labels read the numbers.
public struct IndexedImage: Sendable, Equatable {
    public let width: Int
    public let height: Int

    /// The number of each pixel, by row and column.
    public let indices: [UInt8]

    /// Red, green and blue of each number.
    public let palette: [SIMD3<UInt8>]

    /// An image of at least one pixel.
    ///
    /// - Precondition: `indices.count` is height x width, the palette has 1 to 256 colours, and one for each number.
    public init(width: Int, height: Int, indices: [UInt8], palette: [SIMD3<UInt8>]) {
        precondition(width > 0 && height > 0, "an image of \(width) x \(height) pixels")
        precondition(indices.count == width * height, "\(indices.count) numbers do not fill the image")
        precondition((1...256).contains(palette.count), "a palette of \(palette.count) colours")
        precondition(indices.allSatisfy { Int($0) < palette.count }, "a number without a colour")
        (self.width, self.height, self.indices, self.palette) = (width, height, indices, palette)
    }

    /// The bytes of a PNG file.
    ///
    /// Throws `.data` when the image is too large for the format.
    public func pngData() throws(MDLSTMError) -> [UInt8] {
        let format = png_uint_32(PNG_FORMAT_FLAG_COLOR) | png_uint_32(PNG_FORMAT_FLAG_COLORMAP)
        return try pngBytes(
            indices, width: width, height: height, format: format, palette: palette.flatMap { [$0.x, $0.y, $0.z] })
    }

    /// Writes a PNG file, whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`, and `.data` when the image is too large for the format.
    public func write(to path: String) throws(MDLSTMError) {
        try writeFile(pngData(), to: path)
    }
}
