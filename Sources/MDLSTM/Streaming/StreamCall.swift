/// The inputs of one streamed run of a recurrent layer, apart from the tensor that is read in bands.
public struct StreamCall<Element: Scalar>: Sendable {
    /// The extents of each sample of a ragged batch, `[B][N]`; nil when all samples fill the storage.
    public var samples: [[Int]]?

    /// States that enter at the faces of the grid; nil for zeros.
    public var initialState: BoundaryState<Element>?

    /// Whether the states that leave the grid are wanted.
    public var wantsFinalState: Bool

    /// Whether the least and largest cell state are wanted.
    public var wantsCellRange: Bool

    /// Sites of a band along axis 1; nil for a height chosen by the memory that a band takes.
    public var bandHeight: Int?

    public init(
        samples: [[Int]]? = nil, initialState: BoundaryState<Element>? = nil, wantsFinalState: Bool = false,
        wantsCellRange: Bool = false, bandHeight: Int? = nil
    ) {
        self.samples = samples
        self.initialState = initialState
        self.wantsFinalState = wantsFinalState
        self.wantsCellRange = wantsCellRange
        self.bandHeight = bandHeight
    }

    /// The grid of the call, checked against the layer.
    ///
    /// - Parameters:
    ///   - shape: the shape of the input
    ///   - configuration: the layer
    /// - Throws: ``MDLSTMError`` naming what does not fit, or that there is no axis to cut.
    package func validatedGrid(
        ofInput shape: [Int], for configuration: LayerConfiguration
    ) throws(MDLSTMError) -> Grid {
        guard configuration.inputAxes > 0 else {
            throw MDLSTMError(
                .option, "a grid whose only axis is its depth has no axis to cut into bands; run it without streaming")
        }
        let grid = try configuration.grid(ofInput: shape, samples: samples)
        try initialState?.validate(for: configuration, grid: grid)
        try validate(bandHeight: bandHeight)
        return grid
    }
}

/// The results of a ``StreamCall``, apart from the output.
public struct StreamResult<Element: Scalar>: Sendable {
    /// States that leave the grid, if asked for.
    public var finalState: BoundaryState<Element>?

    /// The least and the largest cell state of all sites, if asked for; NaN counts as both.
    public var cellRange: CellRange<Element>?

    package init(finalState: BoundaryState<Element>?, cellRange: CellRange<Element>? = nil) {
        self.finalState = finalState
        self.cellRange = cellRange
    }
}

/// Refuses bands without sites.
func validate(bandHeight: Int?) throws(MDLSTMError) {
    guard let bandHeight, bandHeight < 1 else { return }
    throw MDLSTMError(.option, "the height of a band must be at least 1, found \(bandHeight)")
}
