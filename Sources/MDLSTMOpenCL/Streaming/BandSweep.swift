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
    private var workSpaces: [Grid: BandWorkSpace<Element>] = [:]
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
    func resolvedPath() throws -> ComputePath { try workSpace(for: bands[0].grid).recurrent.path }

    /// Computes all bands.
    ///
    /// - Parameters:
    ///   - input: what is read
    ///   - output: where the columns of these directions go
    ///   - isFirst: whether no other directions went before
    ///   - result: takes over the states that leave the grid and the range of the cell state, as far as wanted
    func run(
        from input: any BandInput<Element>, to output: any BandOutput<Element>, isFirst: Bool,
        call: StreamCall<Element>, into result: inout StreamResult<Element>
    ) throws {
        var states: BandStates<Element>?
        var last: BandWorkSpace<Element>?
        for band in bands {
            let work = try workSpace(for: band.grid)
            if work !== last { try work.recurrent.pack(parameters.values, backward: false) }
            last = work
            if let state = call.initialState {
                try work.recurrent.setInitialState(state.entering(band, directions: directions, of: grid))
            }
            try work.recurrent.enter(states, samples: band.samples, clearing: call.initialState == nil)
            try read(band, from: input, into: work.x)
            try work.recurrent.forward(x: work.x, parameters: parameters.values)
            states = try work.recurrent.leavingStates(of: band.samples, rows: work.lastRows)
            try write(band, try work.recurrent.output(), isFirst: isFirst, to: output)
            if call.wantsFinalState {
                result.finalState!.leave(
                    try work.recurrent.finalState(), band: band, directions: directions, of: grid)
            }
            if call.wantsCellRange {
                let ranges = [result.cellRange, try work.recurrent.cellRange()].compactMap(\.self)
                result.cellRange = CellRange(ranges.flatMap { [$0.least, $0.largest] })
            }
        }
        if !keepsWorkSpaces { workSpaces = [:] }
    }

    private func workSpace(for grid: Grid) throws -> BandWorkSpace<Element> {
        if let work = workSpaces[grid] { return work }
        // The memory of the last is free before there is a new one.
        if !keepsWorkSpaces { workSpaces = [:] }
        let work = try BandWorkSpace(layer, grid: grid, parameters: parameters, library: library, path: path)
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

/// What bands of one shape need on the device.
final class BandWorkSpace<Element: Scalar> {
    let recurrent: Recurrent<Element>

    /// `[samples, E1, .., EN, I]`, the extents those of the band.
    let x: Buffer<Element>

    /// The rows whose states leave along axis 1, `[D, samples, face]`.
    let lastRows: Buffer<Int32>

    init(
        _ layer: LayerConfiguration, grid: Grid, parameters: ParameterStore<Element>, library: KernelLibrary,
        path: ComputePath
    ) throws {
        let schedule = try DeviceSchedule(layer, grid: grid, boundaryStates: true, library: library)
        recurrent = try Recurrent(
            layer, schedule: schedule, library: library, path: path, training: false,
            slots: RecurrentSlots(parameters.layout))
        try recurrent.setNoise(nil)
        x = try library.context.makeBuffer(of: Element.self, count: grid.siteCount * layer.inputSize)
        lastRows = try library.context.makeBuffer(copying: schedule.host.finalRows(axis: 0))
    }
}
