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

    /// The same sums of some of the numbers alone.
    subscript(_ numbers: Range<Int>) -> TreeSum {
        var part = TreeSum()
        part.branches = branches.map { ($0.shards, Array($0.values[numbers])) }
        return part
    }
}
