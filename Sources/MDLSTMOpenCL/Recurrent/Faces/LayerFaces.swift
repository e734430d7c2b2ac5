import MDLSTM

/// What enters and leaves at the faces of a layer's grid: nothing in a model.
struct LayerFaces<Element: Scalar> {
    /// States that enter the grid; nil for zeros.
    var initialState: BoundaryState<Element>?

    /// Gradients by the states that leave it; nil for zeros.
    var finalStateGradient: BoundaryState<Element>?

    /// The states that leave, the range of the cell state, and the gradients by the states that enter, band by band; nil
    /// where they are not wanted, before the first band for the range.
    var finalState: BoundaryState<Element>?
    var cellRange: CellRange<Element>?
    var wantsCellRange = false
    var initialStateGradient: BoundaryState<Element>?

    init() {}

    /// For a call that runs forward.
    init(_ call: StreamCall<Element>, _ configuration: LayerConfiguration, grid: Grid) {
        initialState = call.initialState
        finalState = call.wantsFinalState ? BoundaryState(leaving: configuration, grid: grid) : nil
        wantsCellRange = call.wantsCellRange
    }

    /// For a call with gradients.
    init(_ call: LayerCall<Element>, _ configuration: LayerConfiguration, grid: Grid) {
        self.init(StreamCall(call), configuration, grid: grid)
        finalStateGradient = call.finalStateGradient
        initialStateGradient = call.initialState == nil ? nil : BoundaryState(zeros: configuration, grid: grid)
    }

    /// Takes over what leaves a band.
    mutating func leave(_ layer: Recurrent<Element>, band: Band, directions: Range<Int>, of grid: Grid) throws {
        if finalState != nil {
            finalState!.leave(try layer.finalState(), band: band, directions: directions, of: grid)
        }
        if wantsCellRange {
            let ranges = [cellRange, try layer.cellRange()].compactMap(\.self)
            cellRange = CellRange(ranges.flatMap { [$0.least, $0.largest] })
        }
    }
}
