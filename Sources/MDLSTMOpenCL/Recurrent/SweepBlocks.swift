import MDLSTM

/// The estimated time of a sweep in blocks of one size: each block has the sites that its samples have there.
struct SweepBlocks {
    private let schedule: Schedule
    private let row: RowCost

    /// Sites of a block and number of blocks along each axis but a depth, of which a block has all.
    private let block: [Int]
    private let blocks: [Int]

    /// Axes along which the grid is cut.
    var axes: Int { block.count }

    /// Sites on each diagonal of a block, by its extents.
    private var diagonals: [[Int]: [Int]] = [:]

    init(_ schedule: Schedule, block: [Int], row: RowCost) {
        self.schedule = schedule
        self.row = row
        let axes = schedule.depthCount > 1 ? schedule.grid.axes - 1 : schedule.grid.axes
        self.block = Array(block.prefix(axes))
        blocks = self.block.indices.map { (schedule.grid.extents[$0] + block[$0] - 1) / block[$0] }
    }

    /// The time of all stages, in that of one row.
    mutating func time(_ groups: SampleGroups, units: Int) -> Double {
        var stages = Array(repeating: StageTime(), count: blocks.reduce(1) { $0 + $1 - 1 })
        forEachCoordinate(in: blocks) { coordinate in
            for (samples, count) in groups.kinds {
                guard let time = time(of: samples, block: coordinate) else { continue }
                stages[coordinate.reduce(0, +)].add(time, items: count * schedule.directions.count)
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
            let counts = diagonals(of: inside)
            if rows.count < counts.count { rows += Array(repeating: 0, count: counts.count - rows.count) }
            for d in counts.indices { rows[d] += counts[d] * count }
        }
        guard !rows.isEmpty else { return nil }
        return rows.reduce(0) { $0 + row.time(rows: $1) } * Double(schedule.depthCount)
    }

    private mutating func diagonals(of extents: [Int]) -> [Int] {
        if let known = diagonals[extents] { return known }
        let counts = Self.diagonals(of: extents)
        diagonals[extents] = counts
        return counts
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

/// A batch in groups, as a ``SweepTable`` cuts it: those of the same samples, all of them in a batch of equal ones, take
/// the same time.
struct SampleGroups {
    let count: Int

    /// How many samples of each extents the groups have, and how many groups have just these; in an order that is the same
    /// in every process.
    let kinds: [(samples: [[Int]: Int], groups: Int)]

    init(_ grid: Grid, count: Int) {
        self.count = count
        let groupOfSample = SweepTable.groups(of: grid, count: count)
        var members = Array(repeating: [[Int]: Int](), count: count)
        for (b, sample) in grid.samples.enumerated() { members[groupOfSample[b]][sample, default: 0] += 1 }
        var places: [[[Int]: Int]: Int] = [:]
        var kinds: [(samples: [[Int]: Int], groups: Int)] = []
        for samples in members {
            if let place = places[samples] {
                kinds[place].groups += 1
            } else {
                places[samples] = kinds.count
                kinds.append((samples, 1))
            }
        }
        self.kinds = kinds
    }

    /// From one group to some more than a device's units take turns at: each time twice as many.
    static func choices(_ grid: Grid, units: Int) -> [SampleGroups] {
        var choices: [SampleGroups] = []
        var perGroup = grid.batch
        while true {
            let count = (grid.batch + perGroup - 1) / perGroup
            choices.append(SampleGroups(grid, count: count))
            if perGroup == 1 || count >= 16 * units { return choices }
            perGroup = (perGroup + 1) / 2
        }
    }
}

/// The items of one stage, which go side by side.
private struct StageTime {
    private(set) var items = 0
    private var sum = 0.0
    private var largest = 0.0
    private var smallest = Double.infinity

    mutating func add(_ time: Double, items count: Int) {
        items += count
        sum += time * Double(count)
        largest = max(largest, time)
        smallest = min(smallest, time)
    }

    /// Until the last unit is done: no sooner than the largest item, and units that have one item less wait.
    ///
    /// Where each unit has a single item, none takes over from one that other work holds up: that costs some 5 %.
    func time(units: Int) -> Double {
        let rounds = (items + units - 1) / units
        let vacant = Double(rounds * units - items) * smallest
        return max(largest, (sum + vacant) / Double(units)) + (rounds == 1 && units > 1 ? 0.05 * largest : 0)
    }
}
