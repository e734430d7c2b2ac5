import MDLSTM
import Testing

/// A layer that cannot be: what is wrong with it and what its message says.
struct LayerRefusal: Sendable, CustomStringConvertible {
    let cell: Cell
    let signs: String
    let inputSize: Int
    let forgetBias: Double?
    let options: CellOptions
    let parts: [String]

    var description: String { "\(cell.rawValue) \(signs): \(parts.joined(separator: " .. "))" }

    init(
        _ cell: Cell, _ signs: String, _ parts: String..., inputSize: Int = 3, forgetBias: Double? = nil,
        change: (inout CellOptions) -> Void = { _ in }
    ) {
        self.cell = cell
        self.signs = signs
        self.inputSize = inputSize
        self.forgetBias = forgetBias
        self.parts = parts
        options = CellOptions(change)
    }

    static let all = sizes + options + activations + norms + zoneouts + grids

    private static let sizes = [
        LayerRefusal(.graves, "++", "from -1000 to 1000", "found 1000.5", forgetBias: 1000.5),
        LayerRefusal(.leaky, "++", "forget bias is 1.0", "no forget gate", forgetBias: 1),
        LayerRefusal(.lstm, "+", "forget bias is -2.0", "no forget gate", forgetBias: -2) { $0.variant = .coupled },
        LayerRefusal(.grid, "++++++++", "parameters", "at most \(Int32.max)", inputSize: 65_536) { $0.grid.depth = 2 },
        LayerRefusal(.grid, "+-", "direction +- scans the depth backwards", "last sign", "must be +"),
    ]

    private static let options =
        [
            LayerRefusal(.spatial, "++", "peepholes", "'spatial'", "its extended form sees all") {
                $0.peepholes = true
            },
            LayerRefusal(.stable, "++", "peepholes", "'stable'", "defines none") { $0.peepholes = true },
            LayerRefusal(.lstm, "++", "variant NIG", "one axis", "found 2 axes") { $0.variant = .noInputGate },
            LayerRefusal(.graves, "++", "variant FGR", "'graves' over 2 axes", "use cell 'lstm'") {
                $0.variant = .fullGateRecurrence
            },
            LayerRefusal(.stable, "+", "variant CIFG-TF", "'stable':", "use cell 'lstm'") {
                $0.variant = .coupledForget
            },
            LayerRefusal(.stable, "++", "forgetSum", "'graves' and 'spatial', not of 'stable'") {
                $0.forgetSum = .mean
            },
            LayerRefusal(.spatial, "++", "forget sum max", "cell 'graves'", "one of sum, mean") {
                $0.forgetSum = .max
            },
            LayerRefusal(.spatial, "++", "gateActivation, gateSlope, candidateActivation", "not of 'spatial'") {
                $0.outputActivation = .identity
            },
            LayerRefusal(.lstm, "+", "gate slope", "0.25", "hardSigmoid") { $0.gateSlope = 0.25 },
            LayerRefusal(.lstm, "+", "variant NIAF", "leave out one") {
                ($0.variant, $0.candidateActivation) = (.noInputActivation, .relu)
            },
            LayerRefusal(.lstm, "+", "variant NOAF", "leave out one") {
                ($0.variant, $0.outputActivation) = (.noOutputActivation, .relu)
            },
            LayerRefusal(.lstm, "+", "layer norm", "pre-activations") {
                ($0.layerNorm, $0.preactivationClip) = (.gates, 1)
            },
            LayerRefusal(.graves, "++", "'extended'", "'spatial', not of 'graves'") { $0.extended = true },
        ]
        + [0, -1, 1e-31, 2e30, .infinity, .nan].map { (limit: Double) in
            LayerRefusal(.graves, "++", "cell clip must be from 1e-30 to 1e30", "found \(limit)") {
                $0.cellClip = limit
            }
        }

    private static let activations =
        [0, -1, 2e30, .nan].flatMap { (number: Double) in
            [
                LayerRefusal(.lstm, "+", "gate slope must be from 1e-30 to 1e30", "found \(number)") {
                    ($0.gateActivation, $0.gateSlope) = (.hardSigmoid, number)
                },
                LayerRefusal(.lstm, "+", "clip of pre-activations must be from 1e-30 to 1e30", "found \(number)") {
                    $0.preactivationClip = number
                },
            ]
        }

