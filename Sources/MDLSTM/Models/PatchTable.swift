/// Which site of a grid each place of each window holds, and back.
public struct PatchTable: Sendable {
    /// The coarser grid, one site a window.
    public let outputGrid: Grid

    /// Site of the fine grid at each place of each window, `[windows, places]`, -1 beyond the grid.
    public let sites: [Int32]

    /// Place `window * places + place` of each site of the fine grid, `[sites]`, -1 for a site of no sample.
    public let places: [Int32]

    /// Sites of a window.
    public let placeCount: Int

    /// The windows of extents `window` over `grid`.
    public init(grid: Grid, window: [Int]) throws(MDLSTMError) {
        let output = try Self.outputGrid(of: grid, window: window)
        let count = window.reduce(1, *)
        var sites = Array(repeating: Int32(-1), count: output.siteCount * count)
        var places = Array(repeating: Int32(-1), count: grid.siteCount)
        let own = siteTerms(grid.extents, strides: rowMajorStrides(of: grid.extents))
        let outer = rowMajorStrides(of: output.extents), inner = rowMajorStrides(of: window)
        let entries = grid.extents.indices.map { k in
            (0..<grid.extents[k]).map { $0 / window[k] * outer[k] * count + $0 % window[k] * inner[k] }
        }
        sites.withUnsafeMutableBufferPointer { sites in
            places.withUnsafeMutableBufferPointer { places in
                for b in 0..<grid.batch {
                    let (site, entry) = (b * grid.sitesPerSample, b * output.sitesPerSample * count)
                    forEachSite(in: grid.samples[b], own, entries) {
                        sites[entry + $1] = Int32(site + $0)
                        places[site + $0] = Int32(entry + $1)
                    }
                }
            }
        }
        outputGrid = output
        self.sites = sites
        self.places = places
        placeCount = count
    }

    /// The grid of windows: every extent divided by the window's, rounded up.
    public static func outputGrid(of grid: Grid, window: [Int]) throws(MDLSTMError) -> Grid {
        func windows(_ extents: [Int]) -> [Int] { zip(extents, window).map { ($0 + $1 - 1) / $1 } }
        return try Grid(extents: windows(grid.extents), samples: grid.samples.map(windows))
    }
}
