import CZlib

/// Deflated data (RFC 1951) and CRC-32, by zlib.
enum Inflate {
    /// What stands around the data; the raw value is zlib's number for the window and it.
    enum Format: Int32 {
        case raw = -15
        /// A header and a checksum; may come several times.
        case gzip = 31
    }

    /// The bytes that `data` inflates to, or nil when it is damaged, or they are not exactly `count`.
    static func bytes(of data: ArraySlice<UInt8>, count: Int, format: Format = .raw) -> [UInt8]? {
        var stream = z_stream()
        guard start(&stream, format) else { return nil }
        defer { inflateEnd(&stream) }
        var isWhole = false
        // One byte more, so that there is room to see data that goes on.
        let bytes = [UInt8](unsafeUninitializedCapacity: count + 1) { target, written in
            isWhole = data.withUnsafeBufferPointer { inflateAll(&stream, from: $0, to: target, format) } == count
            written = isWhole ? count : 0
        }
        return isWhole ? bytes : nil
    }

    /// The first bytes that `data` inflates to, at most `count`; fewer where it ends or is damaged.
    static func prefix(
        of data: ArraySlice<UInt8>, count: Int, format: Format = .raw, header: Int = 0
    ) -> [UInt8] {
        var stream = z_stream()
        guard start(&stream, format) else { return [] }
        defer { inflateEnd(&stream) }
        // No more is needed for so few bytes.
        var source = Array(data.prefix(header + 2 * count + 1024))
        return [UInt8](unsafeUninitializedCapacity: count) { target, written in
            source.withUnsafeMutableBufferPointer {
                stream.next_in = $0.baseAddress
                stream.avail_in = UInt32($0.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(count)
                _ = inflate(&stream, Z_SYNC_FLUSH)
            }
            written = count - Int(stream.avail_out)
        }
    }

    /// The stream must stay where it is: zlib knows it by its address.
    private static func start(_ stream: inout z_stream, _ format: Format) -> Bool {
        inflateInit2_(&stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    /// Bytes written once the data and the input end together; nil when they do not, or the room is too small.
    private static func inflateAll(
        _ stream: inout z_stream, from source: UnsafeBufferPointer<UInt8>, to target: UnsafeMutableBufferPointer<UInt8>,
        _ format: Format
    ) -> Int? {
        guard let first = source.baseAddress, let room = target.baseAddress else { return nil }
        var (read, written) = (0, 0)
        while true {
            // zlib counts in 32 bits, so that large data goes by parts.
            let (input, output) = (min(source.count - read, 1 << 30), min(target.count - written, 1 << 30))
            // zlib does not write to its input: the pointer is mutable by an old declaration.
            stream.next_in = UnsafeMutablePointer(mutating: first + read)
            stream.avail_in = UInt32(input)
            stream.next_out = room + written
            stream.avail_out = UInt32(output)
            let status = inflate(&stream, Z_NO_FLUSH)
            read += input - Int(stream.avail_in)
            written += output - Int(stream.avail_out)
            if status == Z_STREAM_END {
                if read == source.count { return written }
                // Another member follows.
                guard format == .gzip, inflateReset(&stream) == Z_OK else { return nil }
                continue
            }
            // Z_BUF_ERROR is want of input or room.
            guard status == Z_OK else { return nil }
        }
    }

    /// CRC-32 of bytes, as zip has it.
    static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
    }
}
