/// Fills the tables of a ``Schedule`` in three passes over the scan coordinates.
struct ScheduleBuilder {
    let grid: Grid
    let directions: [Direction]
    let boundaryStates: Bool
    let byDepth: Bool

    var wavefronts: [Int] = []
    var predecessors: [Int32] = []
    var successors: [Int32] = []
    var sites: [Int32] = []
    var rowsOfSites: [Int32] = []
    var rowsOfSets: [Int32] = []

    /// Position of each scan site within its wavefront and direction, -1 where a ragged sample has none.
    private var positions: [Int32] = []
    private var firstBoundaryRows: [Int] = []

    /// Wavefronts of one depth, or of the whole grid.
    private let wavefrontsPerDepth: Int

    init(grid: Grid, directions: [Direction], boundaryStates: Bool, byDepth: Bool) {
        self.byDepth = byDepth
        // The largest sample has sites on every wavefront up to its own last. Without any there is one, which is empty.
        let axes = byDepth ? grid.axes - 1 : grid.axes
        let occupied = grid.samples.filter { !$0.contains(0) }
        wavefrontsPerDepth = occupied.map { $0.prefix(axes).reduce(1) { $0 + $1 - 1 } }.max() ?? 1
        self.grid = grid
        self.directions = directions
        self.boundaryStates = boundaryStates
    }

    private var axes: Int { grid.axes }
    private var sets: Int { directions.count }
    private var rowCount: Int { wavefronts.last ?? 0 }

    mutating func build() {
        countRows()
        let boundaryCounts = (0..<axes).map { boundaryStates ? sets * grid.batch * grid.faceCount(axis: $0) : 0 }
        firstBoundaryRows = boundaryCounts.indices.map { boundaryCounts[..<$0].reduce(rowCount + 1, +) }
        let zero = Int32(rowCount)
        predecessors = Array(repeating: zero, count: rowCount * axes)
        successors = Array(repeating: zero, count: (rowCount + 1 + boundaryCounts.reduce(0, +)) * axes)
        sites = Array(repeating: 0, count: rowCount)
        rowsOfSites = Array(repeating: -1, count: grid.siteCount * sets)
        for s in 0..<sets { linkRows(of: s) }
        listRowsOfSets()
    }

    /// Counts the rows of every wavefront and numbers the scan sites within each.
    private mutating func countRows() {
        let wavefrontCount = wavefrontsPerDepth * (byDepth ? grid.extents[axes - 1] : 1)
        let sitesPerSample = grid.sitesPerSample
        var counts = Array(repeating: 0, count: wavefrontCount)
        positions = Array(repeating: -1, count: grid.siteCount)
        for b in 0..<grid.batch {
            var flat = 0
            forEachCoordinate(in: grid.extents) { coordinate in
                defer { flat += 1 }
                guard grid.isInside(coordinate, sample: b) else { return }
                let d = wavefront(of: coordinate)
                positions[b * sitesPerSample + flat] = Int32(counts[d])
                counts[d] += 1
            }
        }
        wavefronts = [0]
        for count in counts { wavefronts.append(wavefronts.last! + sets * count) }
    }

    /// Writes the site and the neighbours of every row of direction `s`.
    private mutating func linkRows(of s: Int) {
        let reversed = directions[s].reversed
        let strides = grid.strides
        let sitesPerSample = grid.sitesPerSample
        var flat = 0
        forEachCoordinate(in: grid.extents) { coordinate in
            let d = wavefront(of: coordinate)
            for b in 0..<grid.batch {
                let scanSite = b * sitesPerSample + flat
                guard positions[scanSite] >= 0 else { continue }
                let row = rowIndex(wavefront: d, set: s, position: positions[scanSite])
                var site = b * sitesPerSample
                for k in 0..<axes {
                    site += strides[k] * (reversed[k] ? grid.samples[b][k] - 1 - coordinate[k] : coordinate[k])
                    var predecessor = rowCount
                    if coordinate[k] > 0 {
                        predecessor = rowIndex(
                            wavefront: d - step(along: k), set: s, position: positions[scanSite - strides[k]])
                    } else if boundaryStates {
                        predecessor = boundaryRow(axis: k, set: s, sample: b, scan: coordinate)
                    }
                    predecessors[row * axes + k] = Int32(predecessor)
                    if predecessor != rowCount { successors[predecessor * axes + k] = Int32(row) }
                }
                sites[row] = Int32(site)
                rowsOfSites[site * sets + s] = Int32(row)
            }
            flat += 1
        }
    }

    private mutating func listRowsOfSets() {
        rowsOfSets.reserveCapacity(rowCount)
        for depth in stride(from: 0, to: wavefronts.count - 1, by: wavefrontsPerDepth) {
            for s in 0..<sets {
                for d in depth..<(depth + wavefrontsPerDepth) {
                    let count = (wavefronts[d + 1] - wavefronts[d]) / sets
                    let first = wavefronts[d] + s * count
                    for row in first..<(first + count) { rowsOfSets.append(Int32(row)) }
                }
            }
        }
    }

    private func wavefront(of coordinate: [Int]) -> Int {
        guard byDepth else { return coordinate.reduce(0, +) }
        return coordinate[axes - 1] * wavefrontsPerDepth + coordinate.dropLast().reduce(0, +)
    }

    /// Wavefronts from a site back to its predecessor along axis `k`.
    private func step(along k: Int) -> Int { byDepth && k == axes - 1 ? wavefrontsPerDepth : 1 }

    private func rowIndex(wavefront d: Int, set s: Int, position: Int32) -> Int {
        let first = wavefronts[d]
        return first + s * ((wavefronts[d + 1] - first) / sets) + Int(position)
    }

    /// Boundary row that precedes the scan coordinate `scan` along axis `k`, found by its place on the grid.
    private func boundaryRow(axis k: Int, set s: Int, sample b: Int, scan: [Int]) -> Int {
        let reversed = directions[s].reversed
        var coordinate = scan
        for axis in 0..<axes where reversed[axis] { coordinate[axis] = grid.samples[b][axis] - 1 - scan[axis] }
        return firstBoundaryRows[k] + (s * grid.batch + b) * grid.faceCount(axis: k)
            + grid.faceIndex(coordinate, axis: k)
    }
}

extension Grid {
    /// Whether sample `b` reaches the coordinate.
    func isInside(_ coordinate: [Int], sample b: Int) -> Bool {
        let sample = samples[b]
        for k in coordinate.indices where coordinate[k] >= sample[k] { return false }
        return true
    }
}
