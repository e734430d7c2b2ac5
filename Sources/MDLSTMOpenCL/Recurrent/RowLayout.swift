import MDLSTM

/// How many vectors of hidden units the rows of a layer have on the device. The letters are those of `layout.cl`.
struct RowLayout {
    let layer: LayerConfiguration

    private var isGrid: Bool { layer.hasStatesByAxis }
    private var isNorm: Bool { layer.options.layerNorm != .none }

    /// Gates of a row.
    var gates: Int { layer.gates.count * layer.cellsPerSite }

    /// Cells of a row, each with gates of its own: the axes of a `grid`, those with priority last.
    var positions: [Int] {
        guard isGrid else { return [0] }
        let priority = layer.options.grid.priorityAxes
        return (0..<layer.axes).filter { !priority.contains($0) } + priority.sorted()
    }

    /// The position of axis `k` of a `grid`; of any other layer 0.
    func position(ofAxis k: Int) -> Int { positions.firstIndex(of: k) ?? 0 }

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
    var cells: Int { layer.cellsPerSite }

    /// The vector of a row's h, or c, that is the state along axis `k`.
    func stateVector(ofAxis k: Int) -> Int { isGrid ? k : 0 }

    /// The vector of a row's h that is the layer's output: the state along the last axis.
    var outputVector: Int { stateVector(ofAxis: layer.axes - 1) }

    /// Vectors of h that the backward pass of one position finds the gradients of.
    var components: Int { isGrid ? 1 : feedback }

    /// Axes whose gates each of these vectors leads to.
    var componentAxes: Int { layer.predecessorsPerCell }

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

    /// Constants of every kernel that knows how the rows lie: those of `layout.cl`.
    var constants: KernelConstants {
        let options = layer.options
        let constants: KernelConstants = [
            "AXES": layer.axes, "GATES": gates, "FEEDBACK": feedback, "GRID": isGrid ? 1 : 0,
            "NORM": LayerNorm.allCases.firstIndex(of: options.layerNorm)!,
            "MORE": options.extended ? 1 : options.variant == .fullGateRecurrence ? 2 : 0,
            "ZONEOUT": options.zoneout.isNone ? 0 : 1,
        ]
        return isGrid ? constants.adding(gridConstants) : constants
    }

    private var gridConstants: KernelConstants {
        func packed(_ values: [Int]) -> Int { values.enumerated().reduce(0) { $0 | $1.element << (4 * $1.offset) } }
        let functions = (0..<layer.axes).map { AxisFunction.allCases.firstIndex(of: layer.function(ofAxis: $0))! }
        return [
            "AXIS_ORDER": packed(positions), "AXIS_FUNCTIONS": packed(functions),
            "SETS": layer.setCount, "DEPTH_SETS": layer.hasSetsByDepth ? layer.directions.count : 0,
            "PRIORITY": layer.options.grid.priorityAxes.reduce(0) { $0 | 1 << $1 }, "EARLY": phases[0].count,
        ]
    }
}
