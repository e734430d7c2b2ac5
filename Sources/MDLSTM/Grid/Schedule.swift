/// The order in which a layer visits its rows, and each row's neighbours.
///
/// Rows are stored by wavefront, then direction, then sample, then scan coordinate, so that each wavefront is one
/// contiguous slab, each direction an equal part of it and each sample a run within that. All index tables are flat and
/// of 32-bit integers, as the kernels read them.
///
/// A schedule ordered by depth visits the whole grid at the first place of its last axis, then at the second, and so
/// on: each wavefront lies within one depth, whose weights it uses alone.
public struct Schedule: Sendable {
    public let grid: Grid
    public let directions: [Direction]

    /// Whether boundary rows stand in for predecessors outside the grid; otherwise the zero row does.
    public let hasBoundaryStates: Bool

    /// The extent of the last axis if the wavefronts are ordered depth by depth, else 1.
    public let depthCount: Int

    /// How the rows follow from the sites.
    let runs: WavefrontRuns

    /// Row of the predecessor along each axis, `[R, N]`: a row, ``zeroRow`` or a boundary row.
    public let predecessors: [Int32]

    /// Row of the successor along each axis, `[R + 1 + Q, N]`, ``zeroRow`` where there is none.
    public let successors: [Int32]

    /// Site of the grid's storage each row computes, `[R]`.
    public let sites: [Int32]

    /// Row of each site for each direction, `[sites, directions]`, -1 where a ragged sample has no site.
    public let rowsOfSites: [Int32]

    /// The rows of each parameter set in wavefront order, `[S, R / S]`.
    public let rowsOfSets: [Int32]

    /// The first row of every wavefront, then the end of the last one, `[W + 1]`.
    public let wavefronts: [Int]

    /// Number of rows R.
    public var rowCount: Int { sites.count }

    /// Number of wavefronts W.
    public var wavefrontCount: Int { wavefronts.count - 1 }

    /// Number of parameter sets S: one for each direction, depth by depth.
    public var setCount: Int { directions.count * depthCount }

    /// Wavefronts that use one depth's weights.
    public var wavefrontsPerDepth: Int { wavefrontCount / depthCount }

    /// The row of zeros that stands in for every predecessor outside the grid.
    public var zeroRow: Int { rowCount }

    /// Number of boundary rows Q.
    public var boundaryRowCount: Int {
        hasBoundaryStates ? (0..<grid.axes).reduce(0) { $0 + boundaryCount(axis: $1) } : 0
    }

    /// Rows of a state buffer: the rows, the zero row and the boundary rows.
    public var stateRowCount: Int { rowCount + 1 + boundaryRowCount }

    /// Rows that wavefront `d` has for each direction.
    public func rowsPerSet(wavefront d: Int) -> Int { (wavefronts[d + 1] - wavefronts[d]) / directions.count }

    /// The parameter set of the first direction in wavefront `d`; the sets of the other directions follow it.
    public func firstSet(wavefront d: Int) -> Int { d / wavefrontsPerDepth * directions.count }

    /// The rows of wavefront `d`.
    func rows(ofWavefront d: Int) -> Range<Int> { wavefronts[d]..<wavefronts[d + 1] }

    /// The direction of a row of wavefront `d`.
    func direction(ofRow row: Int, wavefront d: Int) -> Int { (row - wavefronts[d]) / rowsPerSet(wavefront: d) }

    /// The parameter set of a row of wavefront `d`.
    func set(ofRow row: Int, wavefront d: Int) -> Int {
        firstSet(wavefront: d) + direction(ofRow: row, wavefront: d)
    }

    /// The number of rows of the largest wavefront.
    public var largestWavefront: Int { zip(wavefronts, wavefronts.dropFirst()).map { $1 - $0 }.max() ?? 0 }

    /// Number of boundary states along axis `k`: `directions * B * product of the other extents`.
    public func boundaryCount(axis k: Int) -> Int { directions.count * grid.batch * grid.faceCount(axis: k) }

    /// First boundary row of axis `k`; its rows follow in the order `[directions, B, face]`, the face in grid coordinates.
    public func firstBoundaryRow(axis k: Int) -> Int {
        (0..<k).reduce(rowCount + 1) { $0 + boundaryCount(axis: $1) }
    }

