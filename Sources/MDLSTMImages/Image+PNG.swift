import CPNG
public import MDLSTM

extension Image {
    /// The bytes of a PNG file.
    ///
    /// Throws `.data` when the image is too large for the format.
    public func pngData() throws(MDLSTMError) -> [UInt8] {
        let format = channels == 3 ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
        return try pngBytes(pixels, width: width, height: height, format: format)
    }

    /// Writes a PNG file, whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`, and `.data` when the image is too large for the format.
    public func write(to path: String) throws(MDLSTMError) {
        try writeFile(pngData(), to: path)
    }
}

/// The bytes of a PNG file.
///
/// - Parameters:
///   - samples: by row and column
///   - format: of libpng's simplified interface
///   - palette: red, green and blue of each number; none where the samples are no numbers
/// Throws `.data` when the image is too large for the format.
func pngBytes(
    _ samples: [UInt8], width: Int, height: Int, format: png_uint_32, palette: [UInt8] = []
) throws(MDLSTMError) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = format
    image.colormap_entries = png_uint_32(palette.count / 3)
    defer { png_image_free(&image) }
    // More than deflate, a palette and the chunks around them ever need.
    var size = samples.count + samples.count / 16 + height + 8192
    var bytes = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, samples, 0, palette.isEmpty ? nil : palette) != 0 else {
        let found = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        throw MDLSTMError(
            .data, "expected an image that fits a PNG file, found \(width) x \(height): \(found); make it smaller")
    }
    return Array(bytes[..<size])
}
