import MDLSTM
import OpenCLRuntime

/// A recurrent layer that keeps, from its forward to its backward pass, only the states between bands of the grid.
///
/// The backward pass goes from the last band to the first: it computes the band's forward pass again, then its backward
/// pass with the gradients by the states that the band after it was given.
final class RecomputedLayer<Element: Scalar>: RecurrentPass {
    private let grid: Grid
    private let walks: [BandWalk<Element>]
    private let library: KernelLibrary
    private let merge: DirectionMerge

    /// Where the sites of each band are among those of the whole grid, `[sites of the band]` by its place along axis 1; -1
    /// where a ragged sample has none.
    private let places: [Int: Buffer<Int32>]

    /// Features of the input and of the output.
    private let inputSize: Int, width: Int
    private var output: Buffer<Element>?

    let path: ComputePath
    var faces = LayerFaces<Element>()

    /// - Parameters:
    ///   - request: a layer with an axis to cut
    ///   - height: sites of a band along axis 1
    ///   - library: the kernels of the device
    ///   - workSpace: where the buffers of a band come from
    init(
        _ request: LayerRequest, height: Int, library: KernelLibrary, workSpace: WorkSpace<Element>
    ) throws {
        let configuration = request.configuration
        grid = request.grid
        merge = request.merge
        inputSize = configuration.inputSize
        width = merge == .concatenate ? configuration.outputSize : configuration.hiddenSize
        self.library = library
        let bands = try grid.bands(height: height)
        var places: [Int: Buffer<Int32>] = [:]
        for band in bands {
            places[band.sites.lowerBound] = try library.context.makeBuffer(copying: band.places(in: grid))
        }
        self.places = places
        walks = configuration.bandGroups.map {
            BandWalk(
                request, directions: $0, bands: bands, library: library, workSpace: workSpace, keepsLayers: true)
        }
        for walk in walks { try walk.prepare() }
        path = try walks[0].path()
    }

    func output(
        x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        let output = try output ?? library.context.makeBuffer(of: Element.self, count: grid.siteCount * width)
        self.output = output
        if grid.isRagged { try output.fill(with: 0) }
        for (index, walk) in walks.enumerated() {
            let columns = columns(of: walk)
            try walk.forward(
                parameters: parameters, noise: noise, faces: &faces, keepsStates: true,
                load: { try gather(x, 0..<inputSize, stride: inputSize, of: walk.bands[$0], into: $1) },
                store: {
                    let places = places(of: walk.bands[$0])
                    try library.scatterRows(
                        $1, width: columns.count, to: places, of: output, offset: columns.lowerBound, stride: width,
                        adding: merge == .sum && index > 0)
                })
        }
        return output
    }

    func gradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>?,
        adding: Bool, inputGradient dx: Buffer<Element>?
    ) throws {
        if grid.isRagged, let dx { try dx.fill(with: 0) }
        for (place, walk) in walks.enumerated() {
            try walk.backward(
                parameters: parameters, faces: &faces,
                load: { try gather(x, 0..<inputSize, stride: inputSize, of: walk.bands[$0], into: $1) },
                gradients: { index, work, setLeaving in
                    let (layer, band) = (work.layer, walk.bands[index])
                    // dL/dy takes the place of the output.
                    try gather(dy, columns(of: walk), stride: width, of: band, into: layer.outputBuffer)
                    try setLeaving()
                    let bandGradient = try dx.map { _ in try layer.makeBuffer("dx", count: work.x.count) }
                    try layer.gridGradients(
                        x: work.x, dy: layer.outputBuffer, parameters: parameters, into: gradients,
                        adding: adding || index + 1 < walk.bands.count, inputGradient: bandGradient)
                    if let dx, let bandGradient {
                        try library.scatterRows(
                            bandGradient, width: inputSize, to: places(of: band), of: dx, stride: inputSize,
                            adding: place > 0)
                    }
                })
        }
    }

    private func places(of band: Band) -> Buffer<Int32> { places[band.sites.lowerBound]! }

    /// The columns of the output, and of dL/dy, that some directions have: their own or, summed, all.
    private func columns(of walk: BandWalk<Element>) -> Range<Int> {
        let H = walk.layer.hiddenSize
        return merge == .sum ? 0..<width : (walk.directions.lowerBound * H)..<(walk.directions.upperBound * H)
    }

    /// Copies some columns of the band's rows; zeros where a ragged sample has none.
    private func gather(
        _ source: Buffer<Element>, _ columns: Range<Int>, stride: Int, of band: Band, into target: Buffer<Element>
    ) throws {
        let places = places(of: band)
        try library.gatherRows(
            source, offset: columns.lowerBound, stride: stride, index: places, rows: places.count, terms: 1,
            width: columns.count, into: target)
    }
}

extension Band {
    /// Where the band's sites are in the whole grid; -1 where a ragged sample has none.
    fileprivate func places(in whole: Grid) -> [Int32] {
        let perBand = grid.sitesPerSample
        let occupied = grid.occupied
        return (0..<grid.siteCount).map { site in
            let (index, rest) = site.quotientAndRemainder(dividingBy: perBand)
            let first = samples[index] * whole.sitesPerSample + sites.lowerBound * whole.faceCount(axis: 0)
            return occupied[site] ? Int32(first + rest) : -1
        }
    }
}
