extension LayerCase {
    /// Every cell and option over 1, 2 and 3 axes, with ragged samples and boundary states; the larger ones reach
    /// several vectors of hidden units.
    static var cellCases: [LayerCase] {
        options.flatMap { cell, name, options -> [LayerCase] in
            let grids: [(signs: String, extents: [Int], samples: [[Int]])] = [
                ("+ -", [4], [[4], [2]]), ("++ -+", [3, 2], [[3, 2], [2, 1]]),
                ("+-+", [2, 2, 2], [[2, 2, 2], [1, 2, 2]]),
            ]
            let small = grids.filter { cell.supports(axes: $0.extents.count) }.map {
                layer(
                    $0.signs, $0.extents, ragged: $0.samples, cell: cell, I: 2, H: options.layerNorm == .none ? 3 : 4,
                    options: options, named: name, states: true)
            }
            // Of a variant with and without peepholes, the one with them has all the code.
            if options.variant != .standard, !options.peepholes { return small }
            let axes = small.last!.extents.count == 1 ? 1 : 2
            let large =
                axes == 1
                ? layer("+ -", [7], cell: cell, batch: 3, I: 5, H: 19, options: options, named: name, small: false)
                : layer(
                    "++ -+ --", [5, 7], cell: cell, batch: 2, I: 5, H: 19, options: options, named: name,
                    small: false)
            return small + [large]
        } + epsilonCases + noiseCases + gridCases
    }

    private static var options: [(Cell, String, CellOptions)] {
        let variants = LSTMVariant.allCases.filter { $0 != .standard }.flatMap { variant in
            [false, true].map { peepholes in
                (
                    Cell.lstm, variant.rawValue + (peepholes ? " peepholes" : ""),
                    CellOptions {
                        $0.variant = variant
                        $0.peepholes = peepholes
                    }
                )
            }
        }
        let norms = LayerNorm.allCases.filter { $0 != .none }.flatMap { norm in
            Cell.cells(taking: .layerNorm).map { cell in
                (cell, "norm \(norm.rawValue)", CellOptions { $0.layerNorm = norm })
            }
        }
        // The clip of a cell by axis is among the grid's cases.
        let clips = Cell.cells(taking: .cellClip).filter { !$0.traits.hasStatesByAxis }.map { cell in
            (
                cell, "clip",
                CellOptions {
                    $0.cellClip = 0.25
                    $0.peepholes = cell.traits.takes(.peepholes, axes: 1)
                }
            )
        }
        return variants + norms + clips + activations + [
            (
                .graves, "mean",
                CellOptions {
                    $0.forgetSum = .mean; $0.peepholes = true
                }
            ),
            (.graves, "max", CellOptions { $0.forgetSum = .max }),
            (
                .graves, "max peepholes",
                CellOptions {
                    $0.forgetSum = .max; $0.peepholes = true
                }
            ),
            (
                .graves, "max norm gates",
                CellOptions {
                    $0.forgetSum = .max; $0.layerNorm = .gates
                }
            ),
            (.spatial, "", CellOptions()),
            (.spatial, "mean", CellOptions { $0.forgetSum = .mean }),
            (.spatial, "extended", CellOptions { $0.extended = true }),
            (.spatial, "extended mean", CellOptions { ($0.extended, $0.forgetSum) = (true, .mean) }),
            (
                .spatial, "extended norm",
                CellOptions {
                    $0.extended = true; $0.layerNorm = .inputRecurrentCell
                }
            ),
            (.stable, "", CellOptions()),
            (.leaky, "", CellOptions()),
            (.leaky, "peepholes", CellOptions { $0.peepholes = true }),
        ]
    }

