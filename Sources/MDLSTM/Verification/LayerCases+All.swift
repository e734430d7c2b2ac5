extension LayerCase {
    /// Every case.
    package static let all: [LayerCase] =
        directionCases + optionCases + sizeCases + extentCases + raggedCases + emptyCases + largeCases + recomputedCases
        + cellCases
        + gradientCases

    /// The cases cheap enough for differences of every element.
    package static var small: [LayerCase] { all.filter(\.small) }

    /// A case of every cell and of every form its rows take in the kernels, large where there is one: all other options
    /// change equations, not shapes.
    package static var oneOfEachForm: [LayerCase] {
        firstOfEachForm(in: all.filter { $0.isLarge || $0.configuration.hasDepth && $0.configuration.axes == 1 })
    }

    /// The same by the smallest cases, with states that enter and of two axes where there are such: for interpreters.
    package static var tinyOfEachForm: [LayerCase] {
        let few = all.filter { $0.small || $0.hasLongRows || $0.hasManyRows || $0.isRecomputed }
        let best = few.filter { $0.hasStates && $0.extents.count == 2 }
        return firstOfEachForm(in: best + few.filter(\.hasStates) + few)
    }

    private var isLarge: Bool { !small || !configuration.options.zoneout.isNone }

    private var isRecomputed: Bool { recomputedHeight != nil }

    /// Whether weight gradients copy the rows.
    private var hasLongRows: Bool { configuration.hiddenSize >= 128 }

    /// Whether weight gradients are summed in chunks of rows.
    private var hasManyRows: Bool { extents.reduce(batch, *) > 512 }

    private static func firstOfEachForm(in cases: [LayerCase]) -> [LayerCase] {
        struct Form: Hashable {
            let cell: Cell, axes: Int
            let layerNorm: LayerNorm, isExtended: Bool, hasZoneout: Bool, feedsGates: Bool
            let isRecomputed: Bool, hasLongRows: Bool, hasManyRows: Bool
        }
        var seen: Set<Form> = []
        return cases.filter { layer in
            let (configuration, options) = (layer.configuration, layer.configuration.options)
            let form = Form(
                cell: configuration.cell, axes: configuration.hasDepth ? configuration.axes : 0,
                layerNorm: options.layerNorm, isExtended: options.extended, hasZoneout: !options.zoneout.isNone,
                feedsGates: options.variant == .fullGateRecurrence, isRecomputed: layer.isRecomputed,
                hasLongRows: layer.hasLongRows, hasManyRows: layer.hasManyRows)
            return layer.hasNoise == form.hasZoneout && seen.insert(form).inserted
        }
    }

    /// Every single direction, an odd subset and all 2^N at once, for N = 1, 2, 3.
    private static var directionCases: [LayerCase] {
        let odd = [2: "++ -+ --", 3: "++- +-+ -++ --+ ---"]
        let extents = [1: [5], 2: [3, 2], 3: [3, 2, 2]]
        return (1...3).flatMap { axes in
            let single = Direction.all(axes: axes).map(\.description)
            let sets = single + [odd[axes], axes == 1 ? "+ -" : single.joined(separator: " ")].compactMap(\.self)
            return sets.map { signs in
                layer(signs, extents[axes]!, I: 2, H: axes == 3 ? 1 : 2, peepholes: axes != 2 || signs.count > 2)
            }
        }
    }

    /// The LSTM, peepholes on and off, boundary states.
    private static var optionCases: [LayerCase] {
        [
            layer("+", [5], cell: .lstm, I: 3, H: 2),
            layer("+", [5], cell: .lstm, I: 3, H: 2, peepholes: true, states: true),
            layer("+ -", [3], cell: .lstm, batch: 2, I: 2, H: 3, peepholes: true),
            layer("-", [7], cell: .lstm, I: 1, H: 1, states: true),
            layer("++ --", [2, 3], batch: 2, I: 3, H: 1),
            layer("++ --", [2, 3], batch: 2, I: 3, H: 1, peepholes: true),
            layer("+- -+ --", [2, 3], I: 1, H: 2, states: true),
            layer("++ +-", [3, 2], batch: 2, I: 1, H: 2, peepholes: true, states: true),
            layer("+-+ --+", [2, 1, 3], I: 2, H: 1, peepholes: true, states: true),
            layer("+-+-", [2, 2, 1, 2], I: 1, H: 1, peepholes: true, states: true),
        ]
    }

    /// Hidden sizes on both sides of vector edges; the smallest also by differences.
    private static var sizeCases: [LayerCase] {
        [1, 2, 5].map { layer("+ -", [3], I: 2, H: $0, peepholes: true) }
            + [7, 8, 9, 15, 16, 17, 31, 33].map {
                layer("++ -+", [3, 2], batch: 2, I: 3, H: $0, peepholes: $0 % 2 == 1, small: false)
            }
    }

    /// 1xn and nx1 grids, axes of one site, one site alone.
    private static var extentCases: [LayerCase] {
        [
            layer("+- -+", [1, 5], I: 2, H: 2, peepholes: true),
            layer("+- -+", [5, 1], I: 2, H: 2, peepholes: true),
            layer("++ --", [1, 1], batch: 3, I: 2, H: 2, peepholes: true, states: true),
            layer("+", [1], cell: .lstm, I: 1, H: 1, states: true),
            layer("++- -+-", [1, 3, 1], I: 1, H: 2, states: true),
            layer("++ +- -+ --", [1, 31], batch: 2, I: 3, H: 5, peepholes: true, small: false),
            layer("++ +- -+ --", [31, 1], batch: 2, I: 3, H: 5, states: true, small: false),
        ]
    }

    /// Samples of different extents in one batch.
    private static var raggedCases: [LayerCase] {
        [
            layer("+ -", [5], ragged: [[5], [2], [1]], I: 2, H: 2, peepholes: true, states: true),
            layer("++ --", [3, 2], ragged: [[3, 1], [1, 2]], I: 2, H: 2, peepholes: true),
            layer("+- -+", [3, 3], ragged: [[2, 3], [1, 1]], I: 1, H: 1, peepholes: true, states: true),
            layer("+-+ ---", [2, 3, 2], ragged: [[2, 1, 2], [1, 3, 1]], I: 1, H: 1, states: true),
            layer(
                "++ +- -+ --", [7, 11], ragged: [[7, 2], [3, 11], [5, 5], [1, 1]], I: 3, H: 5, peepholes: true,
                states: true, small: false),
        ]
    }

    /// Samples without sites, between others, and nothing else.
    private static var emptyCases: [LayerCase] {
        var recomputed = layer(
            "++ -+", [5, 3], ragged: [[0, 0], [5, 2], [0, 3], [2, 3]], I: 2, H: 3, named: "empty recomputed",
            states: true,
            small: false)
        recomputed.recomputedHeight = 2
        var nothing = layer(
            "++ -+", [5, 3], ragged: [[0, 0], [0, 0]], I: 2, H: 3, named: "empty recomputed", states: true, small: false
        )
        nothing.recomputedHeight = 2
        return [
            layer("+ -", [4], ragged: [[0], [4], [0], [2]], I: 2, H: 3, peepholes: true, states: true),
            layer("++ -+", [3, 2], ragged: [[0, 2], [2, 2], [3, 0]], I: 2, H: 3, states: true),
            layer("+ -", [3], ragged: [[0], [0]], cell: .lstm, I: 2, H: 3, states: true),
            layer(
                "++ -+", [3], ragged: [[0], [3]], cell: .grid, I: 2, H: 3,
                options: CellOptions { $0.grid.depth = 2 }, named: "L2", states: true),
            layer(
                "++ --", [3, 2], ragged: [[0, 0], [3, 2]], I: 2, H: 4, options: CellOptions { $0.layerNorm = .gates },
                named: "norm", states: true),
            recomputed, nothing,
        ]
    }

    /// Distinct primes for every extent, so that no swapped axis can pass; rows so long that weight gradients copy them,
    /// in two strips of 32, with inputs that fill vectors; so many rows that there are two chunks, the second one short.
    private static var largeCases: [LayerCase] {
        [
            layer("+", [17], cell: .lstm, batch: 2, I: 16, H: 129, small: false),
            layer("+ -", [11], cell: .lstm, batch: 3, I: 5, H: 7, peepholes: true, states: true, small: false),
            layer("+", [67], cell: .lstm, I: 2, H: 3, small: false),
            layer("+ -", [19], cell: .lstm, batch: 31, I: 2, H: 3, peepholes: true, small: false),
            layer("++ +- -+ --", [5, 3], batch: 2, I: 11, H: 7, peepholes: true, small: false),
            layer("++ +- -+ --", [3, 7], batch: 5, I: 2, H: 11, peepholes: true, states: true, small: false),
            layer("+- -+ --", [11, 7], batch: 2, I: 3, H: 5, small: false),
            layer("+-- -++ ---", [5, 3, 2], batch: 2, I: 7, H: 11, peepholes: true, states: true, small: false),
        ]
    }

    /// Gradients in bands of two sites, the last of one.
    private static var recomputedCases: [LayerCase] {
        var result = layer(
            "++ +- -+ --", [5, 3], batch: 2, I: 3, H: 5, options: CellOptions { $0.peepholes = true },
            named: "recomputed", states: true, small: false)
        result.recomputedHeight = 2
        return [result]
    }

    /// A loss of the output alone, and one of the states alone.
    private static var gradientCases: [LayerCase] {
        [("dL/dy", GivenGradients.output), ("dL/ds", .states)].map { name, gradients in
            var result = layer(
                "++ -+", [3, 2], ragged: [[3, 2], [2, 1]], I: 2, H: 3, options: CellOptions { $0.peepholes = true },
                named: "only \(name)", states: true)
            result.gradients = gradients
            return result
        }
    }
}
