import MDLSTM

/// A layer over a grid that is computed band by band.
final class BandedLayer<Element: Scalar> {
    private let configuration: LayerConfiguration
    private let grid: Grid
    private let sweeps: [BandSweep<Element>]

    /// - Parameters:
    ///   - configuration: the layer
    ///   - parameters: in its order
    ///   - grid: that of the whole input
    ///   - height: sites of a band along axis 1
    ///   - library: the kernels of the device
    ///   - path: the way through the wavefronts
    ///   - keepsWorkSpaces: whether several runs follow, so that tables and buffers are not made again in each
    init(
        _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>, grid: Grid, height: Int,
        library: KernelLibrary, path: ComputePath, keepsWorkSpaces: Bool = false
    ) throws {
        self.configuration = configuration
        self.grid = grid
        let bands = try grid.bands(height: height)
        // Through a single band all directions pass together.
        let groups = bands.count == 1 ? [configuration.directions.indices] : configuration.bandGroups
        sweeps = try groups.map { directions in
            // The first band has all samples.
            try configuration.part(directions).validateSize(of: bands[0].grid)
            return try BandSweep(
                configuration, parameters: parameters, directions: directions, grid: grid, bands: bands,
                library: library, path: path, keepsWorkSpaces: keepsWorkSpaces)
        }
    }

    /// The way that is taken, never `auto`.
    func resolvedPath() throws -> ComputePath { try sweeps[0].resolvedPath() }

    /// Reads the input and writes the output, band by band.
    func run(
        from input: any BandInput<Element>, to output: any BandOutput<Element>, call: StreamCall<Element>
    ) throws -> StreamResult<Element> {
        var faces = LayerFaces(call, configuration, grid: grid)
        for (index, sweep) in sweeps.enumerated() {
            try sweep.run(from: input, to: output, isFirst: index == 0, faces: &faces)
        }
        return StreamResult(finalState: faces.finalState, cellRange: faces.cellRange)
    }
}
