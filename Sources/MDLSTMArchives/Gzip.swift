/// Files compressed by gzip (RFC 1952), of one member or several.
package enum Gzip {
    /// Whether a file is compressed so, by its first bytes.
    package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The first bytes of the content, at most `count`; fewer where it ends or is damaged.
    package static func prefix(of bytes: [UInt8], count: Int) -> [UInt8] {
        // The header may have the file's name and a comment.
        Inflate.prefix(of: bytes[...], count: count, format: .gzip, header: 1 << 16)
    }

    /// The content, or nil when the file is damaged, is not exactly so long, or is too small to hold so much.
    package static func contents(of bytes: [UInt8], count: Int) -> [UInt8]? {
        // Deflate makes at most 1032 bytes out of one; what claims more gets no memory.
        guard count / 1032 <= bytes.count else { return nil }
        return Inflate.bytes(of: bytes[...], count: count, format: .gzip)
    }
}
