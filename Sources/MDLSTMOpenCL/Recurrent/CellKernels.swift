import MDLSTM

/// How a layer's cell is computed on the device: the files and constants of its kernels, and how many vectors of hidden
/// units its rows have. The letters are those of `layout.cl`.
struct CellKernels {
    let layer: LayerConfiguration

    private var isGrid: Bool { layer.cell == .grid }
    private var isNorm: Bool { layer.options.layerNorm != .none }

    /// Gates of a row.
    var gates: Int { isGrid ? 4 * layer.axes : layer.gates.count }

    /// Cells of a row, each with gates of its own: the axes of a `grid`, those with priority last.
    var positions: [Int] {
        guard isGrid else { return [0] }
        let priority = layer.options.grid.priorityAxes
        return (0..<layer.axes).filter { !priority.contains($0) } + priority.sorted()
    }

    /// The ranges of positions that do not wait for one another.
    var phases: [Range<Int>] {
        let early = positions.count - layer.options.grid.priorityAxes.count
        return early < positions.count ? [0..<early, early..<positions.count] : [0..<early]
    }

    /// Gates of one position.
    var cellGates: Int { gates / positions.count }

    /// Vectors of a row of h.
    var feedback: Int {
        if isGrid { return layer.axes }
        if layer.options.variant == .fullGateRecurrence { return 4 }
        return layer.options.extended ? 2 : 1
    }

    /// Vectors of a row of c.
    var cells: Int { isGrid ? layer.axes : 1 }

    /// Vectors of h that the backward pass of one position finds the gradients of.
    var components: Int { isGrid ? 1 : feedback }

    /// Axes whose gates each of these vectors leads to.
    var componentAxes: Int { isGrid ? 1 : layer.axes }

    /// Vectors that rows multiply, T.
    var sources: Int { isGrid ? layer.axes : layer.axes * feedback }

    /// Features of a site that rows multiply: those of a `grid` enter at its boundary.
    var inputSize: Int { isGrid ? 0 : layer.inputSize }

    /// Vectors of gradients by pre-activations of a row, in a layer norm by the cell state too, and where those of the
    /// recurrent part begin.
    var gradientStride: Int { isNorm ? recurrentGates + gates + 1 : gates }
    var recurrentGates: Int { layer.options.layerNorm == .inputRecurrentCell ? gates : 0 }

    /// Vectors a row hands to its predecessors.
    var handed: Int { layer.axes + (layer.options.zoneout.isNone ? 0 : 1) }

    /// Vectors of the gradients by a state that left the grid.
    var returned: Int { components + 1 + (layer.options.zoneout.isNone ? 0 : 1) }

    /// Peephole vectors of a set.
    var peepholes: Int { layer.peepholeVectors.count * (isGrid ? layer.lstmAxes.count : 1) }

    /// The tensors of vectors, in the order they lie in on the device, with the vectors each has in a set.
    var vectorTensors: [(name: String, count: Int)] {
        if let rows = layer.normRows {
            let bias = layer.hasBias ? [("bias", gates)] : []
            return [("norm_weight", rows.weight), ("norm_bias", rows.bias)] + bias
        }
        return peepholes > 0 ? [("weight_ch", peepholes)] : []
    }

    /// Vectors of a set.
    var vectors: Int { vectorTensors.reduce(0) { $0 + $1.count } }

    /// Whether the product adds a bias: in a layer norm it is added after it.
    var productHasBias: Bool { !isNorm }

    /// Files joined before the kernels of the forward pass, in order; the row's own last.
    var forwardFiles: [String] { cellFiles(["forward"]) + rowFiles("forward") }

    /// Files joined before the kernels of the backward pass.
    var backwardFiles: [String] {
        let row = isNorm ? ["norm", "norm_forward_row", "norm_backward_row"] : rowFiles("backward")
        return cellFiles(["forward", "backward"]) + row
    }

    private func cellFiles(_ passes: [String]) -> [String] {
        let name = layer.cell == .lstm || isGrid ? "graves" : layer.cell.rawValue
        let shares = layer.cell == .stable || layer.cell == .leaky ? ["shares"] : []
        let noise = layer.options.zoneout.isNone ? [] : ["philox", "zoneout"]
        return ["layout"] + noise + shares + passes.map { "\(name)_\($0)" }
    }

