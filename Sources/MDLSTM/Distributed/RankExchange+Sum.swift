/// Sums over the shards of all ranks, in the tree of ``TreeSum``.
///
/// Each rank adds a slice of the lists over all shards, and all of them gather the slices: as many bytes as a ring. On several hosts
/// ranks of one host do so first, each with a slice of its own, which the ranks of the same place on other hosts then add
/// among each other: between hosts goes what one rank a host would send.
extension RankExchange {
    /// The sum of lists of one size, on every rank the same bits: as of a training with as many shards as ranks, or the next power
    /// of two.
    ///
    /// - Throws: ``ExchangeError`` when a rank does not answer or has a list of another size.
    public func sum<Element: Scalar>(_ values: [Element]) throws -> [Element] {
        var shards = 1
        while shards < size { shards *= 2 }
        var own = TreeSum<Element>()
        for (place, shard) in ShardPlan.shards(ofRank: rank, of: size, shards: shards).enumerated() {
            own.add(place == 0 ? values : Array(repeating: 0, count: values.count), of: shard..<(shard + 1))
        }
        return try sum(own, shards: shards, count: values.count)
    }

    /// The sum over the shards of all ranks, on every rank the same bits.
    ///
    /// - Parameters:
    ///   - own: the branches of this rank's shards
    ///   - shards: of all ranks together, a power of two
    ///   - count: numbers of a list
    /// - Throws: ``ExchangeError`` when a rank does not answer or has lists of other sizes.
    func sum<Element: Scalar>(_ own: TreeSum<Element>, shards: Int, count: Int) throws -> [Element] {
        guard size > 1 else { return own.branches[0].values }
        let levels = ExchangeLevels(rank: rank, hosts: hosts)
        var (sum, length) = (own, count)
        var slices: [[Range<Int>]] = []
        var spans = (0..<size).map { ShardPlan.shards(ofRank: $0, of: size, shards: shards) }
        for group in levels.groups {
            let parts = (0..<group.count).map { ($0 * length / group.count)..<(($0 + 1) * length / group.count) }
            sum = try reduce(sum, parts, over: group, spans: spans)
            length = parts[group.firstIndex(of: rank)!].count
            slices.append(parts)
            spans = levels.joined(spans)
        }
        var values = sum.branches[0].values
        for (group, parts) in zip(levels.groups, slices).reversed() {
            values = try gather(values, parts, over: group)
        }
        return values
    }

    /// Adds the part of this rank over the ranks of a group; they have the sums of the shards of `spans`, by rank.
    private func reduce<Element: Scalar>(
        _ own: TreeSum<Element>, _ parts: [Range<Int>], over group: [Int], spans: [Range<Int>]
    ) throws -> TreeSum<Element> {
        var pieces = [[UInt8]](repeating: [], count: size)
        var counts = Array(repeating: 0, count: size)
        let length = parts[group.firstIndex(of: rank)!].count
        for (other, part) in zip(group, parts) {
            pieces[other] = own.branches.flatMap { bytes(of: $0.values[part]) }
            counts[other] =
                TreeSum<Element>.branches(of: spans[other]).count * length * MemoryLayout<Element>.stride
        }
        let received = try transfer(pieces, receiving: counts)
        var sum = TreeSum<Element>()
        for other in group {
            let branches = TreeSum<Element>.branches(of: spans[other])
            let values: [Element] = try elements(of: received[other], count: branches.count * length, ofRank: other)
            for (number, branch) in branches.enumerated() {
                sum.add(Array(values[(number * length)..<((number + 1) * length)]), of: branch)
            }
        }
        return sum
    }

    /// The parts of the ranks of a group, one after the other.
    private func gather<Element: Scalar>(
        _ own: [Element], _ parts: [Range<Int>], over group: [Int]
    ) throws -> [Element] {
        var pieces = [[UInt8]](repeating: [], count: size)
        var counts = Array(repeating: 0, count: size)
        for (other, part) in zip(group, parts) {
            pieces[other] = bytes(of: own[...])
            counts[other] = part.count * MemoryLayout<Element>.stride
        }
        let received = try transfer(pieces, receiving: counts)
        return try zip(group, parts).flatMap { other, part in
            try elements(of: received[other], count: part.count, ofRank: other) as [Element]
        }
    }

    /// Numbers that another rank has sent.
    func elements<Element: Scalar>(of bytes: [UInt8], count: Int, ofRank other: Int) throws -> [Element] {
        guard bytes.count == count * MemoryLayout<Element>.stride else {
            throw unlike(bytes.count, ofRank: other, expected: count * MemoryLayout<Element>.stride)
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
