import MDLSTM

/// What `mdlstm cells` says about one cell: its card, and what is found from its configurations.
struct CellDescription {
    /// A tensor with its shape by letter.
    struct Tensor: Equatable {
        let name: String
        let shape: [String]

        /// The options it depends on; empty for a tensor every layer of the cell has.
        var condition = ""

        /// Whether it is of the depth's axis alone.
        var isOfDepth: Bool { name.hasSuffix(LayerConfiguration.depthSuffix) }
    }

    let cell: Cell

    /// The gates in the order of their rows over the cell's usual axes.
    let gates: [String]
    let tensors: [Tensor]

    init(_ cell: Cell) throws(MDLSTMError) {
        self.cell = cell
        let usual = try LayerConfiguration(
            cell: cell, inputSize: 1, hiddenSize: 1, directions: [.forward(axes: cell.defaultAxes)])
        gates = usual.gates.map(\.description)
        tensors = try Self.tensors(of: cell)
    }

    /// Every tensor some layer of the cell has, with what decides whether it is there.
    private static func tensors(of cell: Cell) throws(MDLSTMError) -> [Tensor] {
        let axes = cell.supports(axes: 5) ? 5 : 1
        let plain = try shapes(of: cell, axes: axes)
        var found = plain.map { (tensor: $0, with: Conditions(), without: Conditions()) }
        for option in CellOption.all where option.key != "normEpsilon" {
            for setting in option.settings where setting.goes(with: cell, axes: axes) {
                let shapes = try shapes(of: cell, axes: axes, setting)
                for shape in shapes where !found.contains(where: { $0.tensor == shape }) {
                    found.append((shape, Conditions(), Conditions()))
                }
                for index in found.indices {
                    let isThere = shapes.contains(found[index].tensor)
                    if plain.contains(found[index].tensor) {
                        if !isThere { found[index].without.add(option, setting) }
                    } else if isThere {
                        found[index].with.add(option, setting)
                    }
                }
            }
        }
        for (tensor, with) in try depthTensors(of: cell, axes: axes) {
            if !found.contains(where: { $0.tensor == tensor }) { found.append((tensor, with, Conditions())) }
        }
        return found.map { tensor, with, without in
            let conditions = with.settings.isEmpty ? without : with
            let word = with.settings.isEmpty ? "not with" : "with"
            return Tensor(
                name: tensor.name, shape: tensor.shape,
                condition: conditions.settings.isEmpty ? "" : "\(word) \(conditions.text)")
        }
    }

    /// The tensors of depths that share the weights of their own axis, which one more option brings about.
    private static func depthTensors(
        of cell: Cell, axes: Int
    ) throws(MDLSTMError) -> [(tensor: Tensor, with: Conditions)] {
        guard let tied = CellOption.all.first(where: { $0.key == "tied" }),
            let depth = tied.settings.first(where: { $0.value == "depth" }), depth.goes(with: cell, axes: axes)
        else { return [] }
        var found: [(tensor: Tensor, with: Conditions)] = []
        for option in CellOption.all where option.key != tied.key {
            for setting in option.settings where setting.goes(with: cell, axes: axes) {
                let both = CellOption.Setting("") { options, axes in
                    depth.apply(&options, axes)
                    setting.apply(&options, axes)
                }
                for tensor in try shapes(of: cell, axes: axes, both) where tensor.isOfDepth {
                    guard !found.contains(where: { $0.tensor == tensor }) else { continue }
                    var with = Conditions()
                    with.add(tied, depth)
                    with.add(option, setting)
                    found.append((tensor, with))
                }
            }
        }
        return found
    }

    /// Settings of options, of nested ones only the widest.
    private struct Conditions {
        private(set) var settings: [(option: CellOption, value: String)] = []

        mutating func add(_ option: CellOption, _ setting: CellOption.Setting) {
            if option.isNested, settings.contains(where: { $0.option.key == option.key }) { return }
            settings.append((option, setting.value))
        }

        var text: String { settings.map { "\($0.option.key) \($0.value)" }.joined(separator: ", ") }
    }

    /// The tensors of one setting, from a layer in sizes of which no two are alike, so that every extent tells its letters.
    private static func shapes(of cell: Cell, axes: Int, _ setting: CellOption.Setting? = nil) throws(MDLSTMError)
        -> [Tensor]
    {
        let directions = cell.directions(axes: axes).prefix(11)
        let layer = try LayerConfiguration(
            cell: cell, inputSize: 29, hiddenSize: 19, directions: Array(directions),
            options: CellOptions { options in
                if cell.traits.hasDepth { options.grid = GridOptions(depth: 13, tied: false) }
                setting?.apply(&options, axes)
            })
        let letters = letters(of: layer)
        return layer.parameterShapes.map { tensor in
            // The one row of shifts is no axis, and the depth's axis is one.
            let isOne = tensor.name.hasPrefix("norm_") || tensor.name.hasSuffix(LayerConfiguration.depthSuffix)
            let letters = letters.filter { !isOne || !["N", "M", "N-M"].contains($0.letters) }
            return Tensor(
                name: tensor.name,
                shape: tensor.shape.map { extent in letters.first { $0.value == extent }?.letters ?? "\(extent)" })
        }
    }

    private static func letters(of layer: LayerConfiguration) -> [(letters: String, value: Int)] {
        let (N, G, H) = (layer.axes, layer.gates.count, layer.hiddenSize)
        var letters = [("S", layer.setCount), ("I", layer.inputSize), ("H", H), ("G*H", G * H)]
        if layer.hasStatesByAxis {
            letters += [
                ("D", layer.directions.count), ("M", layer.ownLSTMAxes.count), ("N-M", layer.ownPlainAxes.count),
            ]
            letters += [("N*H", N * H), ("2*H", 2 * H)]
        } else {
            letters += [("N", N), ("3*H", 3 * H)]
            letters += [("P", layer.peepholeVectors.count), ("G+1", G + 1), ("2*G+1", 2 * G + 1)]
        }
        return letters.map { (letters: $0.0, value: $0.1) }
    }

    /// What the letters of shapes stand for.
    static let letters = [
        ("S", "parameter sets: the directions, in a grid that is not tied times its depth"), ("D", "directions"),
        ("N", "axes"), ("M", "axes of a grid that are LSTMs, N-M the others, with tied depth both without the depth"),
        ("I", "input size"), ("H", "hidden size"),
        ("G", "gates"), ("P", "peephole vectors"),
    ]
}