    private func rowFiles(_ pass: String) -> [String] {
        if isNorm { return ["norm", "norm_\(pass)_row"] }
        return [isGrid ? "grid_\(pass)_row" : "\(pass)_row"]
    }

    /// Constants of every kernel that knows how the rows lie: those of `layout.cl`.
    var layout: KernelConstants {
        let options = layer.options
        let constants: KernelConstants = [
            "AXES": layer.axes, "GATES": gates, "FEEDBACK": feedback, "GRID": isGrid ? 1 : 0,
            "NORM": LayerNorm.allCases.firstIndex(of: options.layerNorm)!,
            "MORE": options.extended ? 1 : options.variant == .fullGateRecurrence ? 2 : 0,
            "ZONEOUT": options.zoneout.isNone ? 0 : 1,
        ]
        return isGrid ? constants.adding(gridConstants) : constants
    }

    /// Constants of the kernels that compute the cell, besides.
    func equations(_ precision: Precision) -> KernelConstants {
        func slot(_ gate: Gate) -> Int { layer.slot(gate) ?? -1 }
        func peephole(_ gate: Gate) -> Int { layer.slot(Peephole(gate)) ?? -1 }
        let options = layer.options
        var constants: KernelConstants = ["PEEP_VECTORS": peepholes, "GATE_G": slot(.candidate)]
        switch layer.cell {
        case .graves, .lstm, .grid, .spatial:
            constants = constants.adding([
                "GATE_I": slot(.input), "GATE_F": slot(.forget(0)), "GATE_O": slot(.output),
                "PEEP_I": peephole(.input), "PEEP_F": peephole(.forget(0)), "PEEP_O": peephole(.output),
                "COUPLED": options.variant == .coupled || options.variant == .coupledForget ? 1 : 0,
                "INPUT_TANH": options.variant == .noInputActivation ? 0 : 1,
                "OUTPUT_TANH": options.variant == .noOutputActivation || options.outputActivation == .identity ? 0 : 1,
            ])
            let share = options.forgetSum == .mean ? 1 / Double(layer.axes) : 1
            constants = constants.adding("SHARE", share, precision)
        case .stable:
            constants = constants.adding([
                "GATE_I": slot(.input), "GATE_F": slot(.forget(0)), "GATE_O": slot(.output), "GATE_L": 2,
            ])
        case .leaky:
            constants = constants.adding([
                "GATE_K": slot(.leak), "GATE_L": 1, "GATE_O1": slot(.pastOutput), "GATE_O2": slot(.newOutput),
                "PEEP_O1": peephole(.pastOutput), "PEEP_O2": peephole(.newOutput),
            ])
        }
        if let clip = options.cellClip { constants = constants.adding("CLIP", clip, precision) }
        if isNorm { constants = constants.adding("NORM_EPSILON", options.normEpsilon, precision) }
        if !options.zoneout.isNone {
            constants = constants.adding([
                "ZONEOUT_H": Int(NoiseKey.threshold(options.zoneout.hidden)),
                "ZONEOUT_C": Int(NoiseKey.threshold(options.zoneout.cell)),
            ])
            constants = constants.adding("MEAN_H", options.zoneout.hidden, precision)
            constants = constants.adding("MEAN_C", options.zoneout.cell, precision)
        }
        return constants
    }

    private var gridConstants: KernelConstants {
        func packed(_ values: [Int]) -> Int { values.enumerated().reduce(0) { $0 | $1.element << (4 * $1.offset) } }
        let functions = (0..<layer.axes).map { AxisFunction.allCases.firstIndex(of: layer.function(ofAxis: $0))! }
        return [
            "AXIS_ORDER": packed(positions), "AXIS_FUNCTIONS": packed(functions),
            "SETS": layer.setCount, "DEPTH_SETS": layer.options.grid.tied ? 0 : layer.directions.count,
            "PRIORITY": layer.options.grid.priorityAxes.reduce(0) { $0 | 1 << $1 }, "EARLY": phases[0].count,
        ]
    }
}
