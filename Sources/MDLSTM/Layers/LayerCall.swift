/// One use of a recurrent layer: what goes in.
public struct LayerCall<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// The extents of each sample of a ragged batch, `[B][N]`; nil when all samples fill the storage.
    public var samples: [[Int]]?

    /// States that enter at the faces of the grid; nil for zeros.
    public var initialState: BoundaryState<Element>?

    /// Whether the states that leave the grid are wanted.
    public var wantsFinalState: Bool

    /// The masks of zoneout in training; nil in inference, which takes their mean.
    public var noise: NoiseKey?

    /// Whether the least and largest cell state are wanted.
    public var wantsCellRange: Bool

    /// dL/dy, `[B, E1, .., EN, S*H]`, S the directions; with it the gradients are computed.
    public var outputGradient: Tensor<Element>?

    /// dL/dh_k and dL/dc_k by the states that leave the grid, of the shapes of a final state: along all axes, the depth of
    /// a `grid` included. With it the gradients are computed; nil for zeros.
    public var finalStateGradient: BoundaryState<Element>?

    /// What a device keeps of the states at a time.
    public var memory: StateMemory

    public init(
        input: Tensor<Element>, samples: [[Int]]? = nil, initialState: BoundaryState<Element>? = nil,
        wantsFinalState: Bool = false, outputGradient: Tensor<Element>? = nil,
        finalStateGradient: BoundaryState<Element>? = nil, noise: NoiseKey? = nil, wantsCellRange: Bool = false,
        memory: StateMemory = .automatic
    ) {
        self.input = input
        self.samples = samples
        self.initialState = initialState
        self.wantsFinalState = wantsFinalState
        self.outputGradient = outputGradient
        self.finalStateGradient = finalStateGradient
        self.noise = noise
        self.wantsCellRange = wantsCellRange
        self.memory = memory
    }

    /// Whether the gradients are computed.
    package var wantsGradients: Bool { outputGradient != nil || finalStateGradient != nil }

    /// The grid of the call, every shape and value checked against the layer.
    ///
    /// - Throws: ``MDLSTMError`` naming what does not fit.
    ///
    /// A `grid` adds its depth to it: see ``LayerConfiguration/sweptGrid(_:)``.
    public func validatedGrid(for configuration: LayerConfiguration) throws(MDLSTMError) -> Grid {
        let grid = try validatedShapes(for: configuration)
        try input.requireFinite("the input")
        try outputGradient?.requireFinite("the output gradient")
        return grid
    }

    /// The same check without a look at the values of the two large tensors, input and output gradient.
    package func validatedShapes(for configuration: LayerConfiguration) throws(MDLSTMError) -> Grid {
        let grid = try configuration.grid(ofInput: input.shape, samples: samples)
        try validate(bandHeight: memory.height)
        try initialState?.validate(for: configuration, grid: grid)
        try finalStateGradient?.validate(
            for: configuration, grid: grid, axes: configuration.axes, name: "final state gradient")
        if let outputGradient {
            let expected = input.shape.dropLast() + [configuration.outputSize]
            guard outputGradient.shape == Array(expected) else {
                throw MDLSTMError(
                    .data, "the output gradient has shape \(outputGradient.shape); expected \(Array(expected))")
            }
        }
        return grid
    }
}

/// What a device keeps of a layer's states at a time: all, or a band of the grid along axis 1.
///
/// The output is the same, and the gradients within rounding. A backend that keeps all states anyway, as the reference
/// does, passes over it; so do layers without an axis to cut.
public enum StateMemory: Hashable, Sendable {
    /// All states where there are gradients or noise; else bands where the grid is large.
    case automatic

    /// In inference bands of `height` sites of axis 1, from 1; all states where there are gradients or noise.
    case bands(height: Int)

    /// For the gradients the states between bands, from which the others are computed again: less memory for more time.
    /// Without a height, the one that takes least memory.
    case recomputed(height: Int? = nil)

    /// Sites of a band, nil where the backend chooses.
    package var height: Int? {
        switch self {
        case .automatic: nil
        case .bands(let height): height
        case .recomputed(let height): height
        }
    }

    /// Whether gradients compute states again.
    package var recomputes: Bool { if case .recomputed = self { true } else { false } }
}

