/// The states (h, c) at the faces of a grid: the initial state that enters a layer, or the final state that leaves it.
///
/// Each axis k has one tensor of hidden and one of cell states, `[D, B, product of the other extents, H]`. The final
/// state of a `grid` covers all axes, including the depth, whose h is the output; its initial state does not cover the
/// depth, where the input enters. A face is indexed by the position of its sites on the grid, whatever the direction,
/// so the final state of one tile is the initial state of the next.
public struct BoundaryState<Element: Scalar>: Sendable, Equatable {
    /// Hidden states for each axis.
    public var h: [Tensor<Element>]

    /// Cell states for each axis.
    public var c: [Tensor<Element>]

    public init(h: [Tensor<Element>], c: [Tensor<Element>]) {
        self.h = h
        self.c = c
    }

    /// Zero states for a layer over `grid`.
    public init(zeros configuration: LayerConfiguration, grid: Grid) {
        let zeros = (0..<configuration.inputAxes).map { axis in
            Tensor<Element>(zeros: Self.shape(configuration, grid: grid, axis: axis))
        }
        self.init(h: zeros, c: zeros)
    }

    /// `[D, B, product of the other extents, H]`.
    ///
    /// - Parameters:
    ///   - configuration: the layer
    ///   - grid: the grid of the layer's input
    ///   - k: the axis that the states move along, from 0
    public static func shape(_ configuration: LayerConfiguration, grid: Grid, axis k: Int) -> [Int] {
        let extents = grid.extents + configuration.depthExtents
        let face = extents.reduce(1, *) / extents[k]
        return [configuration.directions.count, grid.batch, face, configuration.hiddenSize]
    }

    /// Checks an initial state: one h and one c for each axis, of the right shape and finite.
    public func validate(for configuration: LayerConfiguration, grid: Grid) throws(MDLSTMError) {
        try validate(for: configuration, grid: grid, axes: grid.axes, name: "initial state")
    }

    /// - Parameters:
    ///   - axes: the number of axes, from the first on, that need states
    ///   - name: the name of the states in messages
    func validate(
        for configuration: LayerConfiguration, grid: Grid, axes: Int, name what: String
    ) throws(MDLSTMError) {
        guard h.count == axes, c.count == axes else {
            let among = axes < configuration.axes ? "not among them" : "included"
            let depth = configuration.hasDepth ? ", the depth of a grid \(among)" : ""
            throw MDLSTMError(
                .data,
                "the \(what) needs h and c for \(counted(axes, "axis", plural: "axes"))\(depth), found \(h.count) and "
                    + "\(c.count)")
        }
        for k in 0..<axes {
            let expected = Self.shape(configuration, grid: grid, axis: k)
            for (name, tensor) in [("h_\(k + 1)", h[k]), ("c_\(k + 1)", c[k])] {
                guard tensor.shape == expected else {
                    throw MDLSTMError(
                        .data, "\(what) '\(name)' has shape \(tensor.shape); expected \(expected)")
                }
                try tensor.requireFinite("\(what) '\(name)'")
            }
        }
    }

    /// The tensors under their names in files: `h_1, c_1, .., h_N, c_N`.
    public var named: ParameterTensors<Element> {
        var tensors = ParameterTensors<Element>()
        for k in h.indices {
            tensors["h_\(k + 1)"] = h[k]
            tensors["c_\(k + 1)"] = c[k]
        }
        return tensors
    }
}

extension Tensor where Element: Scalar {
    /// Refuses NaN and infinite elements, naming the first.
    package func requireFinite(_ what: String) throws(MDLSTMError) {
        guard let bad = firstNonFinite else { return }
        throw notFinite(what, values[bad], at: coordinate(of: bad))
    }

    /// The index along every axis of the flat element `index`.
    package func coordinate(of index: Int) -> [Int] { place(of: index, in: shape) }
}

/// The index along every axis of a flat element of a row-major tensor.
func place(of index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    var coordinate = Array(repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() {
        coordinate[axis] = rest % shape[axis]
        rest /= shape[axis]
    }
    return coordinate
}

/// The error for a NaN or infinite number in the caller's data.
func notFinite<Element: Scalar>(_ what: String, _ value: Element, at coordinate: [Int]) -> MDLSTMError {
    let isTooLarge = Element.precision == .float32 && value.isInfinite
    return MDLSTMError(
        .data,
        "\(what) has the value \(value) at \(coordinate); expected finite \(Element.precision.rawValue) numbers"
            + (isTooLarge ? ", at most 3.4e38; larger ones do not fit and need precision float64" : ""))
}

extension ParameterTensors {
    /// Refuses NaN and infinite parameters, naming the first.
    package func requireFinite() throws(MDLSTMError) {
        for (name, tensor) in entries { try tensor.requireFinite("tensor '\(name)'") }
    }
}
