import MDLSTM
import OpenCLRuntime

/// The directions of a layer that pass through the bands of a grid in the same order, with one band on the device at a
/// time.
///
/// Streaming and recomputed layers walk in the same way: the states that leave a band enter the next. They differ in
/// the data that they read, write and keep.
final class BandWalk<Element: Scalar> {
    /// The layer reduced to these directions, their range among the directions of the whole layer, and the number of
    /// the latter.
    let layer: LayerConfiguration
    let directions: Range<Int>
    private let allDirections: Int

    /// The whole grid and its bands in scan order.
    let grid: Grid
    let bands: [Band]
    private let largestGrid: Grid

    /// The request for the layer of a band, except for its grid.
    private let request: LayerRequest
    private let library: KernelLibrary

    /// The buffers that the bands use one after the other.
    let workSpace: WorkSpace<Element>

    /// The layer for each shape of bands: for all shapes if they are kept, otherwise for the last one.
    private var layers: [Grid: BandLayer<Element>] = [:]
    private let keepsLayers: Bool

    /// Way and tables of the largest band; the other bands use its layout of the weights.
    private var largest: (path: ComputePath, places: WeightPlaces)?

    /// The states that enter each band except the first; a walk that keeps no states has them only for the next band.
    private var states: [BandStates<Element>?]

    /// The masks of the last forward pass.
    private var noise: NoiseKey?

    /// - Parameters:
    ///   - request: the whole layer over the whole grid
    ///   - directions: the directions of the layer that pass together
    ///   - bands: the bands of the grid; the first is the largest
    ///   - library: the kernels of the device
    ///   - workSpace: the buffers of a band
    ///   - keepsLayers: whether the layers of all shapes of bands are kept, because several walks follow
    init(
        _ request: LayerRequest, directions: Range<Int>, bands: [Band], library: KernelLibrary,
        workSpace: WorkSpace<Element>, keepsLayers: Bool
    ) {
        let count = request.configuration.directions.count
        layer = request.configuration.part(directions)
        self.directions = directions
        allDirections = count
        grid = request.grid
        self.bands = layer.directions[0].reversed[0] ? bands.reversed() : bands
        self.request = request
        self.library = library
        self.workSpace = workSpace
        self.keepsLayers = keepsLayers
        states = bands.map { _ in nil }
        largestGrid = bands[0].grid
    }

    /// The way through the wavefronts, never `auto`.
    func path() throws -> ComputePath { try band(over: largestGrid).layer.path }

    /// Makes the layers of all bands.
    func prepare() throws {
        _ = try band(over: largestGrid)
        for band in bands { _ = try self.band(over: band.grid) }
    }

    /// The layer for bands of one shape, made when it is needed.
    private func band(over grid: Grid) throws -> BandLayer<Element> {
        if let made = layers[grid] { return made }
        // The largest band asks for the buffers first, which the others share.
        if largest == nil, grid != largestGrid { _ = try band(over: largestGrid) }
        // The tables of the last shape are gone before there are new ones.
        if !keepsLayers { layers = [:] }
        var own = LayerRequest(
            layer, grid: grid, path: largest?.path ?? request.path, training: request.training,
            slots: request.slots.part(directions, of: allDirections), merge: request.merge,
            inputGradient: request.inputGradient)
        own.boundaryStates = true
        let made = try BandLayer(own, library: library, workSpace: workSpace)
        if let largest {
            made.layer.weights.share(largest.places)
        } else {
            largest = (made.layer.path, try made.layer.weights.places())
        }
        layers[grid] = made
        return made
    }

