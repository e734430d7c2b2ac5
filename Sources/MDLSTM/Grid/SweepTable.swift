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

/// Sorts the rows of a schedule by item: piece by piece of its runs.
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

    /// Rows and wavefronts of a key: a block, a direction and a group.
    private struct Extent {
        var rows = 0, wavefronts = 0
        var lastWavefront = -1

        /// Whether the wavefront is the first or another than before.
        mutating func enters(_ wavefront: Int) -> Bool {
            guard wavefront != lastWavefront else { return false }
            lastWavefront = wavefront
            return true
        }
    }

    mutating func build() {
        let perBlock = schedule.directions.count * groupCount
        // Those of blocks without rows stay empty.
        var counts = Array(repeating: Extent(), count: blocks.reduce(1, *) * perBlock)
        forEachPiece { key, _, count, wavefront in
            if counts[key].enters(wavefront) { counts[key].wavefronts += 1 }
            counts[key].rows += count
        }
        var next = counts
        var end = Extent()
        for stage in keysByStage(perBlock: perBlock) {
            let begin = items.count / 3
            for key in stage where counts[key].rows > 0 {
                (next[key].rows, next[key].wavefronts, next[key].lastWavefront) = (end.rows, end.wavefronts, -1)
                let first = end.wavefronts
                end.rows += counts[key].rows
                end.wavefronts += counts[key].wavefronts
                items += [Int32(first), Int32(end.wavefronts), Int32(key % perBlock / groupCount)]
            }
            if items.count / 3 > begin { stages.append(begin..<(items.count / 3)) }
        }
        fill(&next, wavefrontCount: end.wavefronts)
    }

    /// - Parameter next: the place of each key's next row and next wavefront
    private mutating func fill(_ next: inout [Extent], wavefrontCount: Int) {
        var starts = Array(repeating: Int32(schedule.rowCount), count: wavefrontCount + 1)
        var sets = Array(repeating: Int32(0), count: wavefrontCount)
        let directions = schedule.directions.count
        rows = Array(unsafeUninitializedCapacity: schedule.rowCount) { rows, initialized in
            forEachPiece { key, row, count, wavefront in
                let place = next[key].rows
                if next[key].enters(wavefront) {
                    starts[next[key].wavefronts] = Int32(truncatingIfNeeded: place)
                    let direction = key / groupCount % directions
                    sets[next[key].wavefronts] = Int32(schedule.firstSet(wavefront: wavefront) + direction)
                    next[key].wavefronts += 1
                }
                for t in 0..<count { rows[place + t] = Int32(truncatingIfNeeded: row + t) }
                next[key].rows += count
            }
            initialized = schedule.rowCount
        }
        (self.starts, self.sets) = (starts, sets)
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

    /// Calls `body` with the key, first row, rows and wavefront of each part of a run that lies in one block, in the order of
    /// the rows.
    @inline(__always)
    private func forEachPiece(_ body: (_ key: Int, _ row: Int, _ count: Int, _ wavefront: Int) -> Void) {
        let (runs, axes) = (schedule.runs, schedule.grid.axes)
        let (vertical, horizontal) = (runs.vertical, runs.horizontal)
        let strides = rowMajorStrides(of: blocks)
        let directions = schedule.directions.count
        runs.forEach { run in
            let group = groupOfSample[runs.planes[run.plane].sample]
            var corner = 0
            for k in 0..<axes { corner += strides[k] * (runs.origins[run.plane * axes + k] / block[k]) }
            var place = run.places.lowerBound
            while place < run.places.upperBound {
                var (index, end) = (corner, run.places.upperBound)
                if vertical >= 0 {
                    let number = place / block[vertical]
                    index += strides[vertical] * number
                    end = min(end, (number + 1) * block[vertical])
                }
                if horizontal >= 0 {
                    let number = (run.diagonal - place) / block[horizontal]
                    index += strides[horizontal] * number
                    end = min(end, run.diagonal - number * block[horizontal] + 1)
                }
                body(
                    (index * directions + run.direction) * groupCount + group,
                    run.row + place - run.places.lowerBound, end - place, run.wavefront)
                place = end
            }
        }
    }
}
