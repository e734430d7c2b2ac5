extension Cell {
    /// The card of the cell.
    public var traits: CellTraits {
        switch self {
        case .graves: .graves
        case .lstm: .lstm
        case .spatial: .spatial
        case .stable: .stable
        case .leaky: .leaky
        case .grid: .grid
        }
    }
}

// The gates are in PyTorch's order `i, f, g, o` with the forget gate or the share of each axis in place. A gate that a
// variant leaves out has no rows.
extension CellTraits {
    static let graves = CellTraits(
        "the multi-dimensional LSTM, a forget gate for each axis",
        source: "Graves, Fernandez and Schmidhuber 2007, arXiv 0705.2011", forgetBias: .oneMinusAxes,
        gates: { axes, _ in [.input] + forgets(axes) + [.candidate, .output] }, peepholes: onePerGate,
        options: activations.union([.cellClip, .layerNorm, .zoneout]), forgetSums: Set(ForgetSum.allCases),
        kernel: "graves", kernelHelpers: lstmHelpers)

    static let lstm = CellTraits(
        "graves over one axis", source: "variants of Greff et al. 2017, arXiv 1503.04069", axes: 1...1,
        defaultAxes: 1, generalForm: .graves,
        gates: { _, options in
            [.input, .forget(0), .candidate, .output].filter { !options.variant.removed.contains($0) }
        }, peepholes: onePerGate,
        options: activations.union([.variant, .cellClip, .layerNorm, .zoneout]),
        kernel: "graves", kernelHelpers: lstmHelpers)

    static let spatial = CellTraits(
        "the spatial LSTM, h = tanh(o * c)", source: "Theis and Bethge 2015, arXiv 1506.03478",
        forgetBias: .oneMinusAxes, gates: { axes, _ in [.input] + forgets(axes) + [.candidate, .output] },
        peepholes: nil, options: [.cellClip, .extended, .layerNorm], forgetSums: [.sum, .mean],
        advice: [.peepholes: "its extended form sees all of them"], kernel: "spatial",
        kernelHelpers: ["squash", "lstm_gates"])

    static let stable = CellTraits(
        "one forget gate times a weighted mean of the predecessors", source: "Leifert et al. 2016, JMLR 17:97",
        gates: { axes, _ in [.input, .forget(0)] + shares(axes) + [.candidate, .output] }, peepholes: nil,
        options: [.cellClip, .layerNorm],
        kernel: "stable", kernelHelpers: ["shares"] + lstmHelpers)

    static let leaky = CellTraits(
        "LeakyLP, a leaky mean of the predecessors, |c| at most 1", source: "Leifert et al. 2016, JMLR 17:97",
        gates: { axes, _ in [.leak] + shares(axes) + [.candidate, .pastOutput, .newOutput] },
        peepholes: { _, axes in
            let shares = shares(axes).flatMap { share in (0..<axes).map { Peephole(share, axis: $0) } }
            return shares + [Peephole(.pastOutput), Peephole(.newOutput)]
        }, options: [.cellClip], kernel: "leaky", kernelHelpers: ["shares"])

    static let grid = CellTraits(
        "Grid LSTM, an LSTM along every axis, the last of them the depth",
        source: "Kalchbrenner, Danihelka and Graves 2016, arXiv 1507.01526", form: .cellByAxis,
        gates: { _, _ in [.input, .forget(0), .candidate, .output] }, peepholes: onePerGate,
        options: [.cellClip, .grid], kernel: "graves", kernelHelpers: lstmHelpers)

    /// The activations that ONNX's operator LSTM and the layers of Keras leave open.
    private static let activations: Set<CellOptions.Kind> = [
        .gateActivation, .candidateActivation, .outputActivation, .preactivationClip,
    ]

    private static let lstmHelpers = ["squash", "lstm_gates", "lstm_output"]

    private static func forgets(_ axes: Int) -> [Gate] { (0..<axes).map { .forget($0) } }

    /// All shares except the last one, which equals 1 minus the sum of the others.
    private static func shares(_ axes: Int) -> [Gate] { (0..<max(0, axes - 1)).map { .share($0) } }

    /// A peephole for each gate except the candidate: the input and forget gates see the predecessors' cell states, the
    /// output gate sees the new one.
    private static let onePerGate: @Sendable ([Gate], Int) -> [Peephole] = { gates, _ in
        gates.filter { $0 != .candidate }.map { Peephole($0) }
    }
}
