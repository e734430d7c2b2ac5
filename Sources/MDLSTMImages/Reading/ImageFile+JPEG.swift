import CTurboJPEG
import MDLSTM

extension ImageFile {
    /// Decodes a JPEG file of grey or colours.
    ///
    /// What TurboJPEG warns of is refused: it then makes up pixels.
    init(jpeg bytes: [UInt8], name: String) throws(MDLSTMError) {
        guard let decoder = tjInitDecompress() else {
            throw failure(name, found: "no memory for TurboJPEG")
        }
        defer { tjDestroy(decoder) }
        var (width, height, subsampling, colourSpace): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
        let status = tjDecompressHeader3(
            decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colourSpace)
        // It fails for a form of subsampling without a name too, which is no hindrance to decoding.
        guard status == 0 || width > 0 && height > 0 && colourSpace >= 0 else { throw failure(name, decoder) }
        if colourSpace == Int32(TJCS_CMYK.rawValue) || colourSpace == Int32(TJCS_YCCK.rawValue) {
            throw Self.isCMYK(name: name)
        }
        try requireSize(Int(width), Int(height), name: name)
        let isGrey = colourSpace == Int32(TJCS_GRAY.rawValue)
        let channels = isGrey ? 1 : 3
        let count = Int(width) * Int(height) * channels
        // A progressive file takes two more bytes for each sample.
        try requireMemory(for: 3 * count, of: UInt8.self, "\(name): the picture")
        var isWhole = false
        // Not filled before: of a file that is cut short, only the rows it has take memory.
        let samples = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            let format = isGrey ? TJPF_GRAY : TJPF_RGB
            isWhole =
                tjDecompress2(
                    decoder, bytes, UInt(bytes.count), target.baseAddress, width, 0, height, Int32(format.rawValue),
                    TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0
            initialized = isWhole ? count : 0
        }
        guard isWhole else { throw failure(name, decoder) }
        self.init(
            .jpeg, width: Int(width), height: Int(height), bitDepth: 8, storedChannels: channels,
            samples: .bytes(samples),
            name: name)
    }

    static func isCMYK(name: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(name): expected a JPEG of grey or RGB, found CMYK; convert it: "
                + conversion(of: name, "-colorspace sRGB"))
    }
}

private func failure(_ name: String, _ decoder: tjhandle) -> MDLSTMError {
    failure(name, found: String(cString: tjGetErrorStr2(decoder)))
}

private func failure(_ name: String, found: String) -> MDLSTMError {
    MDLSTMError(
        .data, "\(name): expected a whole JPEG file, found: \(found); get the file again or \(conversion(of: name))")
}
