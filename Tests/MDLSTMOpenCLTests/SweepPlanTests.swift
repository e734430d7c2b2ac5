import MDLSTM
import Testing

@testable import MDLSTMOpenCL

/// How sweeps are cut. Estimates of time are not asserted, only what must come of them.
@Suite struct SweepPlanTests {
    private static let row = RowCost(perTile: 5, blocks: 2, multiplyAdds: 10_000, launch: 300_000)
    private static let processor = DeviceTraits(
        isProcessor: true, computeUnits: 2, group: 64, floatWidth: 16, doubleWidth: 8)
    private static func layer(H: Int) throws -> LayerConfiguration { try makeLayer("++", I: 3, H: H) }

    private static func plan(
        batch: Int, extents: [Int], directions: Int = 1, units: Int = 2, row: RowCost = row
    ) throws -> SweepPlan {
        let all = Direction.all(axes: extents.count)
        let grid = try Grid(batch: batch, extents: extents)
        return SweepPlan(Schedule(grid: grid, directions: Array(all.prefix(directions))), row: row, units: units)
    }

    @Test func samplesAndDirectionsThatKeepAllUnitsBusyAreNotCut() throws {
        for (batch, directions) in [(16, 1), (4, 4)] {
            let plan = try Self.plan(batch: batch, extents: [32, 32], directions: directions)
            #expect(plan.block == [32, 32] && plan.groups * directions >= 2)
            #expect(try ComputePath.auto.resolved(by: plan, for: Self.layer(H: 16), traits: Self.processor) == .sweep)
        }
    }

    @Test func aLargeImageIsCutIntoBlocks() throws {
        let plan = try Self.plan(batch: 1, extents: [256, 200])
        #expect(plan.block.allSatisfy { $0 < 128 })
        #expect(try ComputePath.auto.resolved(by: plan, for: Self.layer(H: 16), traits: Self.processor) == .sweep)
    }

    @Test func aSequenceAloneIsNotSwept() throws {
        // One item would leave a unit idle, and blocks along the only axis wait for one another.
        let plan = try Self.plan(
            batch: 1, extents: [100], row: RowCost(perTile: 5, blocks: 32, multiplyAdds: 4_000_000, launch: 300_000))
        #expect(try ComputePath.auto.resolved(by: plan, for: Self.layer(H: 16), traits: Self.processor) == .fused)
    }

    @Test func paddingCostsNothing() throws {
        let samples = [[32, 96], [20, 64], [32, 40], [7, 96]]
        let (tight, padded) = (
            try Grid(extents: [32, 96], samples: samples), try Grid(extents: [64, 512], samples: samples)
        )
        let plans = [tight, padded].map {
            SweepPlan(Schedule(grid: $0, directions: [.forward(axes: 2)]), row: Self.row, units: 2)
        }
        #expect(plans[0].sweepTime == plans[1].sweepTime && plans[0].groups == plans[1].groups)
        #expect(plans[0].fusedTime == plans[1].fusedTime)
        let full = try Self.plan(batch: 4, extents: [32, 96])
        #expect(plans[0].sweepTime < full.sweepTime)
    }

