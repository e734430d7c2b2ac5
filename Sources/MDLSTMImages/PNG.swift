import CPNG
public import MDLSTM

/// Most pixels of an image that is read: 200 MB in colour.
private let mostPixels: UInt64 = 1 << 26

extension Image {
    /// Reads a PNG file.
    ///
    /// Throws `.missingInput` when it cannot be read and `.data` when it is no whole PNG file.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(decoding: readFile(path), name: path)
    }

    /// Decodes the bytes of a PNG file; `name` is for messages.
    ///
    /// Transparent pixels are composed onto white, 16-bit samples become 8-bit ones, a palette becomes colours.
    /// Throws `.data` when the file is damaged, cut short, or larger than 2^26 pixels.
    public init(decoding bytes: [UInt8], name: String) throws(MDLSTMError) {
        // libpng stops at the last pixel, and takes some damage for a warning only.
        try checkChunks(bytes, name: name)
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(MDLSTMError) -> Image in try Self.decode(buffer, name: name) }
        }
        self = try result.get()
    }

    /// Decodes with libpng's simplified interface, which returns errors and never jumps across this code.
    private static func decode(_ buffer: UnsafeRawBufferPointer, name: String) throws(MDLSTMError) -> Image {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, buffer.baseAddress, buffer.count) != 0 else {
            throw failure(name, found: message(image))
        }
        guard UInt64(image.width) * UInt64(image.height) <= mostPixels else {
            throw MDLSTMError(
                .data,
                "\(name): expected at most \(mostPixels) pixels, found \(image.width) x \(image.height); "
                    + "make the image smaller")
        }
        // Deflate makes at most 1032 bytes out of one; what claims more gets no memory.
        let (bits, most) = (bitsPerPixel(buffer), 1032 * UInt64(buffer.count))
        guard UInt64(image.width) * UInt64(image.height) * bits / 8 <= most else {
            throw failure(name, found: "\(image.width) x \(image.height) pixels in \(buffer.count) bytes")
        }
        let isColour = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
        image.format = isColour ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
        // Samples of 16 bits are taken for linear light otherwise.
        image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let channels = isColour ? 3 : 1
        let (width, height) = (Int(image.width), Int(image.height))
        var white = png_color(red: 255, green: 255, blue: 255)
        // Not filled before: of a file that is cut short, only the rows it has take memory.
        var isWhole = false
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { target, count in
            isWhole = png_image_finish_read(&image, &white, target.baseAddress, 0, nil) != 0
            count = isWhole ? width * height * channels : 0
        }
        guard isWhole else { throw failure(name, found: message(image)) }
        return Image(width: width, height: height, channels: channels, pixels: pixels)
    }

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
            let found = Self.message(image)
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

    private static func message(_ image: png_image) -> String {
        withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

private func failure(_ name: String, found: String) -> MDLSTMError {
    MDLSTMError(.data, "\(name): expected a whole PNG file, found: \(found); get the file again")
}

/// Bits of a pixel in the file, of which libpng has read the first chunk: it is IHDR.
private func bitsPerPixel(_ file: UnsafeRawBufferPointer) -> UInt64 {
    let (depth, colourType) = (file[24], file[25])
    let samples: UInt64 =
        switch colourType {
        case 2: 3
        case 4: 2
        case 6: 4
        default: 1
        }
    return samples * UInt64(depth)
}

/// Throws `.data` unless the file is a row of chunks with correct checksums, the last one IEND.
private func checkChunks(_ bytes: [UInt8], name: String) throws(MDLSTMError) {
    var reader = ByteReader(bytes, name: name)
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.starts(with: signature) else { throw failure(name, found: "other bytes at the start") }
    _ = try reader.read(signature.count, "signature")
    while true {
        let length = try reader.bigEndianInteger(UInt32.self, "chunk length")
        let chunk = try reader.read(Int(length) + 4, "a chunk")
        let type = String(decoding: chunk.prefix(4), as: UTF8.self)
        guard try reader.bigEndianInteger(UInt32.self, "checksum") == checksum(chunk) else {
            throw failure(name, found: "a wrong checksum in a chunk before byte \(reader.position)")
        }
        if type == "IEND" { return }
    }
}

/// The CRC-32 of the PNG specification, Annex D.
private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : 0xEDB8_8320 ^ crc >> 1 }
}