    /// Other activations, with pre-activations beyond the corners of hard sigmoids and clips.
    private static var activations: [(Cell, String, CellOptions)] {
        let hard = CellOptions {
            ($0.gateActivation, $0.gateSlope, $0.peepholes) = (.hardSigmoid, 0.75, true)
        }
        let relu = CellOptions { ($0.candidateActivation, $0.outputActivation) = (.relu, .relu) }
        let clipped = CellOptions { ($0.preactivationClip, $0.peepholes) = (0.5, true) }
        let all = CellOptions {
            ($0.gateActivation, $0.candidateActivation, $0.preactivationClip) = (.hardSigmoid, .identity, 0.5)
        }
        let ofBoth = Cell.cells(taking: .gateActivation).flatMap { cell in
            [(cell, "hard sigmoid", hard), (cell, "relu", relu), (cell, "preactivation clip", clipped)]
                + [(cell, "hard sigmoid preactivation clip identity", all)]
        }
        return ofBoth + [
            (.graves, "identity", CellOptions { $0.outputActivation = .identity }),
            (.lstm, "identity", CellOptions { ($0.candidateActivation, $0.outputActivation) = (.identity, .identity) }),
            (
                .lstm, "FGR hard sigmoid",
                CellOptions { ($0.variant, $0.gateActivation) = (.fullGateRecurrence, .hardSigmoid) }
            ),
            (
                .lstm, "CIFG-TF preactivation clip relu",
                CellOptions {
                    ($0.variant, $0.preactivationClip, $0.candidateActivation) = (.coupledForget, 0.5, .relu)
                }
            ),
            (
                .lstm, "norm gates hard sigmoid",
                CellOptions { ($0.layerNorm, $0.gateActivation, $0.gateSlope) = (.gates, .hardSigmoid, 0.25) }
            ),
        ]
    }

    /// Layer norms with another epsilon, one form for each cell.
    private static var epsilonCases: [LayerCase] {
        let forms: [(Cell, LayerNorm)] = [
            (.lstm, .gates), (.graves, .gatesAndCell), (.spatial, .inputRecurrentCell), (.stable, .gates),
        ]
        return forms.map { cell, norm in
            let (signs, extents) = cell.supports(axes: 2) ? ("++ -+", [3, 2]) : ("+ -", [4])
            return layer(
                signs, extents, cell: cell, I: 2, H: 4,
                options: CellOptions { ($0.layerNorm, $0.normEpsilon) = (norm, 0.25) },
                named: "norm \(norm.rawValue) epsilon", states: true)
        }
    }

    /// Zoneout in training, where masks are drawn, and in inference, where they are not; of both states, and of one.
    private static var noiseCases: [LayerCase] {
        let forms = [
            ("zoneout", Zoneout(hidden: 0.3, cell: 0.5), false),
            ("zoneout training", Zoneout(hidden: 0.3, cell: 0.5), true),
            ("zoneout of h training", Zoneout(hidden: 0.3), true), ("zoneout of c training", Zoneout(cell: 0.5), true),
        ]
        return Cell.cells(taking: .zoneout).flatMap { cell in
            forms.map { name, zoneout, training in
                var result = layer(
                    "+ -", [5], ragged: [[5], [3]], cell: cell, I: 2, H: 3,
                    options: CellOptions {
                        $0.zoneout = zoneout
                        $0.peepholes = true
                    }, named: name, states: true)
                result.hasNoise = training
                return result
            }
        }
    }

    /// A case named by what it is made of. `signs` are the directions, in order, with spaces between.
    static func layer(
        _ signs: String, _ extents: [Int], ragged samples: [[Int]]? = nil, cell: Cell = .graves, batch: Int = 1,
        I: Int, H: Int, options: CellOptions = CellOptions(), named: String = "", states: Bool = false,
        small: Bool = true
    ) -> LayerCase {
        let directions = signs.split(separator: " ").map { Direction(String($0))! }
        var name = "\(cell.rawValue) \(signs) \(times(extents)) B\(samples?.count ?? batch) I\(I) H\(H)"
        if let samples { name += " ragged " + samples.map(times).joined(separator: ",") }
        if !named.isEmpty { name += " \(named)" }
        if states { name += " states" }
        // With `max` c jumps where two forget gates are equal.
        let differences = options.forgetSum == .max ? .acrossJumps : DifferenceCheck(options)
        do {
            let configuration = try LayerConfiguration(
                cell: cell, inputSize: I, hiddenSize: H, directions: directions, options: options)
            return LayerCase(
                name: name, configuration: configuration, batch: samples?.count ?? batch, extents: extents,
                samples: samples, hasStates: states, small: small, differences: differences)
        } catch {
            fatalError("case '\(name)': \(error)")
        }
    }

    /// A case whose only option is peepholes.
    static func layer(
        _ signs: String, _ extents: [Int], ragged samples: [[Int]]? = nil, cell: Cell = .graves, batch: Int = 1,
        I: Int, H: Int, peepholes: Bool, states: Bool = false, small: Bool = true
    ) -> LayerCase {
        layer(
            signs, extents, ragged: samples, cell: cell, batch: batch, I: I, H: H,
            options: CellOptions { $0.peepholes = peepholes }, named: peepholes ? "peepholes" : "", states: states,
            small: small)
    }

    private static func times(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "x") }
}
