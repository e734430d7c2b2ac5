import MDLSTM
import Testing

@Suite struct SweepTableTests {
    @Test(arguments: [1, 2, 3, 5, 9])
    func groupsOwnTheirSamplesWavefrontByWavefront(_ wanted: Int) throws {
        let grid = try Grid(extents: [3, 4], samples: [[3, 4], [1, 2], [2, 1], [3, 3], [2, 4]])
        let schedule = Schedule(grid: grid, directions: Direction.all(axes: 2))
        let table = SweepTable(schedule, groups: wanted)
        let (S, D) = (schedule.setCount, schedule.wavefrontCount)
        #expect(table.groups <= min(wanted, grid.batch))
        #expect(table.starts.count == S * table.groups * (D + 1))
        #expect(table.rows.sorted() == (0..<Int32(schedule.rowCount)).map { $0 })

        var groupOfSample: [Int: Int] = [:]
        for s in 0..<S {
            for group in 0..<table.groups {
                for d in 0..<D {
                    let first = (s * table.groups + group) * (D + 1) + d
                    let rowsPerSet = schedule.rowsPerSet(wavefront: d)
                    let slab = schedule.wavefronts[d] + s * rowsPerSet
                    for row in table.rows[Int(table.starts[first])..<Int(table.starts[first + 1])].map({ Int($0) }) {
                        #expect((slab..<(slab + rowsPerSet)).contains(row), "row \(row) in set \(s), wavefront \(d)")
                        let sample = Int(schedule.sites[row]) / grid.sitesPerSample
                        #expect(groupOfSample[sample, default: group] == group)
                        groupOfSample[sample] = group
                    }
                }
            }
        }
        #expect(groupOfSample.count == grid.batch)
    }
}
