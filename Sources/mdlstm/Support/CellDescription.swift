import MDLSTM

/// What `mdlstm cells` says about one cell: its card, and what is found from its configurations.
struct CellDescription {
    /// A tensor with its shape by letter.
    struct Tensor: Equatable {
        let name: String
        let shape: [String]

        /// The options it depends on; empty for a tensor every layer of the cell has.
        var condition = ""
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
        return found.map { tensor, with, without in
            let conditions = with.settings.isEmpty ? without : with
            let word = with.settings.isEmpty ? "not with" : "with"
            return Tensor(
                name: tensor.name, shape: tensor.shape,
                condition: conditions.settings.isEmpty ? "" : "\(word) \(conditions.text)")
        }
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
            // The one row of shifts is no axis.
            let letters = tensor.name.hasPrefix("norm_") ? letters.filter { $0.letters != "N" } : letters
            return Tensor(
                name: tensor.name,
                shape: tensor.shape.map { extent in letters.first { $0.value == extent }?.letters ?? "\(extent)" })
        }
    }

    private static func letters(of layer: LayerConfiguration) -> [(letters: String, value: Int)] {
        let (N, G, H) = (layer.axes, layer.gates.count, layer.hiddenSize)
        var letters = [("S", layer.setCount), ("I", layer.inputSize), ("H", H), ("G*H", G * H)]
        if layer.hasStatesByAxis {
            letters += [("D", layer.directions.count), ("M", layer.lstmAxes.count), ("N-M", layer.plainAxes.count)]
            letters += [("N*H", N * H), ("2*H", 2 * H)]
        } else {
            letters += [("N", N), ("3*H", 3 * H)]
            letters += [("P", layer.peepholeVectors.count), ("G+1", G + 1), ("2*G+1", 2 * G + 1)]
        }
        return letters.map { (letters: $0.0, value: $0.1) }
    }

    /// What the letters of shapes stand for.
    static let letters = [
        ("S", "parameter sets: the directions, in an untied grid times its depth"), ("D", "directions"),
        ("N", "axes"), ("M", "axes of a grid that are LSTMs"), ("I", "input size"), ("H", "hidden size"),
        ("G", "gates"), ("P", "peephole vectors"),
    ]
}
