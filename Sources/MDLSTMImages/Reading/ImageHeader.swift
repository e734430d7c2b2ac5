public import MDLSTM

/// What stands before the samples of a picture, PNG or JPEG: its size and channels, told without decoding it.
public struct ImageHeader: Sendable, Equatable {
    public let width: Int
    public let height: Int

    /// Stored samples of a pixel, as in ``ImageFile/storedChannels``.
    public let storedChannels: Int

    /// Channels of the picture, as in ``ImageFile/channels``.
    public let channels: Int

    /// Whether the last channel is alpha.
    public var hasAlpha: Bool { channels % 2 == 0 }

    /// Reads the header of a file.
    ///
    /// Throws `.missingInput` when the file cannot be read and `.data` as ``init(decoding:name:)`` does.
    public init(contentsOf path: String) throws(MDLSTMError) {
        let file = try InputFile(path)
        guard file.isRegular else {
            try self.init(decoding: file.bytes(), name: path)
            return
        }
        try self.init(
            PictureBytes(name: path, count: file.count) { offset, most throws(MDLSTMError) in
                try file.bytes(at: offset, most: most)
            })
    }

    /// Reads the header of a file's bytes; `name` is for messages.
    ///
    /// Throws `.data` when they are neither a PNG nor a JPEG, cut short in the header, or of more than 2^26 pixels.
    public init(decoding bytes: [UInt8], name: String) throws(MDLSTMError) {
        try self.init(
            PictureBytes(name: name, count: bytes.count) { offset, most throws(MDLSTMError) in
                Array(bytes.dropFirst(offset).prefix(most))
            })
    }

    private init(_ bytes: PictureBytes) throws(MDLSTMError) {
        let start = try bytes(at: 0, most: PictureFormat.longestStart)
        switch PictureFormat(start) {
        case .png: try self.init(png: bytes)
        case .jpeg: try self.init(jpeg: bytes)
        case let other: throw ImageFile.isOfAnotherFormat(other, name: bytes.name)
        }
        guard width > 0, height > 0 else { throw bytes.failure("at least one pixel", found: "\(width) x \(height)") }
        try requireSize(width, height, name: bytes.name)
    }

    /// PNG (ISO/IEC 15948): IHDR is the first chunk; tRNS, if there is one, stands before the data.
    private init(png bytes: PictureBytes) throws(MDLSTMError) {
        let header = try bytes.read(16, at: 8)
        guard header[4...].starts(with: "IHDR".utf8) else { throw bytes.failure("IHDR first", found: "another chunk") }
        let stored = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4]
        let form = try bytes.read(2, at: 24)
        guard let channels = stored[Int(form[1])] else {
            throw bytes.failure("a colour type of PNG", found: "\(form[1])")
        }
        (width, height, storedChannels) = (bigEndian(header[8..<12]), bigEndian(header[12..<16]), channels)
        var place = 33
        var isTransparent = false
        for _ in 0..<Self.mostParts {
            let chunk = try bytes(at: place, most: 8)
            guard chunk.count == 8, !chunk[4...].elementsEqual("IDAT".utf8) else { break }
            isTransparent = isTransparent || chunk[4...].elementsEqual("tRNS".utf8)
            place += 12 + bigEndian(chunk[..<4])
        }
        let colours = form[1] == 3 ? 3 : channels
        self.channels = isTransparent && colours % 2 == 1 ? colours + 1 : colours
    }

    /// JPEG (ITU-T T.81, B.2): segments up to the frame header.
    private init(jpeg bytes: PictureBytes) throws(MDLSTMError) {
        var place = 2
        for _ in 0..<Self.mostParts {
            let segment = try bytes.read(4, at: place)
            // A marker may have any number of FF before it.
            if segment[0] == 0xFF, segment[1] == 0xFF {
                place += 1
                continue
            }
            guard segment[0] == 0xFF else { throw bytes.failure("a marker at byte \(place)", found: "other bytes") }
            // Those without a length, and the frame headers, which are not DHT, JPG or DAC.
            if segment[1] == 0x01 || (0xD0...0xD8).contains(segment[1]) {
                place += 2
                continue
            }
            if (0xC0...0xCF).contains(segment[1]), ![0xC4, 0xC8, 0xCC].contains(segment[1]) {
                let frame = try bytes.read(6, at: place + 4)
                (height, width) = (bigEndian(frame[1..<3]), bigEndian(frame[3..<5]))
                if frame[5] == 4 { throw ImageFile.isCMYK(name: bytes.name) }
                guard frame[5] == 1 || frame[5] == 3 else {
                    throw bytes.failure("grey or RGB", found: counted(Int(frame[5]), "channel"))
                }
                (storedChannels, channels) = (Int(frame[5]), Int(frame[5]))
                return
            }
            guard segment[1] != 0xD9, segment[1] != 0xDA else { break }
            place += 2 + max(2, bigEndian(segment[2..<4]))
        }
        throw bytes.failure("the size of the picture", found: "none")
    }

    /// Chunks or segments that are looked at.
    private static let mostParts = 10_000
}

/// The bytes of a picture, wherever they lie.
private struct PictureBytes {
    let name: String
    let count: Int
    let source: (_ offset: Int, _ most: Int) throws(MDLSTMError) -> [UInt8]

    /// At most so many bytes; fewer where the file ends.
    func callAsFunction(at offset: Int, most: Int) throws(MDLSTMError) -> [UInt8] {
        offset >= count ? [] : try source(offset, most)
    }

    func read(_ wanted: Int, at offset: Int) throws(MDLSTMError) -> [UInt8] {
        let bytes = try self(at: offset, most: wanted)
        guard bytes.count == wanted else { throw failure("\(counted(wanted, "byte")) at \(offset)", found: "the end") }
        return bytes
    }

    func failure(_ expected: String, found: String) -> MDLSTMError {
        MDLSTMError(.data, "\(name): expected \(expected), found \(found); get the file again")
    }
}

private func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
