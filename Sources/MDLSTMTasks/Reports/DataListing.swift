public import MDLSTM

/// What a training was done with, data.json: the names of the samples in each split, and a fingerprint.
public struct DataListing: Sendable, Equatable {
    public let splits: [(name: String, samples: [String])]

    /// 16 hexadecimal digits; of samples FNV-1a of 64 bits over the name of each split, then the name and the extents of each of its
    /// samples. A name goes in as its length in bytes and its UTF-8 bytes, extents as their number and themselves; lengths
    /// and numbers as 8 bytes, the least first. It tells other samples, another order and other sizes, not other values.
    public let fingerprint: String

    /// - Parameter splits: in an order that a later run has too
    /// - Throws: the errors of `DataSet.extents(of:)`.
    public init<Element: Scalar>(_ splits: [(name: String, data: any DataSet<Element>)]) throws {
        var hash = FNV()
        self.splits = try splits.map { split in
            hash.add(split.name)
            hash.add(split.data.count)
            return try (
                split.name,
                (0..<split.data.count).map { index in
                    let (name, extents) = (split.data.name(of: index), try split.data.extents(of: index))
                    hash.add(name)
                    hash.add(extents.count)
                    for extent in extents { hash.add(extent) }
                    return name
                }
            )
        }
        let digits = String(hash.value, radix: 16)
        fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// - Parameters:
    ///   - splits: names of what each is made of
    ///   - fingerprint: 16 hexadecimal digits that tell these data from others
    public init(_ splits: [(name: String, samples: [String])], fingerprint: String) {
        (self.splits, self.fingerprint) = (splits, fingerprint)
    }

    /// The fingerprint, then a list of names for each split.
    public var json: JSONValue {
        var members: JSONObject = ["fingerprint": .string(fingerprint)]
        for split in splits { members[split.name] = .array(split.samples.map { .string($0) }) }
        return .object(members)
    }

    /// Writes the file, whole or not at all.
    public func write(to path: String) throws(MDLSTMError) {
        try writeFile(Array(json.serialized(indented: true).utf8), to: path)
    }

    public static func == (one: DataListing, other: DataListing) -> Bool {
        one.fingerprint == other.fingerprint && one.splits.elementsEqual(other.splits, by: ==)
    }
}

/// http://www.isthe.com/chongo/tech/comp/fnv/
private struct FNV {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ number: Int) {
        for byte in 0..<8 { add(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        for byte in text.utf8 { add(byte) }
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
