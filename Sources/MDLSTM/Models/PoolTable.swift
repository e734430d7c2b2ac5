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
        var strides = rowMajorStrides(of: outputGrid.extents)[...]
        fill(
            grid,
            siteTerms(grid.extents, strides: grid.extents.indices.map { axes.contains($0) ? 0 : strides.removeFirst() })
        )
    }

    /// The sites of each window, the last of a sample as much of it as there is.
    package init(grid: Grid, window: [Int]) throws(MDLSTMError) {
        outputGrid = try PatchTable.outputGrid(of: grid, window: window)
        outputs = []
        let strides = rowMajorStrides(of: outputGrid.extents)
        fill(grid, grid.extents.indices.map { k in (0..<grid.extents[k]).map { $0 / window[k] * strides[k] } })
    }

    /// The grid without some of its axes; without any, each sample is a single site.
    package static func outputGrid(of grid: Grid, axes: Set<Int>) throws(MDLSTMError) -> Grid {
        func rest(_ extents: [Int]) -> [Int] { extents.indices.filter { !axes.contains($0) }.map { extents[$0] } }
        return try Grid(extents: rest(grid.extents), samples: grid.samples.map(rest))
    }

    /// - Parameter terms: what each coordinate along each axis adds to the number of the output site
    private mutating func fill(_ grid: Grid, _ terms: [[Int]]) {
        let own = siteTerms(grid.extents, strides: rowMajorStrides(of: grid.extents))
        outputs = Array(repeating: -1, count: grid.siteCount)
        starts = Array(repeating: 0, count: outputGrid.siteCount + 1)
        starts.withUnsafeMutableBufferPointer { starts in
            outputs.withUnsafeMutableBufferPointer { outputs in
                for b in 0..<grid.batch {
                    let (site, output) = (b * grid.sitesPerSample, b * outputGrid.sitesPerSample)
                    forEachSite(in: grid.samples[b], own, terms) {
                        outputs[site + $0] = Int32(output + $1)
                        starts[output + $1 + 1] += 1
                    }
                }
            }
            for index in 1..<starts.count { starts[index] += starts[index - 1] }
        }
        sites = Array(repeating: 0, count: Int(starts.last!))
        var next = starts
        sites.withUnsafeMutableBufferPointer { sites in
            next.withUnsafeMutableBufferPointer { next in
                // Sites of the storage are in row-major order, so that those of an output are too.
                for (site, output) in outputs.enumerated() where output >= 0 {
                    sites[Int(next[Int(output)])] = Int32(site)
                    next[Int(output)] += 1
                }
            }
        }
    }
}
