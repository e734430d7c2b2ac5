import Testing

@testable import MDLSTM

/// How a batch is shared out: every sample once, by size, at like cost.
struct ShardPlanTests {
    private func grid(_ samples: [[Int]]) throws -> Grid { try Grid(extents: [11, 7], samples: samples) }

    private func plan(lengths: [Int], shards: Int) throws -> ShardPlan {
        ShardPlan(try Grid(extents: [101], samples: lengths.map { [$0] }), shards: shards)
    }

    @Test func samplesAreOrderedBySites() throws {
        // 77, 6, 33, 6 and 0 sites.
        let plan = ShardPlan(try grid([[11, 7], [2, 3], [11, 3], [6, 1], [0, 5]]), shards: 2)
        #expect(plan.order == [4, 1, 3, 2, 0])
        #expect(plan.ranges == [0..<4, 4..<5])
        #expect(plan.samples(of: 0) == [4, 1, 3, 2])
    }

    @Test func sharesAreAsEqualAsTheOrderAllows() throws {
        #expect(try plan(lengths: [1, 1, 1, 1, 2, 2, 4, 4], shards: 4).ranges == [0..<4, 4..<6, 6..<7, 7..<8])
        // The large one alone is more than its share; no other shard is empty for it.
        #expect(try plan(lengths: [1, 100, 1, 1], shards: 4).ranges == [0..<1, 1..<2, 2..<3, 3..<4])
        #expect(try plan(lengths: [5, 5, 5, 5, 5, 5, 5], shards: 4).order == Array(0..<7))
    }

    @Test func shardsWithoutSamplesAreEmpty() throws {
        let plan = try plan(lengths: [3, 2], shards: 4)
        #expect(plan.ranges.filter { !$0.isEmpty } == [0..<1, 1..<2] && plan.ranges.count == 4)
    }

    @Test(arguments: [1, 2, 4, 8, 16]) func everySampleOnce(_ shards: Int) throws {
        for count in 1...23 {
            let plan = try plan(lengths: (0..<count).map { 1 + $0 * 37 % 101 }, shards: shards)
            #expect(plan.order.sorted() == Array(0..<count))
            #expect(plan.ranges.flatMap { $0 } == Array(0..<count))
            #expect(count < shards || plan.ranges.allSatisfy { !$0.isEmpty })
            for ranks in 1...9 {
                let parts = (0..<ranks).map { ShardPlan.shards(ofRank: $0, of: ranks, shards: shards) }
                #expect(parts.flatMap { $0 } == Array(0..<shards))
            }
        }
    }

    /// Samples of one length keep their places whatever the length is: their states are where they were.
    @Test func rowsStayInTheirShards() throws {
        for count in 1...20 {
            let plans = try [1, 5, 64].map { ShardPlan(try Grid(batch: count, extents: [$0]), shards: 8) }
            #expect(plans[0] == plans[1] && plans[1] == plans[2])
        }
    }

    @Test func otherNumbersAreRefused() {
        for number in [-4, 0, 3, 6, 1025, 2048] {
            #expect(!ShardPlan.allows(number))
            #expect(throws: MDLSTMError.self) { try ShardPlan.validate(shards: number) }
        }
        #expect([1, 2, 4, 1024].allSatisfy(ShardPlan.allows))
    }

    /// Samples, targets, extents and probes go together.
    @Test func partsOfABatch() throws {
        let input = Tensor<Float>(shape: [3, 2, 1], values: [0, 1, 10, 11, 20, 21])
        let target = Tensor<Float>(shape: [3, 2, 2], values: (0..<12).map(Float.init))
        var batch = TrainingBatch(input: input, target: target, samples: [[2], [1], [2]], probes: [11, 5, 0, 8])
        batch.continues = true
        let part = batch.selecting([2, 0], at: 1, outputs: 4)
        #expect(part.input == Tensor(shape: [2, 2, 1], values: [20, 21, 0, 1]))
        #expect(part.target.values == Tensor(shape: [2, 2, 2], values: [8, 9, 10, 11, 0, 1, 2, 3]))
        #expect(part.samples == [[2], [2]] && part.probes == [3, 4, 0])
        #expect(part.firstSample == 1 && part.continues)
    }
}
