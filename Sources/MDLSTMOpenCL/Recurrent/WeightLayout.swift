import MDLSTM

/// Where the parameters of a layer go in the layouts of its kernels.
///
/// Among the parameters lie:
///
///     plain       weight_ih [S, G*H, I], weight_hh [S, N, G*H, H], bias [S, G*H]
///     extended    weight_ch [S, N, G*H, H] too, for source component 1
///     FGR         weight_gh [S, 3, 3*H, H] too, for source components 1 .. 3, into the gates i, f and o
///     grid        weight_hh [S, M, 4H, N*H] and bias [S, M, 4H] of LSTM axes, weight_vh [S, N-M, H, N*H] and bias_v
///                 [S, N-M, H] of the others, which have the candidate's slot alone; where the depths share the weights of
///                 their own axis, it has weight_hh_depth [D, 1, 4H, N*H] and so on
struct WeightLayout {
    private let cell: RowLayout
    private let slots: RecurrentSlots

    /// The tensors' parameter sets that are the layer's.
    private let sets: [Int]
    private let layer: LayerConfiguration

    /// H padded, HP.
    private let padded: Int

    // What the loops below ask for at every weight.
    private let isGrid: Bool
    private let lstmAxes: [Int], plainAxes: [Int]
    private let hiddenSize: Int, inputSize: Int, axes: Int, gates: Int, cellGates: Int, sources: Int, feedback: Int
    private let input: Int, recurrent: Int, bias: Int

    /// Offset of `weight_ch` or `weight_gh`, and the gates that the other components of h lead to, in order; nil for all.
    private let more: Int, targets: [Int?]?

    init(cell: RowLayout, slots: RecurrentSlots, padded: Int) {
        self.cell = cell
        self.slots = slots
        self.padded = padded
        layer = cell.layer
        sets = (0..<cell.layer.setCount).map(slots.set)
        isGrid = layer.hasStatesByAxis
        (lstmAxes, plainAxes) = (layer.ownLSTMAxes, layer.ownPlainAxes)
        (hiddenSize, inputSize, axes) = (layer.hiddenSize, cell.inputSize, layer.axes)
        (gates, cellGates, sources, feedback) = (cell.gates, cell.cellGates, cell.sources, cell.feedback)
        (input, recurrent, bias) = (slots.offset("weight_ih"), slots.offset("weight_hh"), slots.offset("bias"))
        let feedsGates = layer.options.variant == .fullGateRecurrence
        more = slots.offset(feedsGates ? "weight_gh" : "weight_ch")
        targets = feedsGates ? [layer.slot(.input), layer.slot(.forget(0)), layer.slot(.output)] : nil
    }

    /// The weights of the units of one gate: the place of the first and the distance to the next.
    private struct UnitWeights {
        let first: Int
        let stride: Int
    }

    /// Of the forward product, `[S, N', HP/BLOCK, K, G', BLOCK]`: N' positions of G' gates, blocks of BLOCK = `width`
    /// units, K = I + T*HP + 1 rows: input, sources, bias.
    func forwardPlaces(width: Int) -> [Int32] {
        let depth = inputSize + sources * padded + 1
        var places: [Int32] = []
        places.reserveCapacity(layer.setCount * depth * gates * padded)
        for set in sets {
            for position in cell.positions.indices {
                for block in 0..<(padded / width) {
                    for m in 0..<depth {
                        for y in 0..<cellGates {
                            let weights = forwardWeights(set: set, position: position, gate: y, row: m)
                            append(weights, units: block * width..<(block + 1) * width, to: &places)
                        }
                    }
                }
            }
        }
        return places
    }

    /// Of the backward product, transposed, `[S, N', HP/BLOCK, C, A*G*HP, BLOCK]`, BLOCK = `width`.
    ///
    /// A block has C components, vectors of h, each with the gates it leads to: axis by axis (A = N), or in a grid,
    /// where h_k is multiplied along axis k alone, those of all positions (A = 1, N' components one by one).
    func backwardPlaces(width: Int) -> [Int32] {
        var places: [Int32] = []
        for set in sets {
            for position in cell.positions.indices {
                for block in 0..<(padded / width) {
                    for component in 0..<cell.components {
                        for axis in 0..<cell.componentAxes {
                            let source = isGrid ? cell.positions[position] : axis * feedback + component
                            for gate in 0..<gates {
                                let weights = recurrentWeights(
                                    set: set, position: gate / cellGates, gate: gate % cellGates, source: source)
                                for unit in 0..<padded {
                                    let row = unit < hiddenSize ? weights.map { $0.first + unit * $0.stride } : nil
                                    append(
                                        row.map { UnitWeights(first: $0, stride: 1) },
                                        units: block * width..<(block + 1) * width, to: &places)
                                }
                            }
                        }
                    }
                }
            }
        }
        return places
    }

    /// Peepholes, or gains and shifts of a layer norm: tensor by tensor `[S, vectors, HP]`.
    func vectorPlaces() -> [Int32] {
        var places: [Int32] = []
        for (name, count) in cell.vectorTensors {
            for set in sets { appendVectors(name, count: count, set: set, to: &places) }
        }
        return places
    }

