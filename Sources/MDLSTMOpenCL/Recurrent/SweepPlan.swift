import MDLSTM

/// How a sweep is cut into items, chosen by an estimate of its time.
///
/// Few items leave compute units idle; many have few rows a wavefront, of which each then costs more, and small blocks
/// of sites cost a launch for every stage. All times are in those of one row.
struct SweepPlan: Sendable {
    /// Sites of a block along each axis, and groups of samples: see ``SweepTable``.
    let block: [Int]
    let groups: Int

    /// Estimated time of the sweep, and of the same schedule with a launch for every wavefront.
    let sweepTime: Double
    let fusedTime: Double

    /// A plan that nothing is swept by.
    init(block: [Int], groups: Int) {
        (self.block, self.groups, sweepTime, fusedTime) = (block, groups, .infinity, 0)
    }

    init(_ schedule: Schedule, row: RowCost, units: Int) {
        let grid = schedule.grid
        let depthAxis = schedule.depthCount > 1 ? grid.axes - 1 : nil
        // Were the rows no work but their own, on all units.
        let least = Double(schedule.rowCount) * (1 + 0.5 / Double(row.perTile)) / Double(units)
        let choices = SampleGroups.choices(grid, units: units)
        var best: (block: [Int], groups: Int, time: Double)?
        var last: [Int]?
        for side in [Int.max, 128, 64, 48, 32, 24, 16, 12, 8] {
            let block = grid.extents.indices.map { $0 == depthAxis ? grid.extents[$0] : min(side, grid.extents[$0]) }
            if block == last { continue }
            last = block
            var blocks = SweepBlocks(schedule, block: block, row: row)
            for groups in choices {
                let time = blocks.time(groups, units: units)
                if best == nil || time < best!.time { best = (block, groups.count, time) }
            }
            // Blocks along a single axis only wait for one another, and where samples are enough they gain little.
            if blocks.axes <= 1 || best!.time <= 1.1 * least { break }
        }
        (block, groups, sweepTime) = best!
        fusedTime = (0..<schedule.wavefrontCount).reduce(0) { sum, d in
            let rows = schedule.rowsPerSet(wavefront: d)
            let tiles = row.tiles(rows)
            guard tiles > 0 else { return sum }
            let items = schedule.directions.count * tiles * row.blocks
            let rounds = Double((items + units - 1) / units) / Double(row.blocks)
            return sum + row.launch + rounds * row.time(rows: (rows + tiles - 1) / tiles)
        }
    }
}

/// What the rows of a layer cost, in the time of one row in a full tile.
struct RowCost {
    /// The most rows of a tile, and blocks of units of a row.
    let perTile: Int
    let blocks: Int

    /// A launch.
    let launch: Double

    /// - Parameters:
    ///   - multiplyAdds: those of a row
    ///   - launch: those that a unit does in the time of a launch
    init(perTile: Int, blocks: Int, multiplyAdds: Int, launch: Int) {
        self.perTile = perTile
        self.blocks = blocks
        self.launch = Double(launch) / Double(multiplyAdds)
    }

    func tiles(_ rows: Int) -> Int { (rows + perTile - 1) / perTile }

    /// The rows of one wavefront on one unit: every tile loads all weights again, and a wavefront has a price of its own.
    func time(rows: Int) -> Double { Double(rows) + 0.5 * Double(tiles(rows)) + 0.5 }
}
