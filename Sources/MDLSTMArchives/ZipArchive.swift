import MDLSTM

/// The members of a zip archive that somebody wants, every size checked against the file before anything is allocated.
struct ZipArchive {
    /// The members chosen, in the order of the directory.
    let members: [ZipMember]

    private let stored: [ArraySlice<UInt8>]
    private let name: String

    /// Most bytes all members may have together: float32 for the 2^31 parameters a layer may have.
    static let largestContent = 1 << 33

    /// Throws `.data` when members share bytes or have sizes that the bytes of the file cannot be or become.
    init(
        _ bytes: [UInt8], name: String, choosing choose: ([ZipMember]) throws(MDLSTMError) -> [ZipMember]
    ) throws(MDLSTMError) {
        self.name = name
        var reader = ByteReader(bytes, name: name)
        members = try choose(try ZipDirectory(&reader).members)
        try Self.checkSizes(members, fileSize: bytes.count, name: name)
        var places: [(range: Range<Int>, stored: ArraySlice<UInt8>)] = []
        for member in members { places.append(try member.place(&reader)) }
        try Self.checkOverlap(places.map(\.range), name: name)
        stored = places.map(\.stored)
    }

    /// The first bytes of a member, at most `count`.
    func prefix(of index: Int, count: Int) -> [UInt8] { members[index].prefix(of: stored[index], count: count) }

    /// The bytes of a member, inflated and checked.
    ///
    /// - Parameter zeroIsNoChecksum: whether a checksum of zero says that none was computed
    func contents(of index: Int, zeroIsNoChecksum: Bool = false) throws(MDLSTMError) -> ArraySlice<UInt8> {
        try members[index].contents(of: stored[index], file: name, zeroIsNoChecksum: zeroIsNoChecksum)
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
                throw ZipDirectory.failure(name, "members of at most \(counted(fileSize, "byte"))", found: "\(stored)")
            }
            let most = member.isDeflated ? 1032 * member.compressedSize : member.compressedSize
            guard member.size <= most, member.isDeflated || member.size == member.compressedSize else {
                throw ZipDirectory.failure(
                    name, "'\(member.name)' of at most \(counted(most, "byte"))",
                    found: "\(member.size) in the directory")
            }
            content += member.size
            guard content <= largestContent else {
                throw ZipDirectory.failure(name, "at most \(largestContent) bytes of members", found: "\(content)")
            }
        }
        // Every member is there twice: as its bytes, and as a tensor.
        try requireMemory(for: content / 2 * 3, of: UInt8.self, "\(name): its members")
    }
}
