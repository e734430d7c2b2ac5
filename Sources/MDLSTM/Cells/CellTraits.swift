/// The card of a cell: everything the library knows about it except its equations.
///
/// Validation and its messages, help texts, `mdlstm cells` and the constants of the kernels are derived from the card.
/// All cards are in `CellTraits+Cells.swift`.
public struct CellTraits: Sendable {
    /// A description of the cell in a few words.
    public let summary: String

    /// The publication of its equations.
    public let source: String

    /// The numbers of axes that the cell is defined for, and the number of axes of a layer that does not state it.
    public let supportedAxes: ClosedRange<Int>, defaultAxes: Int

    /// The cell of which this one is a special case, defined for more axes; nil if there is none.
    public let generalForm: Cell?

    /// The cells that compute a site: one, or one for each axis.
    public let form: SiteForm

    /// The default of ``LayerConfiguration/forgetBias``.
    public let forgetBias: InitialForgetBias

    /// The gates in the order of their rows.
    let gates: @Sendable (_ axes: Int, _ options: CellOptions) -> [Gate]

    /// The peephole vectors in the order of their rows in `weight_ch`; nil for a cell that has none.
    let peepholes: (@Sendable (_ gates: [Gate], _ axes: Int) -> [Peephole])?

    /// The options that the cell takes, apart from peepholes and the forget sum.
    let options: Set<CellOptions.Kind>

    /// The forget sums that it takes.
    package let forgetSums: Set<ForgetSum>

    /// For options that the cell does not take: what to use instead, or the reason.
    let advice: [CellOptions.Kind: String]

    /// The base name of its kernel files, `x_forward.cl` and `x_backward.cl`, and the files joined before them.
    package let kernel: String, kernelHelpers: [String]

    init(
        _ summary: String, source: String, axes: ClosedRange<Int> = 1...LayerConfiguration.maximumAxes,
        defaultAxes: Int = 2, generalForm: Cell? = nil, form: SiteForm = .oneCell,
        forgetBias: InitialForgetBias = .zero,
        gates: @escaping @Sendable (_ axes: Int, _ options: CellOptions) -> [Gate],
        peepholes: (@Sendable (_ gates: [Gate], _ axes: Int) -> [Peephole])?,
        options: Set<CellOptions.Kind>, forgetSums: Set<ForgetSum> = [.sum],
        advice: [CellOptions.Kind: String] = [:], kernel: String, kernelHelpers: [String] = []
    ) {
        (self.summary, self.source) = (summary, source)
        (supportedAxes, self.defaultAxes, self.generalForm) = (axes, defaultAxes, generalForm)
        (self.form, self.forgetBias) = (form, forgetBias)
        (self.gates, self.peepholes) = (gates, peepholes)
        (self.options, self.forgetSums, self.advice) = (options, forgetSums, advice)
        (self.kernel, self.kernelHelpers) = (kernel, kernelHelpers)
    }

    /// Whether the cell takes `option` in a layer of `axes` axes.
    package func takes(_ option: CellOptions.Kind, axes: Int) -> Bool {
        switch option {
        case .peepholes: peepholes != nil
        case .forgetSum: forgetSums != [.sum]
        // Zoneout keeps the state of the step before, of which there must be one.
        case .zoneout: options.contains(option) && axes == 1
        default: options.contains(option)
        }
    }

    /// Whether the last axis is the depth, which the input does not have.
    public var hasDepth: Bool { form == .cellByAxis }

    /// Whether every axis carries states of its own, h_k and c_k.
    public var hasStatesByAxis: Bool { form == .cellByAxis }

    /// Every gate that some layer of the cell has; of gates numbered by axis, only the first.
    package var knownGates: [Gate] { gates(2, CellOptions()).filter(\.isFirst) }

    /// Every peephole vector that some layer of the cell has; of vectors numbered by axis, only the first.
    package var knownPeepholes: [Peephole] {
        (peepholes?(gates(2, CellOptions()), 2) ?? []).filter { $0.gate.isFirst && $0.axis ?? 0 == 0 }
    }
}

/// The cells that compute a site.
public enum SiteForm: Sendable {
    /// One cell, which sees the states of the predecessors along every axis.
    case oneCell
    /// A cell for each axis with states of its own, the last axis being the depth (Grid LSTM).
    case cellByAxis
}

/// Initial biases of forget gates, N the number of axes.
public enum InitialForgetBias: Sendable {
    case zero
    /// 1 - N, for cells that add N predecessors, each times its forget gate.
    ///
    /// Gates that start at sigma(0) = 1/2 add up to 1 for two axes already, and the states of a large grid may grow
    /// without bound. With sigma(1 - N) they add up to about 1/2 or less, as in the LSTM.
    case oneMinusAxes

    func value(axes: Int) -> Double { self == .zero ? 0 : Double(1 - axes) }
}

extension Cell {
    /// The cells that take an option over some number of axes; cells of one axis come first.
    package static func cells(taking option: CellOptions.Kind) -> [Cell] {
        let takers = allCases.filter { cell in cell.traits.takes(option, axes: cell.traits.supportedAxes.lowerBound) }
        let ofOneAxis = takers.filter { $0.traits.supportedAxes.upperBound == 1 }
        return ofOneAxis + takers.filter { !ofOneAxis.contains($0) }
    }
}

/// The names in a sentence: `a`, `a and b`, `a, b and c`.
package func listed(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
}
