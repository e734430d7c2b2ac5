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

    /// dL/dy, `[B, E1, .., EN, S*H]`; with it the gradients are computed.
    public var outputGradient: Tensor<Element>?

    public init(
        input: Tensor<Element>, samples: [[Int]]? = nil, initialState: BoundaryState<Element>? = nil,
        wantsFinalState: Bool = false, outputGradient: Tensor<Element>? = nil
    ) {
        self.input = input
        self.samples = samples
        self.initialState = initialState
        self.wantsFinalState = wantsFinalState
        self.outputGradient = outputGradient
    }

    /// The grid of the call, every shape and value checked against the layer.
    ///
    /// - Throws: ``MDLSTMError`` naming what does not fit.
    public func validatedGrid(for configuration: LayerConfiguration) throws(MDLSTMError) -> Grid {
        let axes = configuration.axes
        guard input.shape.count == axes + 2 else {
            let letters = (["B"] + (1...axes).map { "E\($0)" } + ["I"]).joined(separator: ", ")
            throw MDLSTMError(
                .data,
                "the input has shape \(input.shape) of rank \(input.shape.count); expected rank \(axes + 2), "
                    + "[\(letters)], for a layer of \(axes) \(axes == 1 ? "axis" : "axes")")
        }
        guard input.shape[axes + 1] == configuration.inputSize else {
            throw MDLSTMError(
                .data,
                "the input has \(input.shape[axes + 1]) channels (shape \(input.shape)); "
                    + "the layer expects \(configuration.inputSize)")
        }
        let extents = Array(input.shape[1...axes])
        let grid: Grid
        if let samples {
            grid = try Grid(extents: extents, samples: samples)
            guard samples.count == input.shape[0] else {
                throw MDLSTMError(.data, "\(samples.count) samples have extents; the input has \(input.shape[0])")
            }
        } else {
            grid = try Grid(batch: input.shape[0], extents: extents)
        }
        try configuration.validateSize(of: grid)
        try input.requireFinite("the input")
        try initialState?.validate(for: configuration, grid: grid)
        if let outputGradient {
            let expected = input.shape.dropLast() + [configuration.outputSize]
            guard outputGradient.shape == Array(expected) else {
                throw MDLSTMError(
                    .data, "the output gradient has shape \(outputGradient.shape); expected \(Array(expected))")
            }
            try outputGradient.requireFinite("the output gradient")
        }
        return grid
    }
}

extension LayerConfiguration {
    /// Refuses grids whose rows, boundary rows included, times gates or axes do not fit the 32 bits of the kernels.
    func validateSize(of grid: Grid) throws(MDLSTMError) {
        let faces = (0..<grid.axes).reduce(0) { $0 + grid.batch * grid.faceCount(axis: $1) }
        let (rows, overflow) = (grid.siteCount + faces + 1).multipliedReportingOverflow(by: setCount)
        guard !overflow, rows < Int(Int32.max) / (2 * gateCount) else {
            throw MDLSTMError(
                .data,
                "\(grid.siteCount) sites in \(setCount) directions are too many; at most "
                    + "\(Int(Int32.max) / (2 * gateCount)) together are supported")
        }
    }
}

/// One use of a recurrent layer: what comes out.
public struct LayerResult<Element: Scalar>: Sendable {
    /// `[B, E1, .., EN, S*H]`, directions in the order of their sign bits; zero where a ragged sample has no site.
    public var output: Tensor<Element>

    /// States that leave the grid, if asked for.
    public var finalState: BoundaryState<Element>?

    /// Gradients, if dL/dy was given.
    public var gradients: LayerGradients<Element>?

    public init(output: Tensor<Element>, finalState: BoundaryState<Element>?, gradients: LayerGradients<Element>?) {
        self.output = output
        self.finalState = finalState
        self.gradients = gradients
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
