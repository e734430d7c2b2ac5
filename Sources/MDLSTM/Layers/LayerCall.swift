/// The input of one run of a recurrent layer, and the results that are wanted.
public struct LayerCall<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// The extents of each sample of a ragged batch, `[B][N]`; nil when all samples fill the storage.
    public var samples: [[Int]]?

    /// States that enter at the faces of the grid; nil for zeros.
    public var initialState: BoundaryState<Element>?

    /// Whether the states that leave the grid are wanted.
    public var wantsFinalState: Bool

    /// The key of zoneout's random masks in training; nil in inference, which uses their mean.
    public var noise: NoiseKey?

    /// Whether the least and largest cell state are wanted.
    public var wantsCellRange: Bool

    /// dL/dy, `[B, E1, .., EN, D*H]`. If it is given, gradients are computed.
    public var outputGradient: Tensor<Element>?

    /// dL/dh_k and dL/dc_k for the final state, in its shapes: along all axes, including the depth of a `grid`. If it
    /// is given, gradients are computed; nil stands for zeros.
    public var finalStateGradient: BoundaryState<Element>?

    /// Which states a device keeps in memory at a time.
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

    /// Whether the call computes gradients.
    package var wantsGradients: Bool { outputGradient != nil || finalStateGradient != nil }

    /// Checks every shape and value of the call against the layer, and returns its grid.
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

    /// The same check, except for the values of the two large tensors, input and output gradient.
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

/// Which of a layer's states a device keeps in memory at a time: all, or one band of the grid along axis 1.
///
/// Outputs are identical, gradients equal up to rounding. Backends that keep all states, such as the reference, ignore
/// this option, and so do layers without an axis to cut.
public enum StateMemory: Hashable, Sendable {
    /// All states if the call computes gradients or has noise; otherwise bands if the grid is large.
    case automatic

    /// In inference, bands of `height` sites of axis 1, at least 1; all states if the call computes gradients or has
    /// noise.
    case bands(height: Int)

    /// For gradients, only the states between bands; the others are recomputed from them, which saves memory and costs
    /// time. If no height is given, the height that needs the least memory is chosen.
    case recomputed(height: Int? = nil)

    /// Height of a band in sites of axis 1; nil if the backend chooses.
    package var height: Int? {
        switch self {
        case .automatic: nil
        case .bands(let height): height
        case .recomputed(let height): height
        }
    }

    /// Whether states are recomputed for the gradients.
    package var recomputes: Bool { if case .recomputed = self { true } else { false } }
}

extension LayerConfiguration {
    /// Checks the shape of an input against the layer, and returns its grid.
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
                "the input has \(counted(shape[axes + 1], "channel")) (shape \(shape)); the layer expects \(inputSize)")
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

    /// The grid that the layer sweeps for an input over `grid`: `grid` itself, with the depth as a further last axis in
    /// a `grid` layer.
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

    /// Refuses grids that are too large for 32-bit indices: rows, including boundary rows, times the largest number of
    /// vectors that a row has on the device.
    package func validateSize(of grid: Grid) throws(MDLSTMError) {
        let swept = try sweptGrid(grid)
        let faces = (0..<swept.axes).reduce(0) { $0 + swept.batch * swept.faceCount(axis: $1) }
        let (rows, overflow) = (swept.siteCount + faces + 1).multipliedReportingOverflow(by: directions.count)
        // The gates count twice, with the gradients of the layer norm's parameters; or the peephole gradients, if they
        // are more.
        let vectors = max(3 * gates.count + 2, peepholeVectors.count) * cellsPerSite
        let most = Int(Int32.max) / vectors
        guard !overflow, rows < most else {
            throw MDLSTMError(
                .data,
                "\(counted(swept.siteCount, "site")) in \(counted(directions.count, "direction")) are too many; at most \(most) together "
                    + "are supported")
        }
    }
}

/// The results of one run of a recurrent layer.
public struct LayerResult<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, D*H]`, directions in the order of their sign bits; zero where a ragged sample has no site.
    public var output: Tensor<Element>

    /// The states that leave the grid; nil unless the call asked for them.
    public var finalState: BoundaryState<Element>?

    /// The gradients; nil unless the call had dL/dy or the gradients of the final state.
    public var gradients: LayerGradients<Element>?

    /// The least and the largest cell state of all sites, both NaN if one state is; nil unless the call asked for them.
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

/// The derivatives of a loss with respect to every input of a layer.
public struct LayerGradients<Element: Scalar>: Sendable {
    /// With respect to each parameter, under its name.
    public var parameters: ParameterTensors<Element>

    /// With respect to the input, `[B, E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// With respect to the initial state; nil unless the call had one.
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

    /// The first `width` numbers of each of some rows of `stride`; nil for no rows.
    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    package init?(rows: Int, of values: [Element], stride: Int, width: Int) {
        guard rows > 0, width > 0 else { return nil }
        var least = Element.infinity
        var largest = -Element.infinity
        // The difference of a number from itself is NaN where it is, and stays so in the sum.
        var doubt: Element = 0
        values.withUnsafeBufferPointer { values in
            for row in 0..<rows {
                for place in (row * stride)..<(row * stride + width) {
                    let value = values[place]
                    doubt += value - value
                    least = value < least ? value : least
                    largest = value > largest ? value : largest
                }
            }
        }
        let isInfinite = doubt.isNaN && (least == -.infinity || largest == .infinity)
        self.least = doubt.isNaN && !isInfinite ? .nan : least
        self.largest = doubt.isNaN && !isInfinite ? .nan : largest
    }

    /// The largest of the numbers without their signs.
    package var largestMagnitude: Element { least.isNaN ? least : max(-least, largest) }
}

extension Collection where Element: Scalar {
    /// The largest, or NaN where one is; nil of none.
    package var largestOrNaN: Element? { first { $0.isNaN } ?? self.max() }
}
