/// How many samples a batch has.
public enum BatchSize: Hashable, Sendable {
    /// So many samples.
    case samples(Int)
    /// As many samples as there is room for in so many sites of storage; at least one.
    case sites(Int)
}

/// The batches of one epoch: every sample once, in an order that depends on seed and epoch alone.
///
/// Samples of like size are put together: the shuffled samples are taken in pools of ``poolSize`` batches, each sorted by
/// the number of sites and cut into batches, which are then shuffled.
public struct BatchPlan: Sendable, Equatable {
    /// Numbers of the samples of each batch.
    public let batches: [[Int]]

    /// Batches that are sorted together.
    public static var poolSize: Int { 16 }

    /// - Parameters:
    ///   - extents: of every sample, `[count][N]`
    ///   - size: of a batch; the last may have fewer samples
    ///   - seed: of the training
    ///   - epoch: from 1
    ///   - isSorted: whether all samples are sorted together and the batches stay in that order, those of small samples first
    public init(extents: [[Int]], size: BatchSize, seed: UInt64, epoch: Int, isSorted: Bool = false) {
        let order = Self.permutation(of: extents.count, seed: seed, epoch: epoch, draw: 0)
        let isEqual = extents.allSatisfy { $0 == extents[0] }
        var batches: [[Int]] = []
        switch size {
        case .samples(let count):
            let pool = isEqual || isSorted ? max(1, order.count) : Self.poolSize * count
            for range in (0..<order.count).pieces(ofAtMost: pool) {
                let samples = Self.bySize(Array(order[range]), extents)
                batches += samples.indices.pieces(ofAtMost: count).map { Array(samples[$0]) }
            }
        case .sites(let sites):
            for pool in isSorted ? [order] : Self.pools(order, extents, sites: Self.poolSize * sites) {
                batches += Self.filled(Self.bySize(pool, extents), extents, sites: sites)
            }
        }
        guard !isSorted else {
            self.batches = batches
            return
        }
        // A smaller last batch stays the last, whatever the order of the others.
        let last = batches.count - 1
        let isShort = last > 0 && batches[last].count < batches[0].count
        let shuffled = Self.permutation(of: isShort ? last : last + 1, seed: seed, epoch: epoch, draw: 1)
        self.batches = shuffled.map { batches[$0] } + (isShort ? [batches[last]] : [])
    }

    /// Numbers 0..<count in an order that depends on seed, epoch and draw (Fisher and Yates).
    static func permutation(of count: Int, seed: UInt64, epoch: Int, draw: UInt32) -> [Int] {
        var order = Array(0..<max(0, count))
        let stream = RandomStream(
            seed: seed, tensor: draw, step: UInt32(truncatingIfNeeded: epoch), stream: RandomStreams.order)
        for index in order.indices.reversed().dropLast() {
            order.swapAt(index, stream.index(below: index + 1, element: index))
        }
        return order
    }

    private static func bySize(_ samples: [Int], _ extents: [[Int]]) -> [Int] {
        // Those of one size stay in the order drawn.
        samples.enumerated().sorted {
            let (a, b) = (extents[$0.element].reduce(1, *), extents[$1.element].reduce(1, *))
            return (a, $0.offset) < (b, $1.offset)
        }.map(\.element)
    }

    /// The samples in order, cut where their sites reach `sites`.
    private static func pools(_ order: [Int], _ extents: [[Int]], sites: Int) -> [[Int]] {
        var pools: [[Int]] = []
        var sum = 0
        for index in order {
            if pools.isEmpty || sum >= sites {
                pools.append([])
                sum = 0
            }
            pools[pools.count - 1].append(index)
            sum += extents[index].reduce(1, *)
        }
        return pools
    }

    /// Batches whose storage, the samples times the largest extents, is at most `sites`.
    private static func filled(_ samples: [Int], _ extents: [[Int]], sites: Int) -> [[Int]] {
        var batches: [[Int]] = []
        var largest: [Int] = []
        for index in samples {
            let joined = batches.isEmpty ? extents[index] : zip(largest, extents[index]).map { max($0, $1) }
            if let last = batches.last, (last.count + 1) * joined.reduce(1, *) <= sites {
                batches[batches.count - 1].append(index)
                largest = joined
            } else {
                batches.append([index])
                largest = extents[index]
            }
        }
        return batches
    }
}
