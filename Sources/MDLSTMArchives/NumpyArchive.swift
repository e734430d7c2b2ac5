package import MDLSTM

/// Named arrays in NumPy's .npz format, as `numpy.savez` and `numpy.savez_compressed` write it: a zip archive of .npy
/// files.
package struct NumpyArchive: Sendable {
    /// Names of the arrays, in the order of the archive.
    package private(set) var names: [String] = []

    private var arrays: [String: NumpyArray] = [:]
    private let name: String

    /// Most bytes all arrays may have together: float32 for the 2^31 parameters a layer may have, where there is memory
    /// for them twice.
    static let largestContent = min(1 << 33, physicalMemory / 2)

    /// Whether a file is a zip archive, by its first bytes.
    package static func isArchive(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    }

    /// Parses the bytes of a file; `name` is for messages.
    ///
    /// Members that are no arrays, such as macOS leaves, are passed over.
    ///
    /// Throws `.data` when they are not well-formed, and for archives that have members but no array.
    package init(parsing bytes: [UInt8], name: String) throws(MDLSTMError) {
        self.name = name
        var reader = ByteReader(bytes, name: name)
        let all = try ZipDirectory(&reader).members
        let members = all.filter(\.isArray)
        // No tensor of a safetensors file is called so.
        let wrong = members.isEmpty ? all.first : members.first { $0.name == "__metadata__.npy" }
        if let wrong {
            throw MDLSTMError(
                .data,
                "\(name): expected arrays, .npy members as numpy.savez writes, found '\(wrong.name)'; save the arrays "
                    + "again with numpy.savez")
        }
        try Self.checkSizes(members, fileSize: bytes.count, name: name)
        var places: [(range: Range<Int>, stored: ArraySlice<UInt8>)] = []
        for member in members { places.append(try member.place(&reader)) }
        try Self.checkOverlap(places.map(\.range), name: name)
        for (member, place) in zip(members, places) {
            let key = String(member.name.dropLast(4))
            guard arrays[key] == nil else {
                throw ZipDirectory.failure(name, "one member of each name", found: "'\(member.name)' twice")
            }
            arrays[key] = try Self.array(member, stored: place.stored, file: name)
            names.append(key)
        }
    }

    /// One array; inflated only where its header has the size that the directory has.
    private static func array(
        _ member: ZipMember, stored: ArraySlice<UInt8>, file: String
    ) throws(MDLSTMError) -> NumpyArray {
        let name = "\(file), '\(member.name)'"
        let size = try NumpyArray.fileSize(
            startingWith: member.prefix(of: stored, count: NumpyArray.longestHeader), name: name)
        guard size == member.size else {
            throw ZipDirectory.failure(
                file, "'\(member.name)' of \(size) bytes by its header", found: "\(member.size) in the directory")
        }
        return try NumpyArray(parsing: member.contents(of: stored, file: file), name: name)
    }

    /// The array called `name`, or nil when there is none.
    package subscript(name: String) -> NumpyArray? { arrays[name] }

    /// The arrays as tensors, in order, each in its own type.
    package var tensors: TensorFile {
        var file = TensorFile(name: name)
        for name in names { file.append(name, arrays[name]!.entry) }
        return file
    }

    /// Refuses members that share bytes, by which a small file could have many large ones.
    private static func checkOverlap(_ ranges: [Range<Int>], name: String) throws(MDLSTMError) {
        let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
        guard let (first, second) = zip(sorted, sorted.dropFirst()).first(where: { $0.upperBound > $1.lowerBound })
        else { return }
        throw ZipDirectory.failure(
            name, "a member to begin at byte \(first.upperBound) or later", found: "one at \(second.lowerBound)")
    }

    /// Refuses sizes that the bytes of the file cannot be or become, before anything is allocated.
    private static func checkSizes(
        _ members: [ZipMember], fileSize: Int, name: String
    ) throws(MDLSTMError) {
        var (stored, content) = (0, 0)
        for member in members {
            // Members do not share bytes, as is checked then; deflate makes at most 1032 bytes out of one.
            stored += member.compressedSize
            guard member.compressedSize <= fileSize, stored <= fileSize else {
                throw ZipDirectory.failure(name, "members of at most \(fileSize) bytes", found: "\(stored)")
            }
            let most = member.isDeflated ? 1032 * member.compressedSize : member.compressedSize
            guard member.size <= most, member.isDeflated || member.size == member.compressedSize else {
                throw ZipDirectory.failure(
                    name, "'\(member.name)' of at most \(most) bytes", found: "\(member.size) in the directory")
            }
            content += member.size
            guard content <= largestContent else {
                throw ZipDirectory.failure(name, "at most \(largestContent) bytes of arrays", found: "\(content)")
            }
        }
    }
}

extension ZipMember {
    /// Whether it is an array by its name: no file that an operating system puts beside one (`.DS_Store`, `._w.npy`).
    fileprivate var isArray: Bool {
        let file = name.split(separator: "/").last ?? ""
        return name.hasSuffix(".npy") && !file.hasPrefix("._") && !name.hasPrefix("__MACOSX/")
    }
}
