package import MDLSTM
package import OpenCLRuntime

/// A recurrent layer that keeps, from its forward to its backward pass, only the states between bands of the grid.
///
/// The backward pass goes from the last band to the first: it computes the band's forward pass again, then its backward
/// pass with the gradients by the states that the band after it was given.
package final class RecomputedLayer<Element: Scalar>: RecurrentPass {
    private let grid: Grid
    private let groups: [RecomputedDirections<Element>]
    private let library: KernelLibrary
    private let merge: DirectionMerge

    /// Features of the output.
    private let width: Int
    private var output: Buffer<Element>?

    /// What a layer call has besides input and output.
    package var faces = LayerFaces<Element>()

    /// - Parameters:
    ///   - configuration: a layer with an axis to cut
    ///   - grid: the grid of its input
    ///   - height: sites of a band along axis 1
    ///   - library: the kernels of the device
    ///   - path: the way through the wavefronts
    ///   - slots: where its parameters are
    ///   - merge: what becomes of the directions' outputs
    ///   - workSpace: where the buffers of a band come from
    package init(
        _ configuration: LayerConfiguration, grid: Grid, height: Int, library: KernelLibrary, path: ComputePath,
        slots: RecurrentSlots, merge: DirectionMerge = .concatenate, workSpace: WorkSpace<Element>
    ) throws {
        self.merge = merge
        width = merge == .concatenate ? configuration.outputSize : configuration.hiddenSize
        self.grid = grid
        self.library = library
        let bands = try grid.bands(height: height).map { try PlacedBand($0, of: grid, context: library.context) }
        groups = try configuration.bandGroups.map { directions in
            try RecomputedDirections(
                configuration, directions: directions, grid: grid, bands: bands, library: library, path: path,
                slots: slots.part(directions, of: configuration.directions.count), merge: merge, workSpace: workSpace)
        }
    }

    /// The way that is taken in the first band.
    package var path: ComputePath { groups[0].path }

    package func output(
        x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        let output = try output ?? library.context.makeBuffer(of: Element.self, count: grid.siteCount * width)
        self.output = output
        if grid.isRagged { try output.fill(with: 0) }
        for (index, group) in groups.enumerated() {
            try group.forward(
                x: x, parameters: parameters, noise: noise,
                output: MergedRows(output, merge, width, isFirst: index == 0),
                faces: &faces)
        }
        return output
    }

    package func gradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>,
        inputGradient dx: Buffer<Element>?
    ) throws {
        if grid.isRagged, let dx { try dx.fill(with: 0) }
        for (index, group) in groups.enumerated() {
            try group.backward(
                x: x, dy: MergedRows(dy, merge, width, isFirst: index == 0), parameters: parameters, into: gradients,
                inputGradient: dx, faces: &faces)
        }
    }
}

/// Rows of a layer's output or of dL/dy, of which each group of directions has its columns or, summed, all.
struct MergedRows<Element: Scalar> {
    let buffer: Buffer<Element>
    let merge: DirectionMerge

    /// Elements of a row.
    let stride: Int

    /// Whether no group went before.
    let isFirst: Bool

    init(_ buffer: Buffer<Element>, _ merge: DirectionMerge, _ stride: Int, isFirst: Bool) {
        self.buffer = buffer
        self.merge = merge
        self.stride = stride
        self.isFirst = isFirst
    }

    /// The columns of some directions of H units.
    func columns(of directions: Range<Int>, hiddenSize: Int) -> Range<Int> {
        merge == .sum ? 0..<stride : (directions.lowerBound * hiddenSize)..<(directions.upperBound * hiddenSize)
    }
}

/// A band, and where its sites are among those of the whole grid.
struct PlacedBand {
    let band: Band

    /// `[sites of the band]`, -1 where a ragged sample has none.
    let places: Buffer<Int32>

    init(_ band: Band, of grid: Grid, context: Context) throws {
        self.band = band
        let perPlace = grid.faceCount(axis: 0)
        let perBand = band.grid.sitesPerSample
        let occupied = band.grid.occupied
        places = try context.makeBuffer(
            copying: (0..<band.grid.siteCount).map { site in
                let (index, rest) = site.quotientAndRemainder(dividingBy: perBand)
                let first = band.samples[index] * grid.sitesPerSample + band.sites.lowerBound * perPlace
                return occupied[site] ? Int32(first + rest) : -1
            })
    }
}
