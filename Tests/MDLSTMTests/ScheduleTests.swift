import MDLSTM
import Testing

/// The tables of a schedule against the definition, worked out site by site in a dictionary.
struct ScheduleTests {
    /// One row of the definition: a direction, a place in scan order, a sample.
    private struct Key: Hashable {
        var set: Int
        var scan: [Int]
        var sample: Int
    }

    struct Layout: Sendable, CustomStringConvertible {
        var extents: [Int]
        var samples: [[Int]]
        var signs: [String]
        var byDepth: Bool

        init(
            _ extents: [Int], samples: [[Int]]? = nil, batch: Int = 1, _ signs: [String]? = nil, byDepth: Bool = false
        ) {
            self.byDepth = byDepth
            self.extents = extents
            self.samples = samples ?? Array(repeating: extents, count: batch)
            self.signs = signs ?? Direction.all(axes: extents.count).map(\.description)
        }

        var description: String { "\(extents) samples \(samples) directions \(signs)\(byDepth ? " by depth" : "")" }
        var axes: Int { extents.count }
        var depths: Int { byDepth ? extents.last! : 1 }
        var directions: [Direction] { signs.map { Direction(reversed: $0.map { $0 == "-" }) } }
    }

    static let layouts = [
        Layout([7]), Layout([1]), Layout([5], batch: 3, ["-"]), Layout([5], samples: [[2], [5], [1]]),
        Layout([5, 3], batch: 2), Layout([3, 5], ["+-"]), Layout([1, 5]), Layout([5, 1], ["++", "-+", "--"]),
        Layout([1, 1], batch: 3), Layout([5, 7], samples: [[5, 2], [3, 7], [1, 1]]),
        Layout([5, 7], samples: [[3, 2], [2, 4]]), Layout([5, 3, 2]), Layout([2, 3, 5], batch: 2, ["+-+", "--+"]),
        Layout([3, 2, 3], samples: [[3, 1, 2], [1, 2, 3], [2, 2, 2]]), Layout([2, 1, 3, 2]),
        Layout([2, 3, 2, 2], samples: [[2, 1, 2, 1], [1, 3, 1, 2]], ["+-+-", "---+"]),
        Layout([], batch: 3), Layout([6, 7], samples: [[5, 2], [0, 0], [3, 4]]),
        Layout([3], batch: 2, ["+"], byDepth: true), Layout([5, 3], batch: 2, ["++", "-+"], byDepth: true),
        Layout([3, 4, 2], samples: [[3, 2, 2], [1, 4, 2]], ["+-+", "-++"], byDepth: true),
        Layout(
            [2, 3, 2, 3], samples: [[2, 3, 2, 3], [0, 0, 0, 0], [1, 2, 2, 3]], ["++++", "+--+"], byDepth: true),
    ]

    @Test(arguments: layouts, [false, true])
    func tablesFollowTheDefinition(_ layout: Layout, boundaryStates: Bool) throws {
        let schedule = try makeSchedule(layout, boundaryStates)
        let keys = orderedKeys(layout)
        let rows = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        #expect(schedule.rowCount == keys.count)
        #expect(schedule.zeroRow == keys.count)

        var predecessors: [Int] = []
        var sites: [Int] = []
        var rowsOfSites = Array(repeating: -1, count: schedule.grid.siteCount * layout.signs.count)
        for (row, key) in keys.enumerated() {
            let place = place(of: key, layout)
            let site = place.enumerated().reduce(key.sample) { $0 * layout.extents[$1.0] + $1.1 }
            sites.append(site)
            rowsOfSites[site * layout.signs.count + key.set] = row
            for k in 0..<layout.axes {
                var before = key
                before.scan[k] -= 1
                let outside = boundaryStates ? boundaryRow(axis: k, key.set, key.sample, place, layout) : keys.count
                predecessors.append(rows[before] ?? outside)
            }
        }
        #expect(schedule.predecessors.map(Int.init) == predecessors)
        #expect(schedule.sites.map(Int.init) == sites)
        #expect(schedule.rowsOfSites.map(Int.init) == rowsOfSites)
        let ofSets = (0..<layout.depths).flatMap { depth in
            layout.signs.indices.flatMap { set in
                keys.indices.filter { keys[$0].set == set && (!layout.byDepth || keys[$0].scan.last == depth) }
            }
        }
        #expect(schedule.rowsOfSets.map(Int.init) == ofSets)

        // Successors are the inverse of predecessors, for boundary rows too; the zero row has none.
        var successors = Array(repeating: keys.count, count: schedule.stateRowCount * layout.axes)
        for (index, predecessor) in predecessors.enumerated() where predecessor != keys.count {
            #expect(successors[predecessor * layout.axes + index % layout.axes] == keys.count, "taken twice")
            successors[predecessor * layout.axes + index % layout.axes] = index / layout.axes
        }
        #expect(schedule.successors.map(Int.init) == successors)
    }

