/// Work on a list of items, each of them done by one of the ranks.
extension RankExchange {
    /// Computes every item of a list on one of the ranks and tells all ranks what comes of it, in the order of the list.
    ///
    /// Ranks compute neighbouring items side by side, one each, and go on together: what follows the items does not depend on
    /// how many ranks there are, and none waits longer for another than one item takes.
    ///
    /// - Parameters:
    ///   - count: items
    ///   - compute: called with the number of each item of this rank; what is told of it
    ///   - take: called with every number, in order, and what was told of the item: JSON, so that a number that may be infinite
    ///     is told by its bits
    /// - Throws: what the closures throw; ``ExchangeError`` when a rank does not answer.
    public func share(
        _ count: Int, compute: (Int) throws -> JSONValue, take: (Int, JSONValue) throws -> Void
    ) throws {
        for first in stride(from: 0, to: count, by: size) {
            let own = first + rank
            let told = try gather(own < count ? Array(try compute(own).serialized().utf8) : [])
            for (number, text) in zip(first..<count, told) {
                try take(number, JSONValue(parsing: text, name: "what rank \(number - first) tells of item \(number)"))
            }
        }
    }

    /// A number that rank 0 has, the same bits on all ranks.
    public func first(_ number: Double) throws -> Double {
        let bytes = try broadcast(withUnsafeBytes(of: number) { [UInt8]($0) })
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
    }
}

extension JSONValue {
    /// All bits of a number, whether it is finite or not, as an integer.
    package init(bitsOf number: Double) { self = .integer(Int(bitPattern: UInt(number.bitPattern))) }

    /// The number of which these are the bits; nil where they are none.
    package var numberOfBits: Double? { intValue.map { Double(bitPattern: UInt64(UInt(bitPattern: $0))) } }
}

extension ExchangeError {
    /// Of ranks that tell each other of another kind of work.
    package static var unlikeWork: ExchangeError {
        ExchangeError(
            .unlike,
            "a rank tells of another kind of work than this one does; give all ranks the same command and version")
    }
}
