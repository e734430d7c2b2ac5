/// Which sites of a grid make up each site of a coarser one: those along some axes, or those of a window.
package struct PoolTable: Sendable {
    /// The coarser grid.
    package let outputGrid: Grid

    /// The first entry of each output site among ``sites``, then the end of the last, `[outputs + 1]`.
    package private(set) var starts: [Int32] = [0]

    /// The input sites of each output site, in row-major order.
    package private(set) var sites: [Int32] = []

    /// The output site that each input site belongs to, -1 for a site of no sample.
    package private(set) var outputs: [Int32]

    /// All sites of a sample along `axes`.
    package init(grid: Grid, axes: Set<Int>) throws(MDLSTMError) {
        outputGrid = try Self.outputGrid(of: grid, axes: axes)
        outputs = []
        fill(grid) { coordinate in coordinate.indices.filter { !axes.contains($0) }.map { coordinate[$0] } }
    }

    /// The sites of each window, the last of a sample as much of it as there is.
    package init(grid: Grid, window: [Int]) throws(MDLSTMError) {
        outputGrid = try PatchTable.outputGrid(of: grid, window: window)
        outputs = []
        fill(grid) { coordinate in zip(coordinate, window).map { $0 / $1 } }
    }

    /// The grid without some of its axes; without any, each sample is a single site.
    package static func outputGrid(of grid: Grid, axes: Set<Int>) throws(MDLSTMError) -> Grid {
        func rest(_ extents: [Int]) -> [Int] { extents.indices.filter { !axes.contains($0) }.map { extents[$0] } }
        return try Grid(extents: rest(grid.extents), samples: grid.samples.map(rest))
    }

    private mutating func fill(_ grid: Grid, _ outer: ([Int]) -> [Int]) {
        outputs = Array(repeating: -1, count: grid.siteCount)
        var counts = Array(repeating: Int32(0), count: outputGrid.siteCount)
        for b in 0..<grid.batch {
            forEachCoordinate(in: grid.samples[b]) { coordinate in
                let output = outputGrid.site(sample: b, coordinate: outer(coordinate))
                outputs[grid.site(sample: b, coordinate: coordinate)] = Int32(output)
                counts[output] += 1
            }
        }
        for count in counts { starts.append(starts.last! + count) }
        sites = Array(repeating: 0, count: Int(starts.last!))
        var next = starts
        // Sites of the storage are in row-major order, so that those of an output are too.
        for (site, output) in outputs.enumerated() where output >= 0 {
            sites[Int(next[Int(output)])] = Int32(site)
            next[Int(output)] += 1
        }
    }
}