    /// Their sums over rows, set by set `[S, vectors, HP]`.
    func vectorSumPlaces() -> [Int32] {
        var places: [Int32] = []
        for set in sets {
            for (name, count) in cell.vectorTensors { appendVectors(name, count: count, set: set, to: &places) }
        }
        return places
    }

    private func appendVectors(_ name: String, count: Int, set: Int, to places: inout [Int32]) {
        // Those of a depth that is shared are the last.
        let isShared = layer.sharesDepthAxis && layer.function(ofAxis: axes - 1) == .lstm
        let own = count - (isShared ? layer.peepholeVectors.count : 0)
        let (tensor, depth) = (slots.offset(name), slots.offset(name + LayerConfiguration.depthSuffix))
        for vector in 0..<count {
            let first =
                vector < own
                ? tensor + (set * own + vector) * hiddenSize
                : depth + (direction(set) * (count - own) + vector - own) * hiddenSize
            append(UnitWeights(first: first, stride: 1), units: 0..<padded, to: &places)
        }
    }

    private func direction(_ set: Int) -> Int { slots.direction(ofSet: set, of: layer.directions.count) }

    /// The tables by which the sums of gradients over the rows of each set, laid out as `places`, become those of the parameters:
    /// each with the number of equal parts in which it finds a sum. A parameter that all depths share has a place in the sets
    /// of each; its part of the first table is empty, and the second has the sets of one depth.
    func sums(_ places: [Int32]) -> [(places: [Int32], parts: Int)] {
        guard layer.sharesDepthAxis, layer.depth > 1 else { return [(places, 1)] }
        let ofDepth = places.count / layer.depth
        let shared = (0..<ofDepth).map { places[$0] == places[$0 + ofDepth] ? places[$0] : -1 }
        let own = places.indices.map { places[$0] == shared[$0 % ofDepth] ? -1 : places[$0] }
        return [(own, 1), (shared, layer.depth)]
    }

    private func append(_ weights: UnitWeights?, units: Range<Int>, to places: inout [Int32]) {
        for unit in units {
            guard let weights, unit < hiddenSize else {
                places.append(-1)
                continue
            }
            places.append(Int32(weights.first + unit * weights.stride))
        }
    }

    /// All weights of row `row` of the forward product into one gate; nil where there are none.
    private func forwardWeights(set: Int, position: Int, gate: Int, row: Int) -> UnitWeights? {
        if row < inputSize {
            return UnitWeights(
                first: input + (set * gates + gate) * hiddenSize * inputSize + row, stride: inputSize)
        }
        let (source, column) = (row - inputSize).quotientAndRemainder(dividingBy: padded)
        if source == sources { return biasWeights(set: set, position: position, gate: gate) }
        guard column < hiddenSize else { return nil }
        return recurrentWeights(set: set, position: position, gate: gate, source: source).map {
            UnitWeights(first: $0.first + column, stride: $0.stride)
        }
    }

    /// From unit 0 of source `source` to the units of one gate.
    private func recurrentWeights(set: Int, position: Int, gate: Int, source: Int) -> UnitWeights? {
        let H = hiddenSize
        if isGrid {
            let width = axes * H
            guard let row = gridRow(set: set, position: position, gate: gate, lstm: "weight_hh", plain: "weight_vh")
            else { return nil }
            return UnitWeights(first: row.tensor + row.index * H * width + source * H, stride: width)
        }
        let (axis, component) = source.quotientAndRemainder(dividingBy: feedback)
        if component > 0, let targets {
            guard let target = targets.firstIndex(of: gate) else { return nil }
            let row = (set * targets.count + component - 1) * targets.count + target
            return UnitWeights(first: more + row * H * H, stride: H)
        }
        let tensor = component == 0 ? recurrent : more
        return UnitWeights(first: tensor + ((set * axes + axis) * gates + gate) * H * H, stride: H)
    }

    /// The biases of one gate; nil where a layer norm adds them.
    private func biasWeights(set: Int, position: Int, gate: Int) -> UnitWeights? {
        if isGrid {
            return gridRow(set: set, position: position, gate: gate, lstm: "bias", plain: "bias_v").map {
                UnitWeights(first: $0.tensor + $0.index * hiddenSize, stride: 1)
            }
        }
        guard cell.productHasBias else { return nil }
        return UnitWeights(first: bias + (set * gates + gate) * hiddenSize, stride: 1)
    }

    /// The tensor a gate of a grid's axis has its weights in, and their place in it, in blocks of H rows.
    private func gridRow(
        set: Int, position: Int, gate: Int, lstm: String, plain: String
    ) -> (tensor: Int, index: Int)? {
        let axis = cell.positions[position]
        let isLSTM = layer.function(ofAxis: axis) == .lstm
        guard isLSTM || gate == layer.slot(.candidate) else { return nil }
        let name = isLSTM ? lstm : plain
        func row(_ index: Int) -> Int { isLSTM ? index * cellGates + gate : index }
        let own = isLSTM ? lstmAxes : plainAxes
        guard let place = own.firstIndex(of: axis) else {
            return (slots.offset(name + LayerConfiguration.depthSuffix), row(direction(set)))
        }
        return (slots.offset(name), row(set * own.count + place))
    }
}
