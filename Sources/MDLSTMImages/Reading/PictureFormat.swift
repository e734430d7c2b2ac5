/// Formats of pictures, known by their first bytes; the two that are read, and others to be named in messages.
public enum PictureFormat: String, Sendable, CaseIterable {
    case png = "a PNG"
    case jpeg = "a JPEG"
    case tiff = "a TIFF"
    case webP = "a WebP picture"
    case gif = "a GIF"
    case bmp = "a BMP"
    case pnm = "a PNM picture (PBM, PGM, PPM, PAM or PFM)"
    case heic = "a HEIC picture"
    case avif = "an AVIF picture"
    case jpeg2000 = "a JPEG 2000 picture"
    case jpegXL = "a JPEG XL picture"
    case photoshop = "a Photoshop file"
    case dicom = "a DICOM file"
    case openEXR = "an OpenEXR picture"
    case radiance = "a Radiance picture"
    case mng = "an MNG or JNG"
    case qoi = "a QOI picture"
    case fits = "a FITS file"
    case dds = "a DDS texture"
    case xcf = "a GIMP file"
    case pdf = "a PDF"
    case svg = "an SVG drawing"

    /// Bytes of a file that are looked at.
    static let longestStart = 4096

    /// The format of a file; nil for one that is not known here.
    public init?(_ bytes: [UInt8]) {
        guard let format = Self.allCases.first(where: { $0.isFormat(of: bytes) }) else { return nil }
        self = format
    }

    private func isFormat(of bytes: [UInt8]) -> Bool {
        func has(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        func has(_ start: [UInt8]) -> Bool { bytes.starts(with: start) }
        return switch self {
        case .png: has([0x89] + Array("PNG".utf8))
        case .jpeg: has([0xFF, 0xD8, 0xFF])
        case .tiff: ["II*\0", "MM\0*", "II+\0", "MM\0+"].contains { has($0) }
        case .webP: has("RIFF") && has("WEBP", at: 8)
        case .gif: has("GIF87a") || has("GIF89a")
        // With two fields that are always 0.
        case .bmp: has("BM") && has("\0\0\0\0", at: 6)
        case .pnm: Self.isPNM(bytes)
        case .heic: has("ftyp", at: 4) && ["heic", "heix", "hevc", "heim", "mif1", "msf1"].contains { has($0, at: 8) }
        case .avif: has("ftyp", at: 4) && ["avif", "avis"].contains { has($0, at: 8) }
        case .jpeg2000: has("\0\0\0\u{C}jP  ") || has([0xFF, 0x4F, 0xFF, 0x51])
        case .jpegXL: has("\0\0\0\u{C}JXL ") || has([0xFF, 0x0A])
        case .photoshop: has("8BPS")
        case .dicom: has("DICM", at: 128)
        case .openEXR: has([0x76, 0x2F, 0x31, 0x01])
        case .radiance: has("#?RADIANCE") || has("#?RGBE")
        case .mng: has([0x8A] + Array("MNG".utf8)) || has([0x8B] + Array("JNG".utf8))
        case .qoi: has("qoif")
        case .fits: has("SIMPLE  =")
        case .dds: has("DDS ")
        case .xcf: has("gimp xcf")
        case .pdf: has("%PDF-")
        case .svg: has("<svg") || has("<?xml") && Self.contains("<svg", in: bytes.prefix(Self.longestStart))
        }
    }

    /// P and a digit or f, then white space.
    private static func isPNM(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 3 && bytes[0] == UInt8(ascii: "P") && "1234567fF".utf8.contains(bytes[1])
            && " \n\r\t".utf8.contains(bytes[2])
    }

    private static func contains(_ text: String, in bytes: ArraySlice<UInt8>) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: text.utf8) }
    }
}