    /// The forward pass over all bands.
    ///
    /// - Parameters:
    ///   - parameters: all parameters of the layer or model
    ///   - noise: the key of zoneout's masks in training; nil in inference
    ///   - faces: the states at the faces of the grid
    ///   - keepsStates: whether the states between bands are kept for a backward pass
    ///   - load: fills the input of a band
    ///   - store: takes the output of a band
    func forward(
        parameters: Buffer<Element>, noise: NoiseKey?, faces: inout LayerFaces<Element>, keepsStates: Bool,
        load: (Int, Buffer<Element>) throws -> Void, store: (Int, Buffer<Element>) throws -> Void
    ) throws {
        self.noise = noise
        try band(over: largestGrid).layer.weights.pack(parameters, isTraining: request.training)
        for index in bands.indices {
            let work = try compute(index, parameters: parameters, faces: faces, load: load)
            let leaving = index + 1 < bands.count
            if leaving {
                states[index + 1] = try work.layer.leavingStates(
                    of: bands[index].samples, rows: work.lastRows, replacing: states[index + 1])
            }
            if !keepsStates { states[index] = nil }
            try store(index, try work.layer.output())
            try faces.leave(work.layer, band: bands[index], directions: directions, of: grid)
        }
        if !keepsLayers { layers = [:] }
    }

    /// The forward pass over one band; its results stay in the work space until another band is computed.
    private func compute(
        _ index: Int, parameters: Buffer<Element>, faces: LayerFaces<Element>,
        load: (Int, Buffer<Element>) throws -> Void
    ) throws -> BandLayer<Element> {
        let band = bands[index]
        let work = try self.band(over: band.grid)
        // Another band may have left its own there.
        try work.layer.clearZeroRows()
        if let state = faces.initialState {
            try work.layer.setInitialState(state.entering(band, directions: directions, of: grid))
        }
        try work.layer.enter(states[index], samples: band.samples)
        try work.layer.setNoise(
            noise, at: NoiseSites(band: band, of: grid, directions: directions, of: allDirections))
        try load(index, work.x)
        try work.layer.forward(x: work.x, parameters: parameters)
        workSpace.content = WorkSpace.Content(owner: ObjectIdentifier(self), band: index)
        return work
    }

    /// The backward pass over the bands in reverse order; each is recomputed unless it is still in the work space.
    ///
    /// - Parameters:
    ///   - parameters: all parameters of the layer or model
    ///   - faces: the states at the faces of the grid, and their gradients
    ///   - load: fills the input of a band
    ///   - gradients: sets dL/dy of a band, calls `setLeaving`, then computes the gradients from the band's layer and
    ///     input
    func backward(
        parameters: Buffer<Element>, faces: inout LayerFaces<Element>,
        load: (Int, Buffer<Element>) throws -> Void,
        gradients: (Int, BandLayer<Element>, _ setLeaving: () throws -> Void) throws -> Void
    ) throws {
        var returned: BandGradient<Element>?
        for index in bands.indices.reversed() {
            let band = bands[index]
            let isThere = workSpace.content == WorkSpace.Content(owner: ObjectIdentifier(self), band: index)
            let work =
                isThere
                ? try self.band(over: band.grid) : try compute(index, parameters: parameters, faces: faces, load: load)
            workSpace.content = nil
            let given = faces.finalStateGradient?.entering(band, directions: directions, of: grid)
            try gradients(index, work) {
                try work.layer.setLeavingGradient(returned, samples: band.samples, given: given)
            }
            faces.initialStateGradient?.leave(
                try work.layer.initialStateGradient(), band: band, directions: directions, of: grid)
            if index > 0 { returned = try work.layer.enteringGradient(of: band.samples) }
        }
    }
}

/// The layer for bands of one shape, with its buffers on the device.
final class BandLayer<Element: Scalar> {
    let layer: Recurrent<Element>

    /// The input of the band, `[samples, E1, .., EN, I]`, with the extents of the band.
    let x: Buffer<Element>

    /// The rows whose states leave along axis 1, `[D, samples, face]`.
    let lastRows: Buffer<Int32>

    /// - Parameter workSpace: the buffers shared with bands of other shapes
    init(_ request: LayerRequest, library: KernelLibrary, workSpace: WorkSpace<Element>) throws {
        layer = try library.makeRecurrent(request, workSpace: workSpace)
        x = try layer.makeBuffer("x", count: request.grid.siteCount * request.configuration.inputSize)
        lastRows = try library.context.makeBuffer(copying: layer.schedule.host.finalRows(axis: 0))
    }
}