extension LayerConfiguration {
    /// The grid of an input of `shape`, checked against the layer.
    package func grid(ofInput shape: [Int], samples: [[Int]]?) throws(MDLSTMError) -> Grid {
        let axes = inputAxes
        guard shape.count == axes + 2 else {
            let letters = (["B"] + (1..<(axes + 1)).map { "E\($0)" } + ["I"]).joined(separator: ", ")
            throw MDLSTMError(
                .data,
                "the input has shape \(shape) of rank \(shape.count); expected rank \(axes + 2), "
                    + "[\(letters)], for a layer over \(axes) \(axes == 1 ? "axis" : "axes") of data")
        }
        guard shape[axes + 1] == inputSize else {
            throw MDLSTMError(
                .data,
                "the input has \(shape[axes + 1]) channels (shape \(shape)); the layer expects \(inputSize)")
        }
        let extents = Array(shape[1..<(axes + 1)])
        guard let samples else { return try Grid(batch: shape[0], extents: extents) }
        let grid = try Grid(extents: extents, samples: samples)
        guard samples.count == shape[0] else {
            throw MDLSTMError(
                .data, "extents of \(counted(samples.count, "sample")) are given; the input has \(shape[0])")
        }
        return grid
    }

    /// The grid the layer sweeps for an input over `grid`: the same, and in a `grid` layer the depth as its last axis.
    public func sweptGrid(_ grid: Grid) throws(MDLSTMError) -> Grid {
        guard hasDepth else { return grid }
        return try Grid(extents: grid.extents + [depth], samples: grid.samples.map { $0 + [depth] })
    }

    /// The schedule of the layer for an input over `grid`.
    package func schedule(over grid: Grid, boundaryStates: Bool) throws(MDLSTMError) -> Schedule {
        Schedule(
            grid: try sweptGrid(grid), directions: directions, boundaryStates: boundaryStates || hasDepth,
            byDepth: hasSetsByDepth)
    }

    /// Refuses grids whose rows, boundary rows included, times the most vectors a row has on the device do not fit 32
    /// bits.
    package func validateSize(of grid: Grid) throws(MDLSTMError) {
        let swept = try sweptGrid(grid)
        let faces = (0..<swept.axes).reduce(0) { $0 + swept.batch * swept.faceCount(axis: $1) }
        let (rows, overflow) = (swept.siteCount + faces + 1).multipliedReportingOverflow(by: directions.count)
        // Those of the gates twice and of the gradients by the parameters of a layer norm, or by the peepholes.
        let vectors = max(3 * gates.count + 2, peepholeVectors.count) * cellsPerSite
        let most = Int(Int32.max) / vectors
        guard !overflow, rows < most else {
            throw MDLSTMError(
                .data,
                "\(swept.siteCount) sites in \(directions.count) directions are too many; at most \(most) together "
                    + "are supported")
        }
    }
}

/// One use of a recurrent layer: what comes out.
public struct LayerResult<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, S*H]`, directions in the order of their sign bits; zero where a ragged sample has no site.
    public var output: Tensor<Element>

    /// States that leave the grid, if asked for.
    public var finalState: BoundaryState<Element>?

    /// Gradients, if dL/dy or those by the final state were given.
    public var gradients: LayerGradients<Element>?

    /// The least and the largest cell state of all sites, if asked for; NaN counts as both.
    public var cellRange: CellRange<Element>?

    public init(
        output: Tensor<Element>, finalState: BoundaryState<Element>?, gradients: LayerGradients<Element>?,
        cellRange: CellRange<Element>? = nil
    ) {
        self.output = output
        self.finalState = finalState
        self.gradients = gradients
        self.cellRange = cellRange
    }
}

/// The derivatives of a loss by everything that went into a layer.
public struct LayerGradients<Element: Scalar>: Sendable {
    /// By each parameter, under its name.
    public var parameters: ParameterTensors<Element>

    /// By the input, `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// By the initial state, if one was given.
    public var initialState: BoundaryState<Element>?

    public init(
        parameters: ParameterTensors<Element>, input: Tensor<Element>, initialState: BoundaryState<Element>?
    ) {
        self.parameters = parameters
        self.input = input
        self.initialState = initialState
    }
}

/// The least and the largest of some numbers; NaN if one of them is.
public struct CellRange<Element: Scalar>: Sendable, Equatable {
    public let least: Element
    public let largest: Element

    /// Nil for no numbers.
    public init?(_ values: some Sequence<Element>) {
        var least = Element.infinity
        var largest = -Element.infinity
        var isEmpty = true
        for value in values {
            isEmpty = false
            if value.isNaN {
                (least, largest) = (.nan, .nan)
                break
            }
            least = min(least, value)
            largest = max(largest, value)
        }
        guard !isEmpty else { return nil }
        self.least = least
        self.largest = largest
    }
}
