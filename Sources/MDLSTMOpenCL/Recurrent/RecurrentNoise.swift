import MDLSTM
import OpenCLRuntime

extension Recurrent {
    /// Sets the masks of zoneout for the next forward and backward pass.
    ///
    /// - Parameters:
    ///   - key: nil in inference, which takes their mean
    ///   - sites: where the layer's sites and directions are; all of both unless given
    func setNoise(_ key: NoiseKey?, at sites: NoiseSites? = nil) throws {
        guard !configuration.options.zoneout.isNone else { return }
        let seed = key?.seed ?? 0
        // Sites of the samples that come before these in the whole batch.
        let before = (key?.firstSample ?? 0) * (sites?.allSitesPerSample ?? schedule.host.grid.sitesPerSample)
        let sites = sites ?? NoiseSites(grid: schedule.host.grid, directions: 0..<directions, of: directions)
        try noise.write(
            [
                key == nil ? 0 : 1, UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32),
                key?.layer ?? 0, key?.step ?? 0, RandomStreams.noise, UInt32(sites.allDirections),
                UInt32(configuration.hiddenSize), UInt32(sites.directions.lowerBound), UInt32(sites.sitesPerSample),
            ] + sites.firstSites.map { UInt32(truncatingIfNeeded: before + $0) })
    }
}

/// Where the sites and directions of a layer are among all that masks are drawn for.
struct NoiseSites {
    /// Word of the first of ``firstSites`` in the noise of `zoneout.cl`.
    static let firstWord = 10

    let directions: Range<Int>
    let allDirections: Int

    /// Sites of a sample's storage, and the first of each sample among all.
    let sitesPerSample: Int, firstSites: [Int]

    /// Sites of a sample's storage among all that masks are drawn for.
    let allSitesPerSample: Int

    /// All of a grid.
    init(grid: Grid, directions: Range<Int>, of allDirections: Int) {
        self.directions = directions
        self.allDirections = allDirections
        sitesPerSample = grid.sitesPerSample
        allSitesPerSample = grid.sitesPerSample
        firstSites = (0..<grid.batch).map { $0 * grid.sitesPerSample }
    }

    /// Those of a band.
    init(band: Band, of grid: Grid, directions: Range<Int>, of allDirections: Int) {
        self.directions = directions
        self.allDirections = allDirections
        sitesPerSample = band.grid.sitesPerSample
        allSitesPerSample = grid.sitesPerSample
        firstSites = band.samples.map { $0 * grid.sitesPerSample + band.sites.lowerBound * grid.faceCount(axis: 0) }
    }
}
