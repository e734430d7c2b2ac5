public import MDLSTM

/// A picture as its file stores it, PNG or JPEG.
///
/// No gamma, no colour profile and no background are applied, and nothing is turned: Pillow and torchvision read the same
/// numbers, and OpenCV with IMREAD_UNCHANGED, its channels in the order B, G, R.
public struct ImageFile: Sendable {
    /// Samples by row, column and channel.
    public enum Samples: Sendable, Equatable {
        /// Of 1, 2, 4 or 8 bits, each in a byte of its own.
        case bytes([UInt8])
        /// Of 16 bits.
        case words([UInt16])
    }

    /// What makes pixels of a picture without a channel for it transparent: PNG's tRNS chunk.
    enum Transparency: Sendable {
        case none
        /// The stored samples of the colour that is transparent.
        case colour([UInt16])
        /// The colours of the palette have an alpha.
        case palette
    }

    /// ``PictureFormat/png`` or ``PictureFormat/jpeg``.
    public let format: PictureFormat
    public let width: Int
    public let height: Int

    /// Bits of a stored sample: 1, 2, 4, 8 or 16.
    public let bitDepth: Int

    /// Stored samples of a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA; with a palette 1, the number of a colour.
    public let storedChannels: Int

    /// The samples as stored, not scaled: height x width x ``storedChannels`` of them.
    public let samples: Samples

    /// Red, green, blue and alpha of each colour that the samples number; nil for a picture without a palette.
    public let palette: [SIMD4<UInt8>]?

    let transparency: Transparency

    /// For messages.
    let name: String

    /// Reads a picture.
    ///
    /// Throws `.missingInput` when the file cannot be read and `.data` as ``init(decoding:name:)`` does.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(decoding: readFile(path), name: path)
    }

    /// Decodes the bytes of a picture; `name` is for messages.
    ///
    /// Throws `.data` when it is of another format, of CMYK colours, damaged, cut short, or larger than 2^26 pixels.
    public init(decoding bytes: [UInt8], name: String) throws(MDLSTMError) {
        let format = PictureFormat(bytes)
        switch format {
        case .png: try self.init(png: bytes, name: name)
        case .jpeg: try self.init(jpeg: bytes, name: name)
        default: throw Self.isOfAnotherFormat(format, name: name)
        }
    }

    static func isOfAnotherFormat(_ format: PictureFormat?, name: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(name): expected a PNG or a JPEG, found "
                + (format.map { "\($0.rawValue); make one: \(conversion(of: name))" }
                    ?? "other bytes at the start; give a PNG or a JPEG"))
    }

    init(
        _ format: PictureFormat, width: Int, height: Int, bitDepth: Int, storedChannels: Int, samples: Samples,
        palette: [SIMD4<UInt8>]? = nil,
        transparency: Transparency = .none, name: String
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.bitDepth = bitDepth
        self.storedChannels = storedChannels
        self.samples = samples
        self.palette = palette
        self.transparency = transparency
        self.name = name
    }
}

/// The line for a shell that makes a PNG of another picture, by ImageMagick.
func conversion(of path: String, _ options: String = "") -> String {
    let file = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let base = file.lastIndex(of: ".").map { $0 > file.startIndex ? String(path[..<$0]) : path } ?? path
    func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "/._-+".unicodeScalars.contains($0)
        }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
    return "convert \(quoted(path)) \(options.isEmpty ? "" : options + " ")\(quoted(base + ".png"))"
}

/// Refuses pictures of more than 2^26 pixels, before memory is asked for.
func requireSize(_ width: Int, _ height: Int, name: String) throws(MDLSTMError) {
    let most = 1 << 26
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= most else {
        throw MDLSTMError(
            .data,
            "\(name): expected at most \(most) pixels, found \(width) x \(height); make the picture smaller")
    }
}
