package import MDLSTM
import MDLSTMArchives

/// A file of MNIST's IDX format: pictures `[count][rows][columns]` or labels `[count]`, a byte each; compressed by gzip or
/// not.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": a number for type and axes, the
/// extents, big-endian, then the data.
package struct IDXFile: Sendable {
    package enum Content: UInt32, Sendable {
        case images = 0x803
        case labels = 0x801

        var axes: Int { Int(rawValue & 0xFF) }
    }

    package let content: Content

    /// The count, and of images rows and columns.
    package let shape: [Int]
    let name: String
    private let storage: Storage

    private enum Storage: Sendable {
        case file(InputFile)
        case memory([UInt8])
    }

    private var headerSize: Int { 4 + 4 * shape.count }

    /// Opens a file; a compressed one is inflated and kept.
    ///
    /// - Throws: `MDLSTMError` where it cannot be read or is not as long as its header says.
    package init(contentsOf path: String, _ content: Content) throws(MDLSTMError) {
        let file = try InputFile(path)
        let start = try file.bytes(most: 16)
        if !file.isRegular || Gzip.isCompressed(start) {
            try self.init(parsing: file.bytes(), name: path, content)
            return
        }
        let shape = try Self.shape(start, content, name: path)
        try Self.requireSize(file.count, shape, name: path)
        self.init(content, shape, name: path, .file(file))
    }

    /// Parses the bytes of a file; `name` is for messages.
    ///
    /// - Throws: `MDLSTMError` of kind `data` as ``init(contentsOf:_:)``.
    package init(parsing bytes: [UInt8], name: String, _ content: Content) throws(MDLSTMError) {
        guard Gzip.isCompressed(bytes) else {
            let shape = try Self.shape(bytes, content, name: name)
            try Self.requireSize(bytes.count, shape, name: name)
            self.init(content, shape, name: name, .memory(bytes))
            return
        }
        let shape = try Self.shape(Gzip.prefix(of: bytes, count: 16), content, name: name)
        let count = try Self.size(shape, name: name)
        guard let inflated = Gzip.contents(of: bytes, count: count) else {
            throw MDLSTMError(
                .data,
                "\(name): expected gzip data of \(counted(count, "byte")), \(shape) and the header, found other data; the file is cut short or "
                    + "damaged, get it again")
        }
        self.init(content, shape, name: name, .memory(inflated))
    }

    private init(_ content: Content, _ shape: [Int], name: String, _ storage: Storage) {
        (self.content, self.shape, self.name, self.storage) = (content, shape, name, storage)
    }

    /// The bytes of some entries.
    package func bytes(_ entries: Range<Int>) throws(MDLSTMError) -> [UInt8] {
        let size = shape.dropFirst().reduce(1, *)
        let (first, count) = (headerSize + entries.lowerBound * size, entries.count * size)
        switch storage {
        case .file(let file):
            let bytes = try file.bytes(at: first, most: count)
            guard bytes.count == count else {
                throw MDLSTMError(
                    .data,
                    "\(name): expected \(counted(count, "byte")) at \(first), found the end; the file has changed, begin again"
                )
            }
            return bytes
        case .memory(let bytes): return Array(bytes[first..<(first + count)])
        }
    }

    private static func shape(_ start: [UInt8], _ content: Content, name: String) throws(MDLSTMError) -> [Int] {
        var reader = ByteReader(start, name: name)
        let magic = try reader.bigEndianInteger(UInt32.self, "the header")
        guard magic == content.rawValue else {
            throw MDLSTMError(
                .data,
                "\(name): expected \(content == .images ? "images" : "labels"), an IDX file that begins with "
                    + "\(hexadecimal(content.rawValue)), found \(hexadecimal(magic)); is it the other file of the two?")
        }
        var shape: [Int] = []
        for _ in 0..<content.axes { shape.append(Int(try reader.bigEndianInteger(UInt32.self, "the header"))) }
        return shape
    }

    /// Bytes of the whole file.
    private static func size(_ shape: [Int], name: String) throws(MDLSTMError) -> Int {
        var size = 1
        // Products of some extents are taken too: none of them may overflow because another is 0.
        for extent in shape where extent > 0 {
            let (next, overflow) = size.multipliedReportingOverflow(by: extent)
            guard !overflow, next < 1 << 48 else {
                throw MDLSTMError(.data, "\(name): expected data that fit a file, found \(shape); get it again")
            }
            size = next
        }
        return (shape.contains(0) ? 0 : size) + 4 + 4 * shape.count
    }

    private static func requireSize(_ found: Int, _ shape: [Int], name: String) throws(MDLSTMError) {
        let expected = try size(shape, name: name)
        guard found == expected else {
            throw MDLSTMError(
                .data,
                "\(name): expected \(counted(expected, "byte")), \(shape) and the header, found \(found); the file is "
                    + "\(found < expected ? "cut short" : "too long"), get it again")
        }
    }
}

private func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
