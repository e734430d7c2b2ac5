extension LayerConfiguration {
    /// Refuses sizes, directions and options that no layer can have.
    func validate() throws(MDLSTMError) {
        guard (1...65_536).contains(inputSize), (1...65_536).contains(hiddenSize) else {
            throw MDLSTMError(
                .option, "input size and hidden size must be from 1 to 65536, found \(inputSize) and \(hiddenSize)")
        }
        try validateDirections()
        try options.validate(cell: cell, axes: axes)
        guard abs(forgetBias) <= 1000 else {
            throw MDLSTMError(.option, "the forget bias must be finite, from -1000 to 1000, found \(forgetBias)")
        }
        let forgets = gates.contains { if case .forget = $0 { true } else { false } }
        guard forgets || forgetBias == 0 else {
            throw MDLSTMError(
                .option, "the forget bias is \(forgetBias), but the layer has no forget gate with weights; leave it out"
            )
        }
        if lstmAxes.isEmpty, options.peepholes || options.cellClip != nil || forgetBias != 0 {
            throw MDLSTMError(
                .option,
                "peepholes, cell clip and forget bias need an axis that is an LSTM; all axis functions are others")
        }
        // The sizes are at most 65536, the axes 8 and the depths 4096, so that these products fit 64 bits.
        let count = parameterShapes.reduce(0) { $0 + $1.count }
        guard count <= Int(Int32.max) else {
            throw MDLSTMError(.option, "the layer has \(count) parameters; at most \(Int32.max) are supported")
        }
    }

    private func validateDirections() throws(MDLSTMError) {
        guard let first = directions.first else {
            throw MDLSTMError(.option, "a layer needs at least one direction, such as ++")
        }
        guard (1...Self.maximumAxes).contains(first.axes) else {
            throw MDLSTMError(.option, "a layer has from 1 to \(Self.maximumAxes) axes, found \(first.axes)")
        }
        guard directions.allSatisfy({ $0.axes == first.axes }) else {
            throw MDLSTMError(.option, "directions must have one sign for each axis, found \(directions)")
        }
        guard zip(directions, directions.dropFirst()).allSatisfy({ $0.signBits < $1.signBits }) else {
            let order = Direction.all(axes: first.axes).map(\.description).joined(separator: ", ")
            throw MDLSTMError(.option, "directions must differ and follow the order \(order), found \(directions)")
        }
        guard cell.supports(axes: axes) else {
            if options.variant != .standard {
                throw MDLSTMError(
                    .option,
                    "variant \(options.variant.rawValue) is defined for the LSTM over one axis, found \(axes) axes")
            }
            let range = cell.traits.supportedAxes
            let needed = range.upperBound == 1 ? "one axis" : "from \(range.lowerBound) to \(range.upperBound) axes"
            let instead = cell.traits.generalForm.map { "; use '\($0.rawValue)'" } ?? ""
            throw MDLSTMError(.option, "cell '\(cell.rawValue)' needs \(needed), found \(axes)\(instead)")
        }
        if hasDepth, let reversed = directions.first(where: { $0.reversed[axes - 1] }) {
            throw MDLSTMError(
                .option,
                "direction \(reversed) scans the depth backwards; the last sign of a grid's direction must be +")
        }
    }
}

extension CellOptions {
    /// Refuses options that do not go together, with the reason.
    fileprivate func validate(cell: Cell, axes: Int) throws(MDLSTMError) {
        try validateKinds(cell: cell, axes: axes)
        guard cell.traits.forgetSums.contains(forgetSum) else {
            let sums = ForgetSum.allCases.filter(cell.traits.forgetSums.contains).map(\.rawValue)
            let takers = Cell.allCases.filter { $0.traits.forgetSums.contains(forgetSum) }.map { "'\($0.rawValue)'" }
            throw MDLSTMError(
                .option,
                "forget sum \(forgetSum.rawValue) is of cell \(listed(takers)); that of '\(cell.rawValue)' is one of "
                    + sums.joined(separator: ", "))
        }
        if let cellClip {
            guard (1e-30...1e30).contains(cellClip) else {
                throw MDLSTMError(.option, "the cell clip must be from 1e-30 to 1e30, found \(cellClip)")
            }
        }
        try validateActivations()
        try validateNorm()
        try validateZoneout()
        if cell.traits.hasDepth { try grid.validate(axes: axes) }
    }

