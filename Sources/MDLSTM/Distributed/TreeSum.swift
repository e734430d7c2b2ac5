/// Sums of lists, one of each shard, in a fixed binary tree: ((0 + 1) + (2 + 3)) + ..
///
/// What a rank has of its shards are the sums of the tree's largest branches among them; adding those of all ranks, in order,
/// goes on with the same tree. So the bits do not depend on how many ranks there are.
struct TreeSum<Element: Scalar> {
    /// The branches that are not yet joined, in order.
    private(set) var branches: [(shards: Range<Int>, values: [Element])] = []

    /// Adds the sum of a branch, that of the shards after those before it; joins whatever is complete.
    mutating func add(_ values: [Element], of shards: Range<Int>) {
        branches.append((shards, values))
        while branches.count > 1 {
            let (a, b) = (branches[branches.count - 2].shards, branches[branches.count - 1].shards)
            guard a.count == b.count, a.upperBound == b.lowerBound, a.lowerBound % (2 * a.count) == 0 else { return }
            let right = branches.removeLast().values
            let last = branches.count - 1
            branches[last].shards = a.lowerBound..<b.upperBound
            Self.add(right, to: &branches[last].values)
        }
    }

    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    private static func add(_ right: [Element], to left: inout [Element]) {
        precondition(left.count == right.count, "the branches of a sum have \(left.count) and \(right.count) numbers")
        left.withUnsafeMutableBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                for index in left.indices { left[index] += right[index] }
            }
        }
    }

    /// The branches that the shards of a rank come to.
    static func branches(of shards: Range<Int>) -> [Range<Int>] {
        var sum = TreeSum()
        for shard in shards { sum.add([], of: shard..<(shard + 1)) }
        return sum.branches.map(\.shards)
    }
}

extension RankExchange {
    /// The sum over the shards of all ranks, on every rank the same bits.
    ///
    /// Each rank adds a slice of the lists over all shards, and all of them gather the slices: as many bytes as a ring.
    ///
    /// - Parameters:
    ///   - own: the branches of this rank's shards
    ///   - shards: of all ranks together, a power of two
    ///   - count: numbers of a list
    /// - Throws: ``ExchangeError`` when a rank does not answer or has lists of other sizes.
    func sum<Element: Scalar>(_ own: TreeSum<Element>, shards: Int, count: Int) throws -> [Element] {
        guard size > 1 else { return own.branches[0].values }
        let slices = (0..<size).map { ($0 * count / size)..<(($0 + 1) * count / size) }
        let received = try exchange(slices.map { slice in own.branches.flatMap { bytes(of: $0.values[slice]) } })
        let length = slices[rank].count
        var sum = TreeSum<Element>()
        for (other, bytes) in received.enumerated() {
            let branches = TreeSum<Element>.branches(of: ShardPlan.shards(ofRank: other, of: size, shards: shards))
            let values: [Element] = try elements(of: bytes, count: branches.count * length, ofRank: other)
            for (number, branch) in branches.enumerated() {
                sum.add(Array(values[(number * length)..<((number + 1) * length)]), of: branch)
            }
        }
        let gathered = try gather(bytes(of: sum.branches[0].values[...]))
        return try zip(gathered, slices).enumerated().flatMap { other, part in
            try elements(of: part.0, count: part.1.count, ofRank: other) as [Element]
        }
    }

    /// Numbers that another rank has sent.
    func elements<Element: Scalar>(of bytes: [UInt8], count: Int, ofRank other: Int) throws -> [Element] {
        guard bytes.count == count * MemoryLayout<Element>.stride else {
            throw ExchangeError(
                .unlike,
                "rank \(rank) expected \(count * MemoryLayout<Element>.stride) bytes of rank \(other), found \(bytes.count); "
                    + "start all ranks with the same command, data and version")
        }
        return bytes.withUnsafeBytes { source in
            [Element](unsafeUninitializedCapacity: count) { target, initialized in
                UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
                initialized = count
            }
        }
    }

    func bytes<Element: Scalar>(of values: ArraySlice<Element>) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }
}