    /// The schedule of `grid` scanned in `directions`.
    ///
    /// - Parameters:
    ///   - grid: the grid that the layer sweeps, the depth of a `grid` layer included
    ///   - directions: scan orders over the axes of `grid`
    ///   - boundaryStates: whether there are boundary rows
    ///   - byDepth: whether the wavefronts follow each other depth by depth; every direction must then scan the last axis
    ///     forwards
    public init(grid: Grid, directions: [Direction], boundaryStates: Bool = false, byDepth: Bool = false) {
        precondition(directions.allSatisfy { $0.axes == grid.axes }, "directions and grid differ in their axes")
        let builder = ScheduleBuilder(
            grid: grid, directions: directions, boundaryStates: boundaryStates, byDepth: byDepth)
        self.grid = grid
        self.directions = directions
        hasBoundaryStates = boundaryStates
        depthCount = byDepth ? grid.extents[grid.axes - 1] : 1
        runs = builder.runs
        wavefronts = runs.wavefronts
        (predecessors, successors) = builder.neighbours()
        (sites, rowsOfSites) = builder.places()
        rowsOfSets = builder.rowsOfSets()
    }

    /// The fronts of pictures that are drawn: all sites that wait for none of the same front.
    ///
    /// Site (i, j) waits for those up to m rows above and up to m columns to the right, so that those with the same
    /// j + (m + 1) i do not wait for one another. Unlike in other schedules, the site of a row is its place in its wavefront:
    /// inputs and outputs are those of one wavefront at a time.
    ///
    /// - Parameters:
    ///   - batch: pictures side by side
    ///   - height: rows of a picture
    ///   - width: columns
    ///   - reach: m
    ///   - inRasterOrder: makes a wavefront of each site, in raster order, instead
    package init(fronts batch: Int, height: Int, width: Int, reach: Int, inRasterOrder: Bool) throws(MDLSTMError) {
        let slope = reach + 1
        let count = inRasterOrder ? height * width : width + slope * (height - 1)
        var wavefronts = [0], sites: [Int32] = [], places: [(sample: Int, row: Int, column: Int)] = []
        var rows = Array(repeating: Int32(0), count: batch * height * width)
        for front in 0..<count {
            for b in 0..<batch {
                let first = max(0, (front - width + slope) / slope)
                let lines = inRasterOrder ? front / width..<front / width + 1 : first..<min(height, front / slope + 1)
                for row in lines {
                    let column = inRasterOrder ? front % width : front - slope * row
                    rows[(b * height + row) * width + column] = Int32(sites.count)
                    sites.append(Int32(sites.count - wavefronts[front]))
                    places.append((b, row, column))
                }
            }
            wavefronts.append(sites.count)
        }
        let zero = Int32(sites.count)
        predecessors = places.flatMap { place -> [Int32] in
            let site = (place.sample * height + place.row) * width + place.column
            return [place.row > 0 ? rows[site - width] : zero, place.column > 0 ? rows[site - 1] : zero]
        }
        let largest = zip(wavefronts, wavefronts.dropFirst()).map { $1 - $0 }.max() ?? 1
        grid = try Grid(batch: 1, extents: [1, largest])
        directions = [.forward(axes: 2)]
        (hasBoundaryStates, depthCount) = (false, 1)
        runs = WavefrontRuns(grid, directions: 1, byDepth: false)
        (self.wavefronts, self.sites) = (wavefronts, sites)
        // No pass goes back over them, and none looks sites up.
        (successors, rowsOfSites, rowsOfSets) = ([], rows, (0..<zero).map { $0 })
    }

    /// The row whose state leaves the grid along axis `k`, `[directions, B, face]` in grid coordinates; ``zeroRow`` where a
    /// ragged sample has none.
    public func finalRows(axis k: Int) -> [Int32] {
        let face = grid.faceCount(axis: k)
        var rows = Array(repeating: Int32(zeroRow), count: boundaryCount(axis: k))
        for b in 0..<grid.batch where !grid.samples[b].contains(0) {
            var faceExtents = grid.samples[b]
            faceExtents[k] = 1
            forEachCoordinate(in: faceExtents) { coordinate in
                let j = grid.faceIndex(coordinate, axis: k)
                for (s, direction) in directions.enumerated() {
                    var last = coordinate
                    last[k] = direction.reversed[k] ? 0 : grid.samples[b][k] - 1
                    let site = grid.site(sample: b, coordinate: last)
                    rows[(s * grid.batch + b) * face + j] = rowsOfSites[site * directions.count + s]
                }
            }
        }
        return rows
    }
}

extension Grid {
    /// Index within the face left along axis `k` of a coordinate, whose `k`-th part does not count.
    func faceIndex(_ coordinate: [Int], axis k: Int) -> Int {
        var index = 0
        for axis in 0..<axes where axis != k { index = index * extents[axis] + coordinate[axis] }
        return index
    }
}
