extension BoundaryState {
    /// Reads an initial state, or the gradients of a final state: `h_k` and `c_k` for each axis,
    /// `[D, B, product of the other extents, H]`.
    ///
    /// - Parameters:
    ///   - path: the file
    ///   - axes: the number of axes
    ///   - passingOver: the number of further axes whose states are ignored if present: the depth of a `grid`, whose
    ///     states leave it but do not enter
    /// - Throws: ``MDLSTMError`` when the file is damaged, or a tensor is missing or unexpected.
    public init(contentsOf path: String, axes: Int, passingOver: Int = 0) throws(MDLSTMError) {
        try self.init(try TensorFile(contentsOf: path), axes: axes, passingOver: passingOver)
    }

    package init(_ file: TensorFile, axes: Int, passingOver: Int = 0) throws(MDLSTMError) {
        let expected = (0..<axes).flatMap { ["h_\($0 + 1)", "c_\($0 + 1)"] }
        if let missing = expected.first(where: { file[$0] == nil }) {
            throw MDLSTMError(
                .data, "\(file.name): tensor '\(missing)' is missing; expected \(expected.joined(separator: ", "))")
        }
        let passed = (axes..<(axes + passingOver)).flatMap { ["h_\($0 + 1)", "c_\($0 + 1)"] }
        if let extra = file.names.first(where: { !expected.contains($0) && !passed.contains($0) }) {
            throw MDLSTMError(
                .data, "\(file.name): unexpected tensor '\(extra)'; expected \(expected.joined(separator: ", "))")
        }
        self.init(h: [], c: [])
        for k in 0..<axes {
            h.append(try file.tensor("h_\(k + 1)"))
            c.append(try file.tensor("c_\(k + 1)"))
        }
    }

    /// Writes the states under the names `h_k` and `c_k`.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        file.append(contentsOf: named)
        try file.write(to: path)
    }
}

extension LayerGradients {
    /// Writes the gradient of each parameter under its own name, `input`, and `h_k` and `c_k` if an initial state
    /// was given.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        file.append(contentsOf: parameters)
        file.append("input", input)
        if let initialState { file.append(contentsOf: initialState.named) }
        try file.write(to: path)
    }
}
