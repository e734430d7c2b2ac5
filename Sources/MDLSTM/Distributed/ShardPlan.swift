/// How the samples of a batch are shared out among shards of like cost.
///
/// Samples are ordered by their sites, those of one size as they came, and the order is cut where the sum of sites comes
/// nearest to equal shares. No shard is empty unless there are fewer samples than shards. Both depend on the batch alone, so
/// that samples of one size stay in their places.
public struct ShardPlan: Sendable, Equatable {
    /// The samples' numbers in the batch, by size: their places in the whole ordered batch, by which noise is drawn.
    public let order: [Int]

    /// The places of each shard, one after the other.
    public let ranges: [Range<Int>]

    /// Most shards of a batch.
    public static var mostShards: Int { 1024 }

    /// Whether a batch may be cut into so many shards: a power of two from 1 to ``mostShards``.
    public static func allows(_ shards: Int) -> Bool {
        (1...mostShards).contains(shards) && shards & (shards - 1) == 0
    }

    /// - Throws: ``MDLSTMError`` of kind `option` unless the number of shards is a power of two from 1 to ``mostShards``.
    public static func validate(shards: Int) throws(MDLSTMError) {
        guard allows(shards) else {
            throw MDLSTMError(
                .option, "a batch is cut into a power of two of shards, from 1 to \(mostShards); found \(shards)")
        }
    }

    /// - Parameters:
    ///   - grid: of the whole batch
    ///   - shards: a power of two
    public init(_ grid: Grid, shards: Int) {
        let costs = grid.samples.map { max(1, $0.reduce(1, *)) }
        order = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
        var sums = [0]
        for sample in order { sums.append(sums.last! + costs[sample]) }
        var (ranges, begin): ([Range<Int>], Int) = ([], 0)
        for shard in 1...shards {
            let end = Self.end(of: shard, from: begin, sums, shards: shards)
            ranges.append(begin..<end)
            begin = end
        }
        self.ranges = ranges
    }

    /// Where shard number `shard`, from 1, ends: the place whose sum is nearest to its share, the first of equals.
    private static func end(of shard: Int, from begin: Int, _ sums: [Int], shards: Int) -> Int {
        let count = sums.count - 1
        guard shard < shards else { return count }
        let isFull = count >= shards
        let most = isFull ? count - (shards - shard) : count
        let share = sums[count] * shard
        return ((isFull ? begin + 1 : begin)...most).min {
            abs(sums[$0] * shards - share) < abs(sums[$1] * shards - share)
        }!
    }

    /// The samples of a shard, by their numbers in the batch.
    public func samples(of shard: Int) -> [Int] { Array(order[ranges[shard]]) }

    /// The grid of a shard, whose storage is that of the whole batch; nil of an empty one.
    func grid(of shard: Int, in whole: Grid) throws(MDLSTMError) -> Grid? {
        guard !ranges[shard].isEmpty else { return nil }
        return try Grid(extents: whole.extents, samples: samples(of: shard).map { whole.samples[$0] })
    }

    /// The shards that a rank computes, neighbours of each other.
    public static func shards(ofRank rank: Int, of size: Int, shards: Int) -> Range<Int> {
        (rank * shards / size)..<((rank + 1) * shards / size)
    }
}

extension TrainingBatch {
    /// A batch of some of the samples, in the same storage, with the probes that lie in them.
    ///
    /// - Parameters:
    ///   - numbers: of samples of this batch, none twice
    ///   - place: of the first in the whole ordered batch
    ///   - outputs: elements of a sample of the output, which probes count in
    func selecting(_ numbers: [Int], at place: Int, outputs: Int) -> TrainingBatch {
        let places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
        var part = selecting(numbers, at: place)
        part.probes = probes.compactMap { probe in places[probe / outputs].map { $0 * outputs + probe % outputs } }
        return part
    }
}