    private static let norms =
        [0, 2, -1e-5, .nan].map { (epsilon: Double) in
            LayerRefusal(.graves, "++", "epsilon", "from 1e-30 to 1", "found \(epsilon)") { $0.normEpsilon = epsilon }
        }
        + [LayerRefusal(.graves, "++", "epsilon", "no layer norm", "leave it out") { $0.normEpsilon = 0.25 }]
        + [Cell.grid, .leaky].map { cell in
            LayerRefusal(cell, "++", "layer norm", "'\(cell.rawValue)'", "lstm, graves, spatial and stable") {
                $0.layerNorm = .gates
            }
        } + [
            LayerRefusal(.graves, "++", "layer norm", "peepholes", "before or after its norm") {
                $0.layerNorm = .gatesAndCell
                $0.peepholes = true
            },
            LayerRefusal(.lstm, "+", "layer norm", "variant NOAF") {
                $0.layerNorm = .inputRecurrentCell
                $0.variant = .noOutputActivation
            },
            LayerRefusal(.stable, "++", "layer norm", "cell clip", "limits the cell state already") {
                $0.layerNorm = .gates
                $0.cellClip = 3
            },
        ]

    private static let zoneouts =
        [(1, 0), (0, 1), (-0.1, 0), (0, .nan)].map { (h: Double, c: Double) in
            LayerRefusal(.lstm, "+", "zoneout", "0 up to below 1", "found \(h) for h and \(c) for c") {
                $0.zoneout = Zoneout(hidden: h, cell: c)
            }
        }
        + [(Cell.graves, "++", "'graves' over 2 axes"), (.stable, "+", "'stable' over 1 axis"), (.grid, "+", "'grid'")]
        .map { cell, signs, found in
            LayerRefusal(cell, signs, "zoneout", "step before", found) { $0.zoneout.hidden = 0.1 }
        } + [
            LayerRefusal(.lstm, "+", "zoneout", "layer norm or variant FGR") {
                $0.zoneout.cell = 0.1
                $0.layerNorm = .gates
            },
            LayerRefusal(.lstm, "+", "zoneout", "layer norm or variant FGR") {
                $0.zoneout.cell = 0.1
                $0.variant = .fullGateRecurrence
            },
        ]

    private static let grids =
        [0, -1, 4097].map { depth in
            LayerRefusal(.grid, "++", "depth", "from 1 to 4096", "found \(depth)") { $0.grid.depth = depth }
        } + [
            LayerRefusal(.grid, "++", "priority axis 3 does not exist", "has 2", "the depth") {
                $0.grid.priorityAxes = [1, 2]
            },
            LayerRefusal(.grid, "+++", "priority axis 0 does not exist") { $0.grid.priorityAxes = [-1] },
            LayerRefusal(.grid, "++", "every axis has priority", "one must be left") {
                $0.grid.priorityAxes = [0, 1]
            },
            LayerRefusal(.grid, "+++", "each of 3 axes", "found 2") { $0.grid.functions = [.relu, .lstm] },
            LayerRefusal(.grid, "++", "peepholes, cell clip and forget bias", "an axis that is an LSTM") {
                $0.grid.functions = [.relu, .tanh]
                $0.cellClip = 1
            },
            LayerRefusal(.graves, "++", "depth, tied", "'grid', not of 'graves'") { $0.grid.depth = 2 },
            LayerRefusal(.leaky, "++", "axisFunctions", "'grid', not of 'leaky'") {
                $0.grid.functions = [.lstm, .lstm]
            },
        ]
}

struct LayerRefusalTests {
    @Test(arguments: LayerRefusal.all) func reasonIsGiven(_ refusal: LayerRefusal) {
        expectMDLSTMError(.option, refusal.parts) {
            _ = try LayerConfiguration(
                cell: refusal.cell, inputSize: refusal.inputSize, hiddenSize: refusal.inputSize,
                directions: [Direction(refusal.signs)!], options: refusal.options, forgetBias: refusal.forgetBias)
        }
    }

    /// The bounds themselves are allowed.
    @Test func boundsAreAllowed() throws {
        func make(_ cell: Cell, _ signs: String, _ change: (inout CellOptions) -> Void) throws {
            _ = try LayerConfiguration(
                cell: cell, inputSize: 1, hiddenSize: 1, directions: [Direction(signs)!], options: CellOptions(change))
        }
        for epsilon in [1e-30, 1] {
            try make(.graves, "++") {
                $0.layerNorm = .gates
                $0.normEpsilon = epsilon
            }
        }
        for limit in [1e-30, 1e30] { try make(.leaky, "++") { $0.cellClip = limit } }
        for depth in [1, 4096] { try make(.grid, "+") { $0.grid = GridOptions(depth: depth, tied: depth == 1) } }
        try make(.grid, "+++") { $0.grid.priorityAxes = [0, 2] }
        try make(.graves, "+") { $0.zoneout = Zoneout(hidden: 0, cell: 0.999) }
        for bias in [-1000, 1000.0] {
            _ = try LayerConfiguration(
                inputSize: 1, hiddenSize: 1, directions: [.forward(axes: 2)], forgetBias: bias)
        }
    }
}
