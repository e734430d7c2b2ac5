import Testing
import _TestSupport

@testable import MDLSTM

/// Sums over shards: one tree, whatever the number of ranks.
struct TreeSumTests {
    /// Numbers whose sum depends on the order in nearly every place.
    private static func lists(_ shards: Int) -> [[Float]] {
        (0..<shards).map { shard in
            Tensor<Float>.random([67], bound: 3, seed: UInt64(shard)).values.enumerated().map {
                $1 * ($0 % 3 == 0 ? 1000 : 0.001)
            }
        }
    }

    private static func tree(_ lists: ArraySlice<[Float]>) -> [Float] {
        if lists.count == 1 { return lists.first! }
        let middle = lists.startIndex + lists.count / 2
        return zip(tree(lists[..<middle]), tree(lists[middle...])).map(+)
    }

    @Test func branchesAreThoseOfTheTree() {
        #expect(TreeSum<Float>.branches(of: 0..<8) == [0..<8])
        #expect(TreeSum<Float>.branches(of: 1..<4) == [1..<2, 2..<4])
        #expect(TreeSum<Float>.branches(of: 3..<7) == [3..<4, 4..<6, 6..<7])
        #expect(TreeSum<Float>.branches(of: 5..<5) == [])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 8, 11]) func bitsDoNotDependOnRanks(_ ranks: Int) throws {
        for shards in [1, 2, 4, 8] {
            let expected = Self.tree(Self.lists(shards)[...])
            let sums = try onRanks(ranks) { exchange in
                var own = TreeSum<Float>()
                for shard in ShardPlan.shards(ofRank: exchange.rank, of: ranks, shards: shards) {
                    own.add(Self.lists(shards)[shard], of: shard..<(shard + 1))
                }
                return try exchange.sum(own, shards: shards, count: 67)
            }
            for sum in sums { #expect(sum == expected, "\(shards) shards") }
        }
        // Another order has other bits: the test above would notice.
        let inOrder = Self.lists(8).dropFirst().reduce(Self.lists(8)[0]) { zip($0, $1).map(+) }
        #expect(inOrder != Self.tree(Self.lists(8)[...]))
    }

    @Test func piecesReachTheirRanks() throws {
        let found = try onRanks(3) { exchange in
            let own = UInt8(exchange.rank)
            let exchanged = try exchange.exchange((0..<3).map { [own, UInt8($0)] })
            let gathered = try exchange.gather(Array(repeating: own, count: exchange.rank))
            try exchange.barrier()
            return [exchanged, gathered, [try exchange.broadcast([own + 7])]]
        }
        for (rank, own) in found.enumerated() {
            #expect(own[0] == (0..<3).map { [UInt8($0), UInt8(rank)] })
            #expect(own[1] == [[], [1], [2, 2]] && own[2] == [[7]])
        }
    }

    @Test func aRankThatEndsIsMissed() {
        let found = outcomes(ofRanks: 3, timeout: 0.5) { exchange in
            if exchange.rank == 1 { return }
            try exchange.barrier()
        }
        for rank in [0, 2] {
            #expect { try found[rank].get() } throws: { error in
                let error = error as? ExchangeError
                return error?.kind == .missing && error?.message.contains("rank \(rank) waits for rank 1") == true
            }
        }
    }

    @Test func listsOfOtherSizesAreRefused() {
        let found = outcomes(ofRanks: 2) { exchange in
            var own = TreeSum<Float>()
            let count = 4 + 2 * exchange.rank
            own.add(Array(repeating: 1, count: count), of: exchange.rank..<(exchange.rank + 1))
            _ = try exchange.sum(own, shards: 2, count: count)
        }
        for outcome in found {
            #expect { try outcome.get() } throws: { ($0 as? ExchangeError)?.kind == .unlike }
        }
    }
}
