import MDLSTM
import OpenCLRuntime

/// A layer over a grid that is read, computed and written band by band.
final class StreamedLayer<Element: Scalar> {
    private let configuration: LayerConfiguration
    private let grid: Grid
    private let parameters: ParameterStore<Element>
    private let walks: [BandWalk<Element>]

    /// Elements that are copied at a time between a file and the device.
    private static var pieceCount: Int { 1 << 20 }

    /// - Parameters:
    ///   - configuration: the layer
    ///   - parameters: in its order
    ///   - grid: the grid of the whole input
    ///   - height: sites of a band along axis 1
    ///   - library: the kernels of the device
    ///   - path: the way through the wavefronts
    ///   - keepsTables: whether several runs follow, so that tables are not made again in each
    init(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, grid: Grid, height: Int,
        library: KernelLibrary, path: ComputePath, keepsTables: Bool = false
    ) throws {
        self.configuration = configuration
        self.grid = grid
        self.parameters = try ParameterStore(parameters, context: library.context)
        let bands = try grid.bands(height: height)
        // Through a single band all directions pass together.
        let groups = bands.count == 1 ? [configuration.directions.indices] : configuration.bandGroups
        let request = LayerRequest(
            configuration, grid: grid, path: path, training: false, slots: RecurrentSlots(self.parameters.layout))
        let workSpace = WorkSpace<Element>(context: library.context)
        walks = groups.map {
            BandWalk(
                request, directions: $0, bands: bands, library: library, workSpace: workSpace,
                keepsLayers: keepsTables)
        }
    }

    /// The way that is taken, never `auto`.
    func path() throws -> ComputePath { try walks[0].path() }

    /// Reads the input and writes the output, band by band.
    func run(
        from input: any BandInput<Element>, to output: any BandOutput<Element>, call: StreamCall<Element>
    ) throws -> StreamResult<Element> {
        var faces = LayerFaces(call, configuration, grid: grid)
        for (index, walk) in walks.enumerated() {
            try walk.forward(
                parameters: parameters.values, noise: nil, faces: &faces, keepsStates: false,
                load: { try read(walk.bands[$0], from: input, into: $1) },
                store: { try write(walk.bands[$0], of: walk, $1, isFirst: index == 0, to: output) })
        }
        return StreamResult(finalState: faces.finalState, cellRange: faces.cellRange)
    }

    private func read(_ band: Band, from input: any BandInput<Element>, into x: Buffer<Element>) throws {
        let perSite = band.grid.faceCount(axis: 0) * configuration.inputSize
        try forEachPiece(of: band, perSite: perSite) { sample, sites, place in
            try input.withFiniteBand(sites, sample: sample) { try x.write($0, at: place * perSite) }
        }
    }

    private func write(
        _ band: Band, of walk: BandWalk<Element>, _ y: Buffer<Element>, isFirst: Bool,
        to output: any BandOutput<Element>
    ) throws {
        let (width, H) = (walk.layer.outputSize, walk.layer.hiddenSize)
        let rows = band.grid.faceCount(axis: 0)
        try forEachPiece(of: band, perSite: rows * width) { sample, sites, place in
            try output.withBand(sites, sample: sample, isNew: isFirst) { memory in
                try y.read(
                    rows: (place * rows)..<((place + sites.count) * rows), width: width,
                    into: UnsafeMutableBufferPointer(rebasing: memory[(walk.directions.lowerBound * H)...]),
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