    /// On one unit items follow each other: the estimate is that of every wavefront of the table.
    @Test(
        arguments: [
            [[5, 7, 3], [2, 9, 3], [5, 1, 3], [5, 7, 3]], [[5, 2, 3], [2, 4, 6]], [[9, 5], [3, 11], [9, 11]],
            [[4], [6], [1]],
        ], [1, 2, 3])
    func estimatesAreOfTheTable(_ samples: [[Int]], groups: Int) throws {
        let axes = samples[0].count
        let extents = (0..<axes).map { k in samples.map { $0[k] }.max()! }
        let grid = try Grid(extents: extents, samples: samples)
        // All samples have the depth of a grid.
        let hasDepth = axes > 1 && samples.allSatisfy { $0[axes - 1] == extents[axes - 1] }
        for byDepth in hasDepth ? [false, true] : [false] {
            let directions =
                [Direction.forward(axes: axes)] + (byDepth ? [] : [Direction(reversed: extents.map { _ in true })])
            let schedule = Schedule(grid: grid, directions: directions, byDepth: byDepth)
            let block = extents.indices.map { byDepth && $0 == axes - 1 ? extents[$0] : min(4, extents[$0]) }
            let table = SweepTable(schedule, block: block, groups: groups)
            var expected = Double(table.stages.count) * Self.row.launch
            for w in table.sets.indices {
                expected += Self.row.time(rows: Int(table.starts[w + 1] - table.starts[w]))
            }
            var blocks = SweepBlocks(schedule, block: block, row: Self.row)
            #expect(blocks.time(SampleGroups(grid, count: groups), units: 1) == expected)
        }
    }

    @Test func aRaggedBatchThatKeepsAllUnitsBusyIsSwept() throws {
        let samples = (0..<64).map { [32, 64 + 7 * $0] }
        let grid = try Grid(extents: [32, 512], samples: samples)
        let plan = SweepPlan(Schedule(grid: grid, directions: [.forward(axes: 2)]), row: Self.row, units: 2)
        #expect(try ComputePath.auto.resolved(by: plan, for: Self.layer(H: 64), traits: Self.processor) == .sweep)
    }

    @Test func aWayThatIsAskedForIsTaken() throws {
        let plan = try Self.plan(batch: 16, extents: [8, 8])
        for path in ComputePath.ways {
            #expect(try path.resolved(by: plan, for: Self.layer(H: 16), traits: Self.processor) == path)
        }
    }

    /// On a GPU groups wait for one another where that is known to work and the weights of a tile stay in local memory.
    @Test func aGPUTakesTiles() throws {
        let plan = try Self.plan(batch: 16, extents: [8, 8])
        func way(_ layer: LayerConfiguration, _ path: ComputePath = .auto, rowBytes: Int? = 32) -> ComputePath {
            let traits = DeviceTraits(
                isProcessor: false, computeUnits: 2, group: 64, floatWidth: 4, doubleWidth: 2, localMemory: 48 << 10,
                waitingRowBytes: rowBytes)
            return path.resolved(by: plan, for: layer, traits: traits)
        }
        #expect(try way(Self.layer(H: 64)) == .chain)
        #expect(try way(Self.layer(H: 72)) == .tiles)
        #expect(try way(makeLayer("+", I: 3, H: 128, cell: .lstm)) == .chain)
        #expect(try way(makeLayer("+", I: 3, H: 512, cell: .lstm)) == .tiles)
        // Rows of 20 units are not whole sectors of 32 bytes.
        #expect(try way(Self.layer(H: 20)) == .tiles && way(Self.layer(H: 20), .chain) == .tiles)
        #expect(try way(Self.layer(H: 64), rowBytes: nil) == .tiles)
        #expect(try way(Self.layer(H: 64), .chain, rowBytes: nil) == .tiles)
        var normed = try Self.layer(H: 64)
        normed.options.layerNorm = .gates
        #expect(way(normed) == .tiles && way(normed, .chain) == .tiles)
        #expect(try way(Self.layer(H: 72), .chain) == .chain && way(Self.layer(H: 64), .sweep) == .sweep)
    }

    @Test(arguments: [[5], [3, 4], [2, 3, 4], [1, 7, 1]]) func diagonalsCountCoordinates(_ extents: [Int]) throws {
        var counts = Array(repeating: 0, count: extents.reduce(1) { $0 + $1 - 1 })
        for index in 0..<extents.reduce(1, *) {
            var rest = index
            var sum = 0
            for extent in extents {
                sum += rest % extent
                rest /= extent
            }
            counts[sum] += 1
        }
        #expect(SweepBlocks.diagonals(of: extents) == counts)
    }
}
