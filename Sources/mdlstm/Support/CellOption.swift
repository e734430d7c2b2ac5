import ArgumentParser
import MDLSTM

/// What `mdlstm cells` and the help of `mdlstm init` say about one option of a layer.
struct CellOption {
    /// A value other than the default and what it does to the options of a layer over so many axes.
    struct Setting {
        /// As the condition of a tensor says it, behind the option's key.
        let value: String
        let apply: @Sendable (inout CellOptions, _ axes: Int) -> Void

        init(_ value: some CustomStringConvertible, _ apply: @escaping @Sendable (inout CellOptions, Int) -> Void) {
            self.value = value.description
            self.apply = apply
        }

        /// Whether layers of `cell` over so many axes take it.
        func goes(with cell: Cell, axes: Int) -> Bool {
            let layer = try? LayerConfiguration(
                cell: cell, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: axes)],
                options: CellOptions { apply(&$0, axes) })
            return layer != nil
        }
    }

    /// Its name in files.
    let key: String

    /// Its name on the command line; nil for what only files have.
    let flag: String?

    let values: String

    /// What counts where the option is not given; nil where it must be.
    let fallback: String?

    let summary: String

    /// Every value but the default, or of numbers and lists an example; empty for what every layer has.
    let settings: [Setting]

    /// Whether every setting is a case of the one before it.
    let isNested: Bool

    init(
        _ key: String, flag: String?, values: String, default fallback: String?, _ summary: String,
        settings: [Setting] = [], isNested: Bool = false
    ) {
        (self.key, self.flag, self.values, self.fallback) = (key, flag, values, fallback)
        (self.summary, self.settings, self.isNested) = (summary, settings, isNested)
    }

    /// An option that takes one of the names of an enumeration.
    private init<Value: RawRepresentable & CaseIterable & Equatable & Sendable>(
        _ key: String, flag: String, _ member: any WritableKeyPath<CellOptions, Value> & Sendable, _ summary: String
    ) where Value.RawValue == String {
        let initial = CellOptions()[keyPath: member]
        self.init(
            key, flag: flag, values: Value.allCases.map(\.rawValue).joined(separator: "|"), default: initial.rawValue,
            summary,
            settings: Value.allCases.filter { $0 != initial }.map { value in
                Setting(value.rawValue) { options, _ in options[keyPath: member] = value }
            })
    }

    /// The cells that take some value of the option, over their usual axes or over one.
    var cells: [Cell] {
        Cell.allCases.filter { cell in
            settings.isEmpty
                || settings.contains { $0.goes(with: cell, axes: cell.defaultAxes) || $0.goes(with: cell, axes: 1) }
        }
    }

    /// The help of the flag of option `key`.
    static func help(_ key: String) -> ArgumentHelp {
        guard let option = all.first(where: { $0.key == key }) else {
            preconditionFailure("no cell option '\(key)' is described")
        }
        return ArgumentHelp(stringLiteral: option.summary)
    }

    /// The default of an option that cells differ in: `A for these, else B`, B what most of them have.
    private static func defaults(_ value: (Cell) -> String) -> String {
        let groups = Dictionary(grouping: Cell.allCases, by: value).sorted {
            ($0.value.count, $0.key) < ($1.value.count, $1.key)
        }
        let rare = groups.dropLast().map { "\($0.key) for \(listed($0.value.map(\.rawValue)))" }
        return rare.joined(separator: ", ") + ", else \(groups.last!.key)"
    }

    /// Every option of a layer, in the order of its configuration in files.
    static let all = layer + common + grid

    private static let layer = [
        CellOption("version", flag: nil, values: "1", default: "1", "Version of the configuration."),
        CellOption(
            "cell", flag: "--cell", values: Cell.allCases.map(\.rawValue).joined(separator: "|"), default: "graves",
            "The cell; files must name it."),
        CellOption(
            "axes", flag: "--axes", values: "1 to \(LayerConfiguration.maximumAxes)",
            default: defaults(\.defaultAxes.description),
            "Axes N of the grid, the depth of a grid cell included as the last."),
        CellOption("inputSize", flag: "--input-size", values: "1 to 65536", default: nil, "Features I of every site."),
        CellOption(
            "hiddenSize", flag: "--hidden-size", values: "1 to 65536", default: nil,
            "Hidden units H of every direction."),
        CellOption(
            "directions", flag: "--directions", values: "all, forward, or signs such as ++,-+", default: "forward",
            "Scan orders D, one sign an axis; files list the signs."),
        CellOption(
            "forgetBias", flag: "--forget-bias", values: "-1000 to 1000",
            default: defaults { $0.traits.forgetBias == .zero ? "0" : "1 - N" },
            "Initial bias of the forget gates; never added at run time."),
    ]

    private static let common = [
        CellOption(
            "peepholes", flag: "--[no-]peepholes", values: "true|false", default: "false",
            "Let the gates see the cell states.", settings: [Setting(true) { options, _ in options.peepholes = true }]),
        CellOption(
            "variant", flag: "--variant", values: VariantName.all.joined(separator: "|"), default: "NP",
            "The variant of Greff et al. 2017 (arXiv 1503.04069); V is the LSTM with peepholes, NP without.",
            settings: LSTMVariant.allCases.filter { $0 != .standard }.map { variant in
                Setting(variant.rawValue) { options, _ in options.variant = variant }
            }),
        CellOption(
            "forgetSum", flag: "--forget-sum", \.forgetSum,
            "How the predecessors' cell states, each times its forget gate, become one; max of graves only."),
        CellOption(
            "gateActivation", flag: "--gate-activation", \.gateActivation,
            "What makes gates i, f and o of their pre-activations."),
        CellOption(
            "gateSlope", flag: "--gate-slope", values: "above 0", default: "\(CellOptions().gateSlope)",
            "Slope of a hard sigmoid: 0.2 in Keras 1 and 2 and ONNX, 0.16666666666666666 in Keras 3 and PyTorch.",
            settings: [
                Setting(0.25) { options, _ in
                    options.gateActivation = .hardSigmoid
                    options.gateSlope = 0.25
                }
            ]),
        CellOption(
            "candidateActivation", flag: "--candidate-activation", \.candidateActivation,
            "What squashes the candidate g."),
        CellOption(
            "outputActivation", flag: "--output-activation", \.outputActivation,
            "What squashes the cell state on its way out: h = o * tanh(c), relu(c) or c."),
        CellOption(
            "preactivationClip", flag: "--preactivation-clip", values: "above 0", default: "none",
            "Limit of every |a| before its activation, as ONNX's clip.",
            settings: [Setting(1) { options, _ in options.preactivationClip = 1 }]),
        CellOption(
            "cellClip", flag: "--cell-clip", values: "above 0", default: "none",
            "Limit of |c|, before the output gate sees c.",
            settings: [Setting(1) { options, _ in options.cellClip = 1 }]),
        CellOption(
            "extended", flag: "--extended", values: "true|false", default: "false",
            "Full matrices from every predecessor's cell state to every gate.",
            settings: [Setting(true) { options, _ in options.extended = true }]),
        CellOption(
            "layerNorm", flag: "--layer-norm", \.layerNorm,
            """
            Layer norm of each gate (gatesAndCell: c is carried normalised), or of input and recurrent parts apart; h \
            always sees c normalised.
            """),
        CellOption(
            "normEpsilon", flag: "--norm-epsilon", values: "1e-30 to 1", default: "\(CellOptions().normEpsilon)",
            "Added to every variance of a layer norm.",
            settings: [
                Setting(1e-3) { options, _ in
                    options.layerNorm = .gates
                    options.normEpsilon = 1e-3
                }
            ]),
        CellOption(
            "zoneoutHidden", flag: "--zoneout-hidden", values: "0 up to below 1", default: "0",
            "Zoneout of h (arXiv 1606.01305): how often a unit keeps its value in training; one axis only.",
            settings: [Setting(0.5) { options, _ in options.zoneout.hidden = 0.5 }]),
        CellOption(
            "zoneoutCell", flag: "--zoneout-cell", values: "0 up to below 1", default: "0", "The same for c.",
            settings: [Setting(0.5) { options, _ in options.zoneout.cell = 0.5 }]),
    ]

    private static let grid = [
        CellOption(
            "depth", flag: "--depth", values: "1 to 4096", default: "1", "Sites L along the last axis of a grid cell.",
            settings: [Setting(3) { options, _ in options.grid.depth = 3 }]),
        CellOption(
            "tied", flag: "--tied/--untied/--tied-depth", values: "true|false|\"depth\"", default: "true",
            """
            One set of weights that all depths of a grid cell share, along every axis; one for each depth; or one along the \
            depth and one for each depth along the other axes, as coreylynch/grid-lstm. In TensorFlow's grid_rnn tied is \
            about the axes.
            """,
            settings: [
                Setting(false) { options, _ in options.grid.sharing = .none },
                Setting("depth") { options, _ in options.grid.sharing = .depth },
            ]),
        CellOption(
            "priorityAxes", flag: "--priority-axes", values: "axes from 1, such as 1,3", default: "none",
            "Axes of a grid cell that are updated last and see the new hidden states of the others.",
            settings: [Setting(1) { options, _ in options.grid.priorityAxes = [0] }]),
        CellOption(
            "axisFunctions", flag: "--axis-functions",
            values: "for each axis one of " + AxisFunction.allCases.map(\.rawValue).joined(separator: ", "),
            default: "lstm everywhere", "What updates each axis of a grid cell, commas between them.",
            settings: [
                Setting("other than lstm on some axis") {
                    $0.grid.functions = [.relu] + Array(repeating: .lstm, count: $1 - 1)
                },
                Setting("other than lstm on the last axis") {
                    $0.grid.functions = Array(repeating: .lstm, count: $1 - 1) + [.relu]
                },
                Setting("other than lstm on every axis") { $0.grid.functions = Array(repeating: .relu, count: $1) },
            ], isNested: true),
        CellOption(
            "gridOutput", flag: "--grid-output", \.grid.output,
            """
            Output of a grid cell's LSTMs: tanh(o * m) as Kalchbrenner et al. 2016, or o * tanh(m) as TensorFlow's \
            grid_rnn, coreylynch/grid-lstm, and files that do not say.
            """),
    ]
}
