extension CellOptions {
    /// The options as a cell takes or refuses them: each as a whole.
    package enum Kind: CaseIterable, Sendable {
        case peepholes, variant, forgetSum, gateActivation, candidateActivation, outputActivation, preactivationClip
        case cellClip, extended, layerNorm, zoneout, grid

        /// The names in files.
        var keys: [String] {
            switch self {
            case .peepholes: ["peepholes"]
            case .variant: ["variant"]
            case .forgetSum: ["forgetSum"]
            case .gateActivation: ["gateActivation", "gateSlope"]
            case .candidateActivation: ["candidateActivation"]
            case .outputActivation: ["outputActivation"]
            case .preactivationClip: ["preactivationClip"]
            case .cellClip: ["cellClip"]
            case .extended: ["extended"]
            case .layerNorm: ["layerNorm"]
            case .zoneout: ["zoneoutHidden", "zoneoutCell"]
            case .grid: ["depth", "tied", "priorityAxes", "axisFunctions", "gridOutput"]
            }
        }
    }

    /// Whether the option has another value than its default.
    package func isSet(_ kind: Kind) -> Bool {
        switch kind {
        case .peepholes: peepholes
        case .variant: variant != .standard
        case .forgetSum: forgetSum != .sum
        case .gateActivation: gateActivation != .sigmoid || gateSlope != CellOptions().gateSlope
        case .candidateActivation: candidateActivation != .tanh
        case .outputActivation: outputActivation != .tanh
        case .preactivationClip: preactivationClip != nil
        case .cellClip: cellClip != nil
        case .extended: extended
        case .layerNorm: layerNorm != .none
        case .zoneout: !zoneout.isNone
        case .grid: grid != GridOptions()
        }
    }

    /// Refuses options that the cell's card does not list, with the reason.
    func validateKinds(cell: Cell, axes: Int) throws(MDLSTMError) {
        for kind in Kind.allCases where isSet(kind) && !cell.traits.takes(kind, axes: axes) {
            let advice = cell.traits.advice[kind].map { "; \($0)" } ?? ""
            throw MDLSTMError(.option, refusal(of: kind, cell: cell, axes: axes) + advice)
        }
    }

    private func refusal(of kind: Kind, cell: Cell, axes: Int) -> String {
        let name = cell.rawValue
        let takers = Cell.cells(taking: kind)
        switch kind {
        case .peepholes:
            return "peepholes do not go with cell '\(name)': its source defines none"
        case .variant:
            return "variant \(variant.rawValue) does not go with cell '\(name)'"
                + (axes > 1 ? " over \(axes) axes" : "")
                + ": the variants are defined for the LSTM over one axis; use cell \(quoted(takers))"
        case .layerNorm:
            return "layer norm does not go with cell '\(name)': no source defines what is normalised in it; cells with "
                + "layer norm are \(listed(takers.map(\.rawValue)))"
        case .zoneout:
            let list = takers.map { "'\($0.rawValue)'" + ($0.traits.supportedAxes.count > 1 ? " over one axis" : "") }
            return "zoneout keeps the state of the step before, of which there must be one: it is for "
                + list.joined(separator: ", and ") + ", not for '\(name)' over "
                + counted(axes, "axis", plural: "axes")
        case .forgetSum, .gateActivation, .candidateActivation, .outputActivation, .preactivationClip, .cellClip,
            .extended,
            .grid:
            // With the other options of the same cells.
            let keys = Kind.allCases.filter { Cell.cells(taking: $0) == takers }.flatMap(\.keys)
            let options = keys.count > 1 ? "\(listed(keys)) are options" : "'\(keys[0])' is an option"
            return "\(options) of cell \(quoted(takers)), not of '\(name)'"
        }
    }

    private func quoted(_ cells: [Cell]) -> String { listed(cells.map { "'\($0.rawValue)'" }) }
}
