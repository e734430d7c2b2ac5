/// The rows of a schedule by those who can walk them alone: the samples of one group, in one block of sites and one
/// direction.
///
/// Samples and directions do not depend on one another, so each item visits all its wavefronts without waiting for
/// anybody. Where they are too few, the sites are cut into blocks too: a block waits only for the blocks before it along
/// each axis, so that all blocks with the same sum of block coordinates, a stage, go side by side.
public struct SweepTable: Sendable {
    /// The items of each stage, which wait for those of the stage before.
    public let stages: [Range<Int>]

    /// First wavefront of each item, the end of its last, and its direction, `[items, 3]`.
    public let items: [Int32]

    /// First entry of each item's wavefronts in ``rows``, and the end of all, `[W + 1]`.
    public let starts: [Int32]

    /// Parameter set of each item's wavefronts, `[W]`.
    public let sets: [Int32]

    /// All rows by item and wavefront, `[R]`.
    public let rows: [Int32]

    /// Cuts a schedule.
    ///
    /// - Parameters:
    ///   - schedule: the schedule whose rows are sorted
    ///   - block: sites of a block along each axis of the schedule's grid
    ///   - groups: groups of samples that the batch is cut into, of about as many sites each
    public init(_ schedule: Schedule, block: [Int], groups: Int) {
        precondition(block.count == schedule.grid.axes && block.allSatisfy { $0 > 0 } && groups > 0)
        var builder = SweepBuilder(schedule, block: block, groups: groups)
        builder.build()
        stages = builder.stages
        items = builder.items
        starts = builder.starts
        sets = builder.sets
        rows = builder.rows
    }

    /// The group of each sample of a grid: the largest first, each to the group with the fewest sites so far.
    package static func groups(of grid: Grid, count: Int) -> [Int] {
        let sizes = grid.samples.map { $0.reduce(1, *) }
        var loads = Array(repeating: 0, count: min(count, grid.batch))
        var groups = Array(repeating: 0, count: sizes.count)
        for b in sizes.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
            let lightest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) }!
            groups[b] = lightest
            loads[lightest] += sizes[b]
        }
        return groups
    }
}

/// Sorts the rows of a schedule by item.
private struct SweepBuilder {
    private let schedule: Schedule
    private let block: [Int]
    private let groupCount: Int
    private let groupOfSample: [Int]

    /// Blocks along each axis.
    private let blocks: [Int]

    var stages: [Range<Int>] = []
    var items: [Int32] = []
    var starts: [Int32] = []
    var sets: [Int32] = []
    var rows: [Int32] = []

    init(_ schedule: Schedule, block: [Int], groups: Int) {
        self.schedule = schedule
        self.block = block
        groupCount = min(groups, schedule.grid.batch)
        groupOfSample = SweepTable.groups(of: schedule.grid, count: groupCount)
        blocks = zip(schedule.grid.extents, block).map { ($0 + $1 - 1) / $1 }
    }

    mutating func build() {
        let directions = schedule.directions.count
        // Keys by block, direction and group; those of blocks without rows stay empty.
        let keys = keysOfRows()
        let perBlock = directions * groupCount
        var counts = Array(repeating: 0, count: blocks.reduce(1, *) * perBlock)
        for key in keys { counts[Int(key)] += 1 }
        let order = keysByStage(perBlock: perBlock)
        var offsets = counts
        var first = 0
        for key in order.joined() {
            offsets[key] = first
            first += counts[key]
        }
        var next = offsets
        rows = Array(repeating: 0, count: schedule.rowCount)
        for row in 0..<schedule.rowCount {
            let key = Int(keys[row])
            rows[next[key]] = Int32(row)
            next[key] += 1
        }
        for stage in order {
            let begin = items.count / 3
            for key in stage where counts[key] > 0 {
                appendItem(offsets[key]..<(offsets[key] + counts[key]), direction: key % perBlock / groupCount)
            }
            if items.count / 3 > begin { stages.append(begin..<(items.count / 3)) }
        }
        starts.append(Int32(rows.count))
    }

    /// Lists the wavefronts of one item, whose rows are in order.
    private mutating func appendItem(_ range: Range<Int>, direction: Int) {
        let begin = sets.count
        var end = 0
        for index in range {
            let row = Int(rows[index])
            guard row >= end else { continue }
            let d = wavefront(of: row)
            end = schedule.wavefronts[d + 1]
            starts.append(Int32(index))
            sets.append(Int32(schedule.firstSet(wavefront: d) + direction))
        }
        items += [Int32(begin), Int32(sets.count), Int32(direction)]
    }

    private func wavefront(of row: Int) -> Int {
        var (low, high) = (0, schedule.wavefrontCount)
        while high - low > 1 {
            let middle = (low + high) / 2
            if schedule.wavefronts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    private func keysByStage(perBlock: Int) -> [[Int]] {
        var stages = Array(repeating: [Int](), count: blocks.reduce(1) { $0 + $1 - 1 })
        var index = 0
        forEachCoordinate(in: blocks) { coordinate in
            stages[coordinate.reduce(0, +)] += (index * perBlock)..<((index + 1) * perBlock)
            index += 1
        }
        return stages
    }

    /// `[R]`
    private func keysOfRows() -> [Int32] {
        let grid = schedule.grid
        let axes = grid.axes
        var keys = Array(repeating: Int32(0), count: schedule.rowCount)
        for d in 0..<schedule.wavefrontCount {
            for row in schedule.rows(ofWavefront: d) {
                let direction = schedule.direction(ofRow: row, wavefront: d)
                let reversed = schedule.directions[direction].reversed
                var rest = Int(schedule.sites[row])
                let sample = rest / grid.sitesPerSample
                var key = 0
                var scale = 1
                for k in stride(from: axes - 1, through: 0, by: -1) {
                    let coordinate = rest % grid.extents[k]
                    rest /= grid.extents[k]
                    let scan = reversed[k] ? grid.samples[sample][k] - 1 - coordinate : coordinate
                    key += scale * (scan / block[k])
                    scale *= blocks[k]
                }
                keys[row] = Int32(
                    (key * schedule.directions.count + direction) * groupCount + groupOfSample[sample])
            }
        }
        return keys
    }
}
