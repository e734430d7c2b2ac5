import CPNGReader
import MDLSTM

extension ImageFile {
    /// Decodes a PNG file of any colour type and depth, interlaced or not.
    init(png bytes: [UInt8], name: String) throws(MDLSTMError) {
        let result = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(MDLSTMError) -> ImageFile in
                guard let file = mdlstm_png_open(bytes.baseAddress, bytes.count) else {
                    throw failure(name, found: "no memory for libpng")
                }
                defer { mdlstm_png_close(file) }
                return try Self(file, fileSize: bytes.count, name: name)
            }
        }
        self = try result.get()
    }

    private init(_ file: OpaquePointer, fileSize: Int, name: String) throws(MDLSTMError) {
        var header = mdlstm_png_header()
        guard mdlstm_png_read_header(file, &header) else { throw failure(name, file) }
        let (width, height) = (Int(header.width), Int(header.height))
        let (depth, channels) = (Int(header.bit_depth), Int(header.channels))
        try requireSize(width, height, name: name)
        // Deflate makes at most 1032 bytes out of one; what claims more gets no memory.
        guard width * height * channels * depth / 8 <= 1032 * fileSize else {
            throw failure(name, found: "\(width) x \(height) pixels in \(counted(fileSize, "byte"))")
        }
        let count = width * height * channels
        let samples: Samples =
            depth == 16
            ? .words(try readSamples(of: file, count: count, name: name))
            : .bytes(try readSamples(of: file, count: count, name: name))
        self.init(
            .png, width: width, height: height, bitDepth: depth, storedChannels: channels, samples: samples,
            palette: header.has_palette ? readPalette(of: file) : nil, transparency: readTransparency(of: file, header),
            name: name)
    }
}

/// Not filled before: of a file that is cut short, only the rows it has take memory.
private func readSamples<Sample: FixedWidthInteger>(
    of file: OpaquePointer, count: Int, name: String
) throws(MDLSTMError) -> [Sample] {
    try requireMemory(for: count, of: Sample.self, "\(name): the picture")
    var isWhole = false
    let samples = [Sample](unsafeUninitializedCapacity: count) { target, initialized in
        isWhole = mdlstm_png_read_samples(file, target.baseAddress)
        initialized = isWhole ? count : 0
    }
    guard isWhole else { throw failure(name, file) }
    return samples
}

private func readPalette(of file: OpaquePointer) -> [SIMD4<UInt8>] {
    var colours = [UInt8](repeating: 0, count: 1024)
    let count = Int(mdlstm_png_get_palette(file, &colours))
    return (0..<count).map { index in SIMD4(colours[(4 * index)..<(4 * index + 4)]) }
}

private func readTransparency(of file: OpaquePointer, _ header: mdlstm_png_header) -> ImageFile.Transparency {
    guard header.has_transparency else { return .none }
    if header.has_palette { return .palette }
    var colour: [UInt16] = [0, 0, 0]
    mdlstm_png_get_transparent(file, &colour)
    return .colour(Array(colour.prefix(Int(header.channels))))
}

private func failure(_ name: String, _ file: OpaquePointer) -> MDLSTMError {
    failure(name, found: String(cString: mdlstm_png_error(file)))
}

private func failure(_ name: String, found: String) -> MDLSTMError {
    MDLSTMError(.data, "\(name): expected a whole PNG file, found: \(found); get the file again")
}
