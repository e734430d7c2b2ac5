import MDLSTM
import OpenCLRuntime

/// Directions of a layer that pass through the bands of a grid in the same order, one band on the device at a time.
final class BandSweep<Element: Scalar> {
    /// The layer of these directions alone, and which of the whole layer's they are.
    private let layer: LayerConfiguration
    private let directions: Range<Int>

    /// The whole grid and its bands in scan order.
    private let grid: Grid
    private let bands: [Band]

    private let library: KernelLibrary
    private let path: ComputePath
    private let parameters: ParameterStore<Element>

    /// Work space of bands of one shape; the one last used, or all if they are kept.
    private var workSpaces: [Grid: BandRecurrent<Element>] = [:]
    private let keepsWorkSpaces: Bool

    /// Elements that are copied at a time between a file and the device.
    private static var pieceCount: Int { 1 << 20 }

    init(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, directions: Range<Int>, grid: Grid,
        bands: [Band], library: KernelLibrary, path: ComputePath, keepsWorkSpaces: Bool
    ) throws {
        self.directions = directions
        self.grid = grid
        self.library = library
        self.path = path
        self.keepsWorkSpaces = keepsWorkSpaces
        layer = configuration.part(directions)
        self.bands = layer.directions[0].reversed[0] ? bands.reversed() : bands
        self.parameters = try ParameterStore(
            parameters.part(directions, of: configuration.directions.count), context: library.context)
    }

    /// The way that is taken in the first band, never `auto`.
    func resolvedPath() throws -> ComputePath { try workSpace(for: bands[0].grid).layer.path }

    /// Computes all bands.
    ///
    /// - Parameters:
    ///   - input: what is read
    ///   - output: where the columns of these directions go
    ///   - isFirst: whether no other directions went before
    ///   - faces: the states that enter and leave the grid
    func run(
        from input: any BandInput<Element>, to output: any BandOutput<Element>, isFirst: Bool,
        faces: inout LayerFaces<Element>
    ) throws {
        var states: BandStates<Element>?
        var last: Grid?
        for band in bands {
            let work = try workSpace(for: band.grid)
            let layer = work.layer
            if band.grid != last { try layer.pack(parameters.values, backward: false) }
            last = band.grid
            if let state = faces.initialState {
                try layer.setInitialState(state.entering(band, directions: directions, of: grid))
            }
            try layer.enter(states, samples: band.samples, clearing: faces.initialState == nil)
            try read(band, from: input, into: work.x)
            try layer.forward(x: work.x, parameters: parameters.values)
            states = try layer.leavingStates(of: band.samples, rows: work.lastRows)
            try write(band, try layer.output(), isFirst: isFirst, to: output)
            try faces.leave(layer, band: band, directions: directions, of: grid)
        }
        if !keepsWorkSpaces { workSpaces = [:] }
    }

    private func workSpace(for grid: Grid) throws -> BandRecurrent<Element> {
        if let work = workSpaces[grid] { return work }
        // The memory of the last is free before there is a new one.
        if !keepsWorkSpaces { workSpaces = [:] }
        let work = try BandRecurrent<Element>(
            layer, grid: grid, library: library, path: path, training: false,
            slots: RecurrentSlots(parameters.layout))
        try work.layer.setNoise(nil)
        workSpaces[grid] = work
        return work
    }

    private func read(_ band: Band, from input: any BandInput<Element>, into x: Buffer<Element>) throws {
        let perSite = x.count / (band.samples.count * band.sites.count)
        try forEachPiece(of: band, perSite: perSite) { sample, sites, place in
            try input.withFiniteBand(sites, sample: sample) { try x.write($0, at: place * perSite) }
        }
    }

    private func write(
        _ band: Band, _ y: Buffer<Element>, isFirst: Bool, to output: any BandOutput<Element>
    ) throws {
        let (width, H) = (layer.outputSize, layer.hiddenSize)
        let rows = band.grid.faceCount(axis: 0)
        try forEachPiece(of: band, perSite: rows * width) { sample, sites, place in
            try output.withBand(sites, sample: sample, isNew: isFirst) { memory in
                try y.read(
                    rows: (place * rows)..<((place + sites.count) * rows), width: width,
                    into: UnsafeMutableBufferPointer(rebasing: memory[(directions.lowerBound * H)...]),
                    stride: memory.count / (sites.count * rows))
            }
        }
    }

    /// Calls `body` with a sample, some of its sites of axis 1, and where they begin among all of the band.
    private func forEachPiece(
        of band: Band, perSite: Int, _ body: (_ sample: Int, _ sites: Range<Int>, _ place: Int) throws -> Void
    ) throws {
        let most = max(1, Self.pieceCount / perSite)
        let begin = band.sites.lowerBound
        for (index, sample) in band.samples.enumerated() {
            for piece in (begin..<(begin + band.grid.samples[index][0])).pieces(ofAtMost: most) {
                try body(sample, piece, index * band.sites.count + piece.lowerBound - begin)
            }
        }
    }
}
