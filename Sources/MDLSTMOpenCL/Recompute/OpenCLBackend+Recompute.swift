import MDLSTM
import OpenCLRuntime

extension KernelLibrary {
    /// A recurrent layer over one grid.
    ///
    /// - Parameters:
    ///   - inputGradient: whether training gives the gradient by the input
    ///   - workSpace: where recomputed layers, all those of a model, find the buffers of a band; nil for a layer that keeps
    ///     everything
    func makeRecurrentPass<Element: Scalar>(
        _ configuration: LayerConfiguration, grid: Grid, path: ComputePath, training: Bool, slots: RecurrentSlots,
        merge: DirectionMerge = .concatenate, inputGradient: Bool = true, recomputing workSpace: WorkSpace<Element>?,
        bandHeight: Int? = nil
    ) throws -> any RecurrentPass<Element> {
        if training, let workSpace,
            let height = recomputedHeight(configuration, grid: grid, given: bandHeight, Element.precision)
        {
            return try RecomputedLayer(
                configuration, grid: grid, height: height, library: self, path: path, slots: slots,
                merge: merge, workSpace: workSpace)
        }
        try configuration.validateSize(of: grid)
        try LayerMemory(
            configuration, library: self, precision: Element.precision, training: training, merge: merge,
            inputGradient: inputGradient
        ).require(grid)
        return try Recurrent<Element>(
            configuration, schedule: DeviceSchedule(configuration, grid: grid, library: self), library: self,
            path: path, training: training, slots: slots, merge: merge)
    }

    /// Sites of the bands of a recomputed layer; nil where there is only one.
    func recomputedHeight(
        _ configuration: LayerConfiguration, grid: Grid, given: Int?, _ precision: Precision
    ) -> Int? {
        guard configuration.inputAxes > 0 else { return nil }
        let height =
            given ?? RecomputeMemory(configuration, grid: grid, traits: traits, precision: precision).height
        return height < grid.extents[0] ? height : nil
    }
}

extension OpenCLBackend {
    /// The height of the bands of a call; nil where all states are kept.
    func recomputedHeight(_ configuration: LayerConfiguration, grid: Grid, given: Int?) -> Int? {
        library.recomputedHeight(configuration, grid: grid, given: given, Element.precision)
    }

    /// A call with gradients whose states are computed again, band by band.
    func runRecomputed(
        ofHeight height: Int, _ configuration: LayerConfiguration, parameters: ParameterTensors<Element>,
        call: LayerCall<Element>, grid: Grid
    ) throws -> LayerResult<Element> {
        let store = try ParameterStore<Element>(parameters, context: context)
        let layer = try RecomputedLayer<Element>(
            configuration, grid: grid, height: height, library: library, path: path,
            slots: RecurrentSlots(store.layout), workSpace: WorkSpace(context: context))
        layer.faces = LayerFaces(call, configuration, grid: grid)
        var result = try compute(call, configuration, parameters: store, by: layer)
        result.finalState = layer.faces.finalState
        result.cellRange = layer.faces.cellRange
        result.gradients?.initialState = layer.faces.initialStateGradient
        return result
    }
}
