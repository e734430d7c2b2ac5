import MDLSTM
import Testing

/// One value of an option, given to a layer that has nothing else.
private struct Option: Sendable {
    let name: String

    /// Gives the option to a layer of so many axes.
    let set: @Sendable (inout CellOptions, _ axes: Int) -> Void

    /// Whether a layer has it.
    let isSet: @Sendable (CellOptions) -> Bool

    init(
        _ name: String, _ set: @escaping @Sendable (inout CellOptions, _ axes: Int) -> Void,
        _ isSet: @escaping @Sendable (CellOptions) -> Bool
    ) {
        self.name = name
        self.set = set
        self.isSet = isSet
    }

    static let all =
        [
            Option("peepholes", { options, _ in options.peepholes = true }) { $0.peepholes },
            Option("clip", { options, _ in options.cellClip = 0.25 }) { $0.cellClip != nil },
            Option("preactivation clip", { options, _ in options.preactivationClip = 0.25 }) {
                $0.preactivationClip != nil
            },
            Option("gate slope", { options, _ in (options.gateActivation, options.gateSlope) = (.hardSigmoid, 0.5) }) {
                $0.gateSlope != CellOptions().gateSlope
            },
            Option("extended", { options, _ in options.extended = true }) { $0.extended },
            Option("zoneout of h", { options, _ in options.zoneout.hidden = 0.5 }) {
                $0.zoneout.hidden > 0 && $0.zoneout.cell == 0
            },
            Option("zoneout of c", { options, _ in options.zoneout.cell = 0.5 }) {
                $0.zoneout.hidden == 0 && $0.zoneout.cell > 0
            },
            Option("zoneout of both", { options, _ in options.zoneout = Zoneout(hidden: 0.5, cell: 0.5) }) {
                $0.zoneout.hidden > 0 && $0.zoneout.cell > 0
            },
            Option("epsilon", { options, _ in (options.layerNorm, options.normEpsilon) = (.gates, 0.5) }) {
                $0.normEpsilon != CellOptions().normEpsilon
            },
            Option("depth", { options, _ in options.grid.depth = 2 }) { $0.grid.depth > 1 },
            Option("untied", { options, _ in options.grid.sharing = .none }) {
                $0.grid.sharing == .none
            },
            Option("tied depth", { options, _ in options.grid.sharing = .depth }) { $0.grid.sharing == .depth },
            Option("o * tanh(m)", { options, _ in options.grid.output = .productOfTanh }) {
                $0.grid.output == .productOfTanh
            },
            Option("priority", { options, _ in options.grid.priorityAxes = [0] }) { !$0.grid.priorityAxes.isEmpty },
        ] + variants + norms + forms + functions

    private static let variants = LSTMVariant.allCases.map { variant in
        Option("variant \(variant)", { options, _ in options.variant = variant }) { $0.variant == variant }
    }

    private static let norms = LayerNorm.allCases.map { norm in
        Option("norm \(norm)", { options, _ in options.layerNorm = norm }) { $0.layerNorm == norm }
    }

    private static let forms =
        ForgetSum.allCases.map { sum in
            Option("forget sum \(sum)", { options, _ in options.forgetSum = sum }) { $0.forgetSum == sum }
        }
        + GateActivation.allCases.map { activation in
            Option("gates \(activation)", { options, _ in options.gateActivation = activation }) {
                $0.gateActivation == activation
            }
        }
        + CellActivation.allCases.map { activation in
            Option("candidate \(activation)", { options, _ in options.candidateActivation = activation }) {
                $0.candidateActivation == activation
            }
        }
        + CellActivation.allCases.map { activation in
            Option("output \(activation)", { options, _ in options.outputActivation = activation }) {
                $0.outputActivation == activation
            }
        }

    /// Of the last axis, the depth, and of the first.
    private static let functions = AxisFunction.allCases.flatMap { function in
        [
            Option(
                "\(function) depth",
                { $0.grid.functions = Array(repeating: .lstm, count: $1 - 1) + [function] },
                { ($0.grid.functions.last ?? .lstm) == function }),
            Option(
                "\(function) first axis",
                { $0.grid.functions = [function] + Array(repeating: .lstm, count: $1 - 1) },
                { ($0.grid.functions.first ?? .lstm) == function }),
        ]
    }
}

struct OptionCasesTests {
    /// Whatever option a cell accepts, over some number of axes, has a case that every check runs over.
    @Test(arguments: Cell.allCases) func everyAcceptedOptionHasACase(_ cell: Cell) {
        let cases = LayerCase.all.map(\.configuration).filter { $0.cell == cell }.map(\.options)
        let accepted = Option.all.filter { option in
            (1...3).contains { axes in
                let layer = try? LayerConfiguration(
                    cell: cell, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: axes)],
                    options: CellOptions { option.set(&$0, axes) })
                return layer != nil
            }
        }
        let missing = accepted.filter { !cases.contains(where: $0.isSet) }.map(\.name)
        #expect(missing == [])
        #expect(accepted.count > 4)
    }
}
