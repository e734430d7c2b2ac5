import MDLSTM

/// The sizes of a recurrent layer on a device, known from its configuration and the device's traits alone.
///
/// The hidden size H is padded to HP, a multiple of the vector width, in everything that stays on the device. Rows have
/// one or more vectors of HP units: see `layout.cl`.
struct LayerShape {
    let configuration: LayerConfiguration
    let cell: RowLayout
    let program: CellProgram
    let training: Bool
    let merge: DirectionMerge

    /// The vector width V over hidden units, and HP, H padded to a multiple of V.
    let width: Int
    let padded: Int

    /// The depth of a row's forward product: K = I + T * HP + 1.
    let depth: Int

    /// Rows that a work-item computes at a time, forward and backward, and blocks of units in the backward pass.
    let forwardRows: Int, backwardRows: Int, backwardSpan: Int

    init(
        _ configuration: LayerConfiguration, traits: DeviceTraits, precision: Precision, training: Bool,
        merge: DirectionMerge = .concatenate
    ) {
        self.configuration = configuration
        self.training = training
        self.merge = merge
        let cell = RowLayout(layer: configuration)
        self.cell = cell
        program = CellProgram(layer: configuration)
        width = traits.vectorWidth(padding: configuration.hiddenSize, precision)
        padded = traits.padded(configuration.hiddenSize, precision)
        depth = cell.inputSize + cell.sources * padded + 1
        forwardRows = traits.rows(sums: cell.cellGates)
        backwardSpan = traits.span(blocks: padded / width, vectors: cell.components)
        backwardRows = traits.rows(sums: backwardSpan * cell.components)
    }

    /// Number of directions.
    var directions: Int { configuration.directions.count }

    /// Features of the output.
    var outputSize: Int { merge == .sum ? configuration.hiddenSize : configuration.outputSize }

    /// Whether the outputs of several directions are summed; otherwise each is written to its final place directly.
    var isSummed: Bool { merge == .sum && directions > 1 }

    var hasNorm: Bool { configuration.options.layerNorm != .none }

    /// Columns of the forward product of one set, G * HP.
    var columns: Int { cell.gates * padded }

    /// Elements of the packed weights of the forward product, of the backward product, and of the vectors.
    var forwardWeights: Int { configuration.setCount * columns * depth }
    var backwardWeights: Int {
        guard training else { return 0 }
        let matrices = cell.positions.count * cell.components * cell.componentAxes
        return configuration.setCount * matrices * columns * padded
    }
    var vectorWeights: Int { configuration.setCount * cell.vectors * padded }

    /// Refuses weights with too many elements for 32-bit indices, padding included.
    func validate() throws(MDLSTMError) {
        guard forwardWeights <= Int(Int32.max) else {
            throw MDLSTMError(
                .option,
                "the layer's weights, padded for the device, are \(forwardWeights); at most \(Int32.max) are supported"
            )
        }
    }

    /// How a sweep over a schedule is divided among work-items.
    func sweepPlan(_ schedule: Schedule, traits: DeviceTraits) -> SweepPlan {
        let row = RowCost(
            perTile: forwardRows, blocks: padded / width, multiplyAdds: columns * depth,
            launch: traits.tuning.launch)
        return SweepPlan(schedule, row: row, units: traits.computeUnits)
    }
}
