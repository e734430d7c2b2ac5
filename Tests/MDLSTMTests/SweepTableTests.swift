import MDLSTM
import Testing

@Suite struct SweepTableTests {
    private static let ragged = [[3, 4], [1, 2], [2, 1], [3, 3], [2, 4]]

    private static func schedule(boundaryStates: Bool = false) throws -> Schedule {
        Schedule(
            grid: try Grid(extents: [3, 4], samples: ragged), directions: Direction.all(axes: 2),
            boundaryStates: boundaryStates)
    }

    @Test(arguments: [[3, 4], [2, 3], [1, 2], [1, 1]], [1, 2, 5, 9])
    func everyRowIsVisitedOnceAndAfterItsPredecessors(_ block: [Int], _ groups: Int) throws {
        let schedule = try Self.schedule()
        let table = SweepTable(schedule, block: block, groups: groups)
        #expect(table.rows.sorted() == (0..<Int32(schedule.rowCount)).map { $0 })
        #expect(table.stages.map(\.count).reduce(0, +) * 3 == table.items.count)

        // The stage and the place in its item at which each row is computed.
        var stage = Array(repeating: -1, count: schedule.rowCount)
        var item = stage
        var wavefront = stage
        for (index, range) in table.stages.enumerated() {
            for i in range {
                for w in Int(table.items[3 * i])..<Int(table.items[3 * i + 1]) {
                    for row in table.rows[Int(table.starts[w])..<Int(table.starts[w + 1])].map({ Int($0) }) {
                        (stage[row], item[row], wavefront[row]) = (index, i, w)
                        let d = (0..<schedule.wavefrontCount).first { schedule.wavefronts[$0 + 1] > row }!
                        let rowsPerSet = schedule.rowsPerSet(wavefront: d)
                        #expect(Int(table.items[3 * i + 2]) == (row - schedule.wavefronts[d]) / rowsPerSet)
                        #expect(table.sets[w] == table.items[3 * i + 2])
                    }
                }
            }
        }
        for row in 0..<schedule.rowCount {
            for k in 0..<2 {
                let before = Int(schedule.predecessors[row * 2 + k])
                guard before < schedule.rowCount else { continue }
                let isEarlier = stage[before] < stage[row]
                let isSameItem = item[before] == item[row] && wavefront[before] < wavefront[row]
                #expect(isEarlier || isSameItem, "row \(row) does not wait for \(before)")
            }
        }
    }

    @Test(arguments: [([7], [3]), ([3, 4, 5], [2, 2, 3]), ([3, 4, 5], [1, 4, 2]), ([2, 3, 2, 4], [1, 2, 2, 3])])
    func blocksAreCutAlongAnyNumberOfAxes(_ extents: [Int], _ block: [Int]) throws {
        let directions = Direction.all(axes: extents.count)
        let schedule = Schedule(grid: try Grid(batch: 2, extents: extents), directions: directions)
        let table = SweepTable(schedule, block: block, groups: 2)
        #expect(table.rows.sorted() == (0..<Int32(schedule.rowCount)).map { $0 })
        for (stage, range) in table.stages.enumerated() {
            for item in range {
                let first = Int(table.starts[Int(table.items[3 * item])])
                let end = Int(table.starts[Int(table.items[3 * item + 1])])
                let reversed = directions[Int(table.items[3 * item + 2])].reversed
                var corners: Set<[Int]> = []
                for row in table.rows[first..<end] {
                    var rest = Int(schedule.sites[Int(row)])
                    var corner = extents.map { _ in 0 }
                    for k in extents.indices.reversed() {
                        let place = rest % extents[k]
                        corner[k] = (reversed[k] ? extents[k] - 1 - place : place) / block[k]
                        rest /= extents[k]
                    }
                    corners.insert(corner)
                }
                #expect(corners.count == 1 && corners.first!.reduce(0, +) == stage)
            }
        }
    }

    @Test func samplesOfOneGroupHaveAboutAsManySitesAsThoseOfAnother() throws {
        let schedule = try Self.schedule()
        let table = SweepTable(schedule, block: [3, 4], groups: 2)
        // 12 + 2 + 2 sites, and 9 + 8.
        #expect(table.stages == [0..<8])
        let sizes = (0..<8).map { item in
            table.starts[Int(table.items[3 * item + 1])] - table.starts[Int(table.items[3 * item])]
        }
        #expect(sizes == [16, 17, 16, 17, 16, 17, 16, 17])
    }

    @Test func aDepthIsAParameterSetOfItsOwn() throws {
        let schedule = Schedule(
            grid: try Grid(batch: 3, extents: [2, 5, 3]), directions: [Direction.forward(axes: 3)], byDepth: true)
        let table = SweepTable(schedule, block: [1, 2, 3], groups: 2)
        for w in table.sets.indices {
            for row in table.rows[Int(table.starts[w])..<Int(table.starts[w + 1])] {
                #expect(schedule.sites[Int(row)] % 3 == table.sets[w])
            }
        }
    }
}
