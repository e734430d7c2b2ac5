import MDLSTM
import OpenCLRuntime

/// A recurrent layer over one grid, as it is to be made on a device.
struct LayerRequest {
    let configuration: LayerConfiguration

    /// The grid of the input.
    let grid: Grid

    /// The way through the wavefronts that is asked for.
    let path: ComputePath
    let training: Bool

    /// Where the layer's parameters are.
    let slots: RecurrentSlots
    let merge: DirectionMerge

    /// Whether training gives the gradient by the input.
    let inputGradient: Bool

    /// Whether states of their own enter at the faces.
    var boundaryStates = false

    /// Tensors over the grid besides the layer's own, by their features: what memory is needed for too.
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
    /// The layer of a request: the one place where memory is checked, and schedule and buffers are made.
    ///
    /// - Parameter workSpace: where bands of one grid have their buffers; nil for a layer with buffers of its own
    /// - Throws: `MDLSTMError` when the grid is too large for the layer; `OpenCLError`, with what would fit, when it does not
    ///   fit the device.
    func makeRecurrent<Element: Scalar>(
        _ request: LayerRequest, workSpace: WorkSpace<Element>? = nil
    ) throws -> Recurrent<Element> {
        try request.configuration.validateSize(of: request.grid)
        let shape = LayerShape(
            request.configuration, traits: traits, precision: Element.precision, training: request.training,
            merge: request.merge)
        try LayerMemory(shape, request, precision: Element.precision).require(
            in: context, isBand: workSpace != nil)
        let schedule = try DeviceSchedule(
            request.configuration, grid: request.grid, boundaryStates: request.boundaryStates, library: self)
        return try Recurrent(
            shape, schedule: schedule, library: self, path: request.path, slots: request.slots, workSpace: workSpace)
    }

    /// The layer of a request, with all states kept or some computed again.
    ///
    /// - Parameters:
    ///   - workSpace: where recomputed layers, all of a model, have the buffers of a band; nil for a layer that keeps all
    ///   - bandHeight: sites of a band along axis 1; chosen by memory unless given
    func makeRecurrentPass<Element: Scalar>(
        _ request: LayerRequest, recomputing workSpace: WorkSpace<Element>?, bandHeight: Int? = nil
    ) throws -> any RecurrentPass<Element> {
        if request.training, let workSpace,
            let height = recomputedHeight(request, given: bandHeight, Element.precision)
        {
            return try RecomputedLayer(request, height: height, library: self, workSpace: workSpace)
        }
        return try makeRecurrent(request)
    }

    /// Sites of the bands of a recomputed layer; nil where there is only one.
    private func recomputedHeight(_ request: LayerRequest, given: Int?, _ precision: Precision) -> Int? {
        guard request.configuration.inputAxes > 0 else { return nil }
        let height =
            given
            ?? RecomputeMemory(request.configuration, grid: request.grid, traits: traits, precision: precision).height
        return height < request.grid.extents[0] ? height : nil
    }
}
