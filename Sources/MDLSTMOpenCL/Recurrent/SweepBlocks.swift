import MDLSTM

/// The estimated time of a sweep in blocks of one size: each block has the sites that its samples have there.
struct SweepBlocks {
    private let schedule: Schedule
    private let row: RowCost

    /// Sites of a block and number of blocks along each axis but a depth, of which a block has all.
    private let block: [Int]
    private let blocks: [Int]

    /// Sites on each diagonal of a block, by its extents.
    private var diagonals: [[Int]: [Int]] = [:]

    init(_ schedule: Schedule, block: [Int], row: RowCost) {
        self.schedule = schedule
        self.row = row
        let axes = schedule.depthCount > 1 ? schedule.grid.axes - 1 : schedule.grid.axes
        self.block = Array(block.prefix(axes))
        blocks = self.block.indices.map { (schedule.grid.extents[$0] + block[$0] - 1) / block[$0] }
    }

    /// The time of all stages with the batch in `groups` groups, in that of one row.
    mutating func time(groups: Int, units: Int) -> Double {
        // Groups of the same samples, all of them in a batch of equal ones, take the same time.
        let groupOfSample = SweepTable.groups(of: schedule.grid, count: groups)
        var members = Array(repeating: [[Int]: Int](), count: groups)
        for (b, sample) in schedule.grid.samples.enumerated() {
            members[groupOfSample[b]][sample, default: 0] += 1
        }
        let counts = members.reduce(into: [[[Int]: Int]: Int]()) { $0[$1, default: 0] += 1 }
        // In an order that is the same in every process.
        var seen: Set<[[Int]: Int]> = []
        let kinds = members.filter { seen.insert($0).inserted }

        var stages = Array(repeating: StageTime(), count: blocks.reduce(1) { $0 + $1 - 1 })
        forEachCoordinate(in: blocks) { coordinate in
            for samples in kinds {
                guard let time = time(of: samples, block: coordinate) else { continue }
                stages[coordinate.reduce(0, +)].add(time, items: counts[samples]! * schedule.directions.count)
            }
        }
        return stages.reduce(0) { $0 + ($1.items == 0 ? 0 : row.launch + $1.time(units: units)) }
    }

    /// The time of the item that has some samples' sites in one block; nil where none of them reaches it.
    ///
    /// - Parameter samples: how many samples have each extents
    private mutating func time(of samples: [[Int]: Int], block coordinate: [Int]) -> Double? {
        var rows: [Int] = []
        for (extents, count) in samples {
            let inside = coordinate.indices.map { min(block[$0], extents[$0] - coordinate[$0] * block[$0]) }
            guard inside.allSatisfy({ $0 > 0 }) else { continue }
            let counts = diagonals[inside] ?? Self.diagonals(of: inside)
            diagonals[inside] = counts
            if rows.count < counts.count { rows += Array(repeating: 0, count: counts.count - rows.count) }
            for d in counts.indices { rows[d] += counts[d] * count }
        }
        guard !rows.isEmpty else { return nil }
        return rows.reduce(0) { $0 + row.time(rows: $1) } * Double(schedule.depthCount)
    }

    /// How many coordinates within `extents` have each sum.
    static func diagonals(of extents: [Int]) -> [Int] {
        extents.reduce([1]) { counts, extent in
            var longer = Array(repeating: 0, count: counts.count + extent - 1)
            // A sliding sum over the last `extent` counts.
            var sum = 0
            for d in longer.indices {
                if d < counts.count { sum += counts[d] }
                if d >= extent { sum -= counts[d - extent] }
                longer[d] = sum
            }
            return longer
        }
    }
}

/// The items of one stage, which go side by side.
private struct StageTime {
    private(set) var items = 0
    private var sum = 0.0
    private var largest = 0.0

    mutating func add(_ time: Double, items count: Int) {
        items += count
        sum += time * Double(count)
        largest = max(largest, time)
    }

    /// Until the last unit is done: no sooner than the largest item, and units that have one item less wait.
    ///
    /// Where each unit has a single item, none takes over from one that other work holds up: that costs some 5 %.
    func time(units: Int) -> Double {
        let rounds = (items + units - 1) / units
        return max(largest, Double(rounds) * sum / Double(items)) + (rounds == 1 && units > 1 ? 0.05 * largest : 0)
    }
}
