import CPNG
public import MDLSTM

extension Image {
    /// The bytes of a PNG file.
    ///
    /// Throws `.data` when the image is too large for the format.
    public func pngData() throws(MDLSTMError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = channels == 3 ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
        defer { png_image_free(&image) }
        // More than deflate and the chunks around it ever need.
        var size = pixels.count + pixels.count / 16 + height + 4096
        var bytes = [UInt8](repeating: 0, count: size)
        guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else {
            let found = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw MDLSTMError(
                .data, "expected an image that fits a PNG file, found \(width) x \(height): \(found); make it smaller")
        }
        return Array(bytes[..<size])
    }

    /// Writes a PNG file, whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`, and `.data` when the image is too large for the format.
    public func write(to path: String) throws(MDLSTMError) {
        try writeFile(pngData(), to: path)
    }
}
