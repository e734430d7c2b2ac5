import MDLSTM
import OpenCLRuntime

/// Directions of a recomputed layer that pass through the bands in the same order.
final class RecomputedDirections<Element: Scalar> {
    /// The layer of these directions alone, which of the whole layer's they are, and how many that has.
    private let layer: LayerConfiguration
    private let directions: Range<Int>
    private let allDirections: Int

    /// The whole grid and its bands in scan order.
    private let grid: Grid
    private let bands: [PlacedBand]

    private let library: KernelLibrary
    private let workSpace: WorkSpace<Element>

    /// What bands of one shape need, all with the same weights and the buffers of the work space.
    private var recurrents: [Grid: BandRecurrent<Element>] = [:]

    /// The states that enter each band but the first.
    private var states: [BandStates<Element>?]

    /// The masks of the last forward pass.
    private var noise: NoiseKey?

    init(
        _ configuration: LayerConfiguration, directions: Range<Int>, grid: Grid, bands: [PlacedBand],
        library: KernelLibrary, path: ComputePath, slots: RecurrentSlots, merge: DirectionMerge,
        workSpace: WorkSpace<Element>
    ) throws {
        let layer = configuration.part(directions)
        self.layer = layer
        self.directions = directions
        allDirections = configuration.directions.count
        self.grid = grid
        self.bands = layer.directions[0].reversed[0] ? bands.reversed() : bands
        self.library = library
        self.workSpace = workSpace
        states = bands.map { _ in nil }
        func add(_ grid: Grid, path: ComputePath) throws -> Recurrent<Element> {
            try layer.validateSize(of: grid)
            let recurrent = try BandRecurrent(
                layer, grid: grid, library: library, path: path, training: true, slots: slots, merge: merge,
                workSpace: workSpace)
            recurrents[grid] = recurrent
            return recurrent.layer
        }
        // The first band is the largest: the others use its buffers, and its weights as its way lays them out.
        let first = try add(bands[0].band.grid, path: path)
        for band in bands where recurrents[band.band.grid] == nil {
            try add(band.band.grid, path: first.path).weightPlaces = first.makeWeightPlaces()
        }
    }

    private func recurrent(of band: Band) -> BandRecurrent<Element> { recurrents[band.grid]! }

    var path: ComputePath { recurrent(of: bands[0].band).layer.path }

    /// The forward pass over all bands; keeps the states between them.
    func forward(
        x: Buffer<Element>, parameters: Buffer<Element>, noise: NoiseKey?, output: MergedRows<Element>,
        faces: inout LayerFaces<Element>
    ) throws {
        self.noise = noise
        try recurrent(of: bands[0].band).layer.pack(parameters, backward: true)
        for (index, placed) in bands.enumerated() {
            let band = placed.band
            let work = try compute(index, x: x, parameters: parameters, faces: faces)
            let columns = output.columns(of: directions, hiddenSize: layer.hiddenSize)
            try library.scatterRows(
                try work.layer.output(), width: columns.count, to: placed.places, of: output.buffer,
                offset: columns.lowerBound, stride: output.stride, adding: output.merge == .sum && !output.isFirst)
            try faces.leave(work.layer, band: band, directions: directions, of: grid)
            guard index + 1 < bands.count else { continue }
            states[index + 1] = try work.layer.leavingStates(
                of: band.samples, rows: work.lastRows, replacing: states[index + 1])
        }
    }

    /// The forward pass over one band.
    private func compute(
        _ index: Int, x: Buffer<Element>, parameters: Buffer<Element>, faces: LayerFaces<Element>
    ) throws -> BandRecurrent<Element> {
        let band = bands[index].band
        let work = recurrent(of: band)
        // Another band may have left its own there.
        try work.layer.clearZeroRows()
        if let state = faces.initialState {
            try work.layer.setInitialState(state.entering(band, directions: directions, of: grid))
        }
        try work.layer.enter(states[index], samples: band.samples, clearing: false)
        try work.layer.setNoise(
            noise, at: NoiseSites(band: band, of: grid, directions: directions, of: allDirections))
        try gather(x, 0..<layer.inputSize, stride: layer.inputSize, of: bands[index], into: work.x)
        try work.layer.forward(x: work.x, parameters: parameters)
        workSpace.content = WorkSpace.Content(owner: ObjectIdentifier(self), band: index)
        return work
    }

    /// The gradients, the bands in reverse: each is computed again unless the work space still has it.
    func backward(
        x: Buffer<Element>, dy: MergedRows<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>,
        inputGradient dx: Buffer<Element>?, faces: inout LayerFaces<Element>
    ) throws {
        var returned: BandGradient<Element>?
        for (index, placed) in bands.enumerated().reversed() {
            let band = placed.band
            let isThere = workSpace.content == WorkSpace.Content(owner: ObjectIdentifier(self), band: index)
            let work =
                isThere ? recurrent(of: band) : try compute(index, x: x, parameters: parameters, faces: faces)
            workSpace.content = nil
            let columns = dy.columns(of: directions, hiddenSize: layer.hiddenSize)
            // dL/dy takes the place of the output.
            try gather(dy.buffer, columns, stride: dy.stride, of: placed, into: work.layer.outputBuffer)
            try work.layer.setLeavingGradient(
                returned, samples: band.samples,
                given: faces.finalStateGradient?.entering(band, directions: directions, of: grid))
            try work.layer.backward(dy: work.layer.outputBuffer)
            try work.layer.weightGradients(x: work.x, into: gradients, adding: index + 1 < bands.count)
            if let dx {
                let bandGradient = try work.layer.makeBuffer("dx", count: work.x.count)
                try work.layer.inputGradient(parameters: parameters, into: bandGradient)
                try library.scatterRows(
                    bandGradient, width: layer.inputSize, to: placed.places, of: dx, stride: layer.inputSize,
                    adding: !dy.isFirst)
            }
            faces.initialStateGradient?.leave(
                try work.layer.initialStateGradient(), band: band, directions: directions, of: grid)
            if index > 0 { returned = try work.layer.enteringGradient(of: band.samples) }
        }
    }

    /// Copies some columns of the band's rows; zeros where a ragged sample has none.
    private func gather(
        _ source: Buffer<Element>, _ columns: Range<Int>, stride: Int, of placed: PlacedBand,
        into target: Buffer<Element>
    ) throws {
        try library.gatherRows(
            source, offset: columns.lowerBound, stride: stride, index: placed.places, rows: placed.places.count,
            terms: 1, width: columns.count, into: target)
    }
}