    @Test(arguments: layouts, [false, true])
    func wavefrontsAreSlabsOfEqualParts(_ layout: Layout, boundaryStates: Bool) throws {
        let schedule = try makeSchedule(layout, boundaryStates)
        let sums = orderedKeys(layout).map { wavefront(of: $0, layout) }
        let starts = (0...sums.last! + 1).map { d in sums.firstIndex { $0 >= d } ?? sums.count }
        #expect(schedule.wavefronts == starts)
        #expect(schedule.wavefrontCount == sums.last! + 1)
        let sizes = zip(starts, starts.dropFirst()).map { $1 - $0 }
        #expect(schedule.largestWavefront == sizes.max())
        for (d, size) in sizes.enumerated() {
            #expect(schedule.rowsPerSet(wavefront: d) * layout.signs.count == size)
        }
    }

    @Test(arguments: layouts) func boundaryRowsFollowTheZeroRow(_ layout: Layout) throws {
        let schedule = try makeSchedule(layout, true)
        var next = schedule.rowCount + 1
        for k in 0..<layout.axes {
            #expect(schedule.firstBoundaryRow(axis: k) == next)
            let others = layout.extents.enumerated().reduce(1) { $1.0 == k ? $0 : $0 * $1.1 }
            #expect(schedule.boundaryCount(axis: k) == layout.signs.count * layout.samples.count * others)
            next += schedule.boundaryCount(axis: k)
        }
        #expect(schedule.stateRowCount == next)
        #expect(schedule.boundaryRowCount == next - schedule.rowCount - 1)
        #expect(try makeSchedule(layout, false).stateRowCount == schedule.rowCount + 1)
    }

    @Test(arguments: layouts) func finalRowsAreTheLastInScanOrder(_ layout: Layout) throws {
        let schedule = try makeSchedule(layout, true)
        let keys = orderedKeys(layout)
        for k in 0..<layout.axes {
            var expected = Array(repeating: schedule.zeroRow, count: schedule.boundaryCount(axis: k))
            for (row, key) in keys.enumerated() where key.scan[k] == layout.samples[key.sample][k] - 1 {
                let index = boundaryRow(axis: k, key.set, key.sample, place(of: key, layout), layout)
                expected[index - schedule.firstBoundaryRow(axis: k)] = row
            }
            #expect(schedule.finalRows(axis: k).map(Int.init) == expected)
        }
    }

    /// A grid small enough to write down: rows of the anti-diagonals of 2 x 2, forwards and backwards.
    @Test func twoByTwoByHand() throws {
        let schedule = try makeSchedule(Layout([2, 2], ["++", "--"]), false)
        #expect(schedule.wavefronts == [0, 2, 6, 8])
        #expect(schedule.sites == [0, 3, 1, 2, 2, 1, 3, 0])
        #expect(schedule.predecessors == [8, 8, 8, 8, 8, 0, 0, 8, 8, 1, 1, 8, 2, 3, 4, 5])
        #expect(schedule.rowsOfSets == [0, 2, 3, 6, 1, 4, 5, 7])
    }

    private func makeSchedule(_ layout: Layout, _ boundaryStates: Bool) throws -> Schedule {
        Schedule(
            grid: try Grid(extents: layout.extents, samples: layout.samples), directions: layout.directions,
            boundaryStates: boundaryStates, byDepth: layout.byDepth)
    }

    /// The sum of the scan coordinates; depth by depth, that of the others after the wavefronts of the depths before.
    private func wavefront(of key: Key, _ layout: Layout) -> Int {
        guard layout.byDepth else { return key.scan.reduce(0, +) }
        let perDepth = layout.samples.filter { !$0.contains(0) }.map { $0.dropLast().reduce(1) { $0 + $1 - 1 } }.max()!
        return key.scan.last! * perDepth + key.scan.dropLast().reduce(0, +)
    }

    /// All rows by wavefront, direction, sample, scan coordinate.
    private func orderedKeys(_ layout: Layout) -> [Key] {
        var keys: [Key] = []
        for set in layout.signs.indices {
            for (sample, extents) in layout.samples.enumerated() {
                var scans: [[Int]] = [[]]
                for extent in extents { scans = scans.flatMap { scan in (0..<extent).map { scan + [$0] } } }
                keys += scans.map { Key(set: set, scan: $0, sample: sample) }
            }
        }
        func order(_ key: Key) -> [Int] { [wavefront(of: key, layout), key.set, key.sample] + key.scan }
        return keys.sorted { order($0).lexicographicallyPrecedes(order($1)) }
    }

    /// Where on the grid the row is: a backwards axis counts from the sample's own last site.
    private func place(of key: Key, _ layout: Layout) -> [Int] {
        zip(key.scan, layout.samples[key.sample]).enumerated().map { k, pair in
            Array(layout.signs[key.set])[k] == "-" ? pair.1 - 1 - pair.0 : pair.0
        }
    }

    /// The row of `[D, B, face]` after the rows, the zero row and the faces of the axes before.
    private func boundaryRow(axis k: Int, _ set: Int, _ sample: Int, _ place: [Int], _ layout: Layout) -> Int {
        func face(_ axis: Int) -> Int { layout.extents.reduce(1, *) / layout.extents[axis] }
        let rowCount = layout.signs.count * layout.samples.reduce(0) { $0 + $1.reduce(1, *) }
        var index = set * layout.samples.count + sample
        for axis in 0..<layout.axes where axis != k { index = index * layout.extents[axis] + place[axis] }
        return rowCount + 1 + index
            + (0..<k).reduce(0) { $0 + layout.signs.count * layout.samples.count * face($1) }
    }
}