    private func validateActivations() throws(MDLSTMError) {
        guard gateActivation == .hardSigmoid || gateSlope == CellOptions().gateSlope else {
            throw MDLSTMError(
                .option,
                "a gate slope is given, \(gateSlope), but the gates are sigmoids; choose hardSigmoid or leave it out")
        }
        guard (1e-30...1e30).contains(gateSlope) else {
            throw MDLSTMError(.option, "the gate slope must be from 1e-30 to 1e30, found \(gateSlope)")
        }
        if variant == .noInputActivation, candidateActivation != .tanh {
            throw MDLSTMError(
                .option, "variant NIAF takes the candidate as it is; leave out one of it and its activation")
        }
        if variant == .noOutputActivation, outputActivation != .tanh {
            throw MDLSTMError(
                .option, "variant NOAF lets the cell state out as it is; leave out one of it and the output activation")
        }
        guard let preactivationClip else { return }
        guard (1e-30...1e30).contains(preactivationClip) else {
            throw MDLSTMError(
                .option, "the clip of pre-activations must be from 1e-30 to 1e30, found \(preactivationClip)")
        }
        guard layerNorm == .none else {
            throw MDLSTMError(
                .option,
                "layer norm does not go with a clip of pre-activations: whether it is before or after the norm is left open"
            )
        }
    }

    private func validateNorm() throws(MDLSTMError) {
        guard (1e-30...1).contains(normEpsilon) else {
            throw MDLSTMError(.option, "the epsilon of layer norm must be from 1e-30 to 1, found \(normEpsilon)")
        }
        guard layerNorm != .none else {
            guard normEpsilon == CellOptions().normEpsilon else {
                throw MDLSTMError(
                    .option,
                    "an epsilon of layer norm is given, \(normEpsilon), but no layer norm; choose one or leave it out")
            }
            return
        }
        if peepholes {
            throw MDLSTMError(
                .option,
                "layer norm is not offered with peepholes: its three forms are those of published layers without, and "
                    + "whether a peephole adds to a gate before or after its norm is left open by them")
        }
        if variant != .standard {
            throw MDLSTMError(
                .option,
                "layer norm is not offered with variant \(variant.rawValue): its three forms are those of the plain LSTM"
            )
        }
        if cellClip != nil {
            throw MDLSTMError(
                .option, "layer norm does not go with a cell clip: the norm limits the cell state already")
        }
    }

    private func validateZoneout() throws(MDLSTMError) {
        guard (0..<1).contains(zoneout.hidden), (0..<1).contains(zoneout.cell) else {
            throw MDLSTMError(
                .option,
                "zoneout is a probability from 0 up to below 1, found \(zoneout.hidden) for h and \(zoneout.cell) for c"
            )
        }
        guard !zoneout.isNone else { return }
        guard layerNorm == .none, variant != .fullGateRecurrence else {
            throw MDLSTMError(
                .option,
                "zoneout does not go with layer norm or variant FGR: no source defines which of their states are kept")
        }
    }
}

extension GridOptions {
    fileprivate func validate(axes: Int) throws(MDLSTMError) {
        guard (1...4096).contains(depth) else {
            throw MDLSTMError(.option, "the depth of a grid must be from 1 to 4096, found \(depth)")
        }
        if let axis = priorityAxes.sorted().first(where: { !(0..<axes).contains($0) }) {
            throw MDLSTMError(
                .option, "priority axis \(axis + 1) does not exist: the grid has \(axes), the last of them the depth")
        }
        guard priorityAxes.count < axes || priorityAxes.isEmpty else {
            throw MDLSTMError(
                .option,
                "every axis has priority; a priority axis sees the new hidden states of the others, so that one "
                    + "must be left without")
        }
        guard axes > 1 || sharing != .depth else {
            throw MDLSTMError(
                .option, "the depth is the grid's only axis, so that tied \"depth\" would be tied; write true")
        }
        guard functions.isEmpty || functions.count == axes else {
            throw MDLSTMError(
                .option,
                "expected an axis function for each of \(counted(axes, "axis", plural: "axes")), found \(functions.count)"
            )
        }
    }
}
