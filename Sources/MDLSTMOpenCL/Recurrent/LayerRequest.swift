import MDLSTM
import OpenCLRuntime

/// The description of a recurrent layer over one grid that is to be made on a device.
struct LayerRequest {
    let configuration: LayerConfiguration

    /// The grid of the input.
    let grid: Grid

    /// The requested way through the wavefronts.
    let path: ComputePath
    let training: Bool

    /// The offsets of the layer's parameters.
    let slots: RecurrentSlots
    let merge: DirectionMerge

    /// Whether training computes the gradient of the input.
    let inputGradient: Bool

    /// Whether the layer has an initial state at the faces of the grid.
    var boundaryStates = false

    /// Further tensors over the grid that need memory, with their numbers of features.
    var tensors: [(name: String, features: Int)] = []

    init(
        _ configuration: LayerConfiguration, grid: Grid, path: ComputePath, training: Bool, slots: RecurrentSlots,
        merge: DirectionMerge = .concatenate, inputGradient: Bool = true
    ) {
        self.configuration = configuration
        self.grid = grid
        self.path = path
        self.training = training
        self.slots = slots
        self.merge = merge
        self.inputGradient = inputGradient
    }
}

extension KernelLibrary {
    /// Makes the layer of a request: checks its memory, then makes its schedule and buffers.
    ///
    /// - Parameters:
    ///   - schedule: of the request; made unless given
    ///   - workSpace: the buffers shared by the bands of one grid; nil for a layer with its own buffers
    /// - Throws: `MDLSTMError` when the grid is too large for the layer; `OpenCLError`, which says what would fit, when
    ///   it does not fit the device.
    func makeRecurrent<Element: Scalar>(
        _ request: LayerRequest, schedule: HostSchedule? = nil, workSpace: WorkSpace<Element>? = nil
    ) throws -> Recurrent<Element> {
        try request.configuration.validateSize(of: request.grid)
        let shape = LayerShape(
            request.configuration, traits: traits, precision: Element.precision, training: request.training,
            merge: request.merge)
        try LayerMemory(shape, request, traits: traits, precision: Element.precision).require(
            in: context, isBand: workSpace != nil)
        let schedule =
            try schedule
            ?? HostSchedule(
                shape, grid: request.grid, boundaryStates: request.boundaryStates, path: request.path, traits: traits)
        return try Recurrent(
            shape, schedule: DeviceSchedule(schedule, of: request.configuration, over: request.grid, library: self),
            library: self, slots: request.slots, workSpace: workSpace)
    }

    /// Makes the layer of a request, which keeps all states or recomputes some.
    ///
    /// - Parameters:
    ///   - schedule: of a layer that keeps all; made unless given
    ///   - workSpace: the buffers of a band, shared by all recomputed layers of a model; nil for a layer that keeps all
    ///     states
    ///   - bandHeight: sites of a band along axis 1; nil to choose it by memory
    func makeRecurrentPass<Element: Scalar>(
        _ request: LayerRequest, schedule: HostSchedule? = nil, recomputing workSpace: WorkSpace<Element>?,
        bandHeight: Int? = nil
    ) throws -> any RecurrentPass<Element> {
        if request.training, let workSpace,
            let height = recomputedHeight(request, given: bandHeight, Element.precision)
        {
            return try RecomputedLayer(request, height: height, library: self, workSpace: workSpace)
        }
        return try makeRecurrent(request, schedule: schedule)
    }

    /// Height of the bands of a recomputed layer; nil if one band covers the grid.
    private func recomputedHeight(_ request: LayerRequest, given: Int?, _ precision: Precision) -> Int? {
        guard request.configuration.inputAxes > 0 else { return nil }
        let height =
            given
            ?? RecomputeMemory(request.configuration, grid: request.grid, traits: traits, precision: precision).height
        return height < request.grid.extents[0] ? height : nil
    }
}
