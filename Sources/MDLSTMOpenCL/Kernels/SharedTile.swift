import MDLSTM

/// How a work-group computes a tile of rows and units through local memory: the constants of `tile_product.cl`.
struct SharedTile: Hashable {
    /// Units of a tile where there are no fewer.
    static let units = 16

    /// Rows of a tile, and of them those of a work-item.
    let rows: Int, itemRows: Int

    /// Units of a tile.
    let units: Int

    /// Places of the depth that are copied at a time.
    private(set) var slice: Int

    /// The whole depth where the weights of all of it are in local memory, else 0.
    private(set) var depth = 0

    /// Vectors of units that every row has.
    private let vectors: Int

    /// Work-items that divide the depth of a sum among them.
    private let parts: Int

    /// The tile of `rows` rows that fits into local memory; nil if there is none.
    ///
    /// A work-item holds up to 96 sums: as many rows as leave no more than 8 items to divide the depth among, since their sums
    /// have to be brought together.
    init?(
        rows: Int, units: Int, vectors: Int, lanes: Int, group: Int, localMemory: Int, precision: Precision
    ) {
        guard units >= lanes else { return nil }
        let tiles = [8, 4, 2, 1].compactMap { itemRows -> SharedTile? in
            let parts = group * itemRows / (rows * units / lanes)
            guard itemRows <= rows, parts >= 1, parts <= 16 else { return nil }
            let tile = SharedTile(
                rows: rows, units: units, itemRows: itemRows, vectors: vectors, parts: parts, group: group)
            return tile.fits(localMemory, precision) ? tile : nil
        }
        let few = tiles.filter { $0.itemRows * vectors * lanes <= 96 }
        guard let tile = few.first(where: { $0.parts <= 8 }) ?? few.last ?? tiles.last else { return nil }
        self = tile
    }

    private init(rows: Int, units: Int, itemRows: Int, vectors: Int, parts: Int, group: Int) {
        (self.rows, self.units, self.itemRows, self.vectors, self.parts) = (rows, units, itemRows, vectors, parts)
        // Where the weights are few, every item copies four places of a row.
        slice = max(32, 4 * parts, vectors == 1 ? 4 * group / rows : 0)
    }

    /// Whether the slice of the rows, and the weights or in their place the parts of the sums, leave room for indices.
    private func fits(_ localMemory: Int, _ precision: Precision) -> Bool {
        let places = max(depth > 0 ? depth : slice, parts * rows)
        let elements = rows * (slice + 4) + places * vectors * units
        return elements * (precision == .float32 ? 4 : 8) <= localMemory - 2048
    }

    /// Tiles that cover `rows` rows of `padded` units.
    func count(rows: Int, padded: Int) -> Int { (rows + self.rows - 1) / self.rows * ((padded + units - 1) / units) }

    /// Tiles that cover `rows` rows of `width` units where their vectors are parts of one row.
    func count(rows: Int, width: Int) -> Int {
        (rows + self.rows - 1) / self.rows * ((width + units * vectors - 1) / (units * vectors))
    }

    var constants: KernelConstants {
        let constants: KernelConstants = [
            "TILE": rows, "UNITS": units, "ITEM_ROWS": itemRows, "SLICE": slice, "VECTORS": vectors,
        ]
        return depth > 0 ? constants.adding("DEPTH", depth) : constants
    }

    /// The same tile with the weights of the whole depth in local memory, or this one where they do not fit: they then need
    /// not wait for what they are multiplied with. Of high tiles the products take longer than the loads.
    func holding(depth: Int, of layer: LayerShape, traits: DeviceTraits, _ precision: Precision) -> SharedTile {
        var tile = self
        tile.slice = [16, 32, 64].first { $0 >= depth } ?? 128
        tile.depth = depth
        let isLow = rows <= 16 && layer.width % 4 == 0 && !layer.configuration.hasStatesByAxis
        return isLow && tile.fits(traits.localMemory, precision) ? tile : self
    }

    /// Whether local memory holds the weights of a tile of the forward pass of a layer in float32.
    static func holdsWeights(of layer: LayerConfiguration, traits: DeviceTraits) -> Bool {
        let cell = RowLayout(layer: layer)
        let depth = cell.sources * traits.padded(layer.hiddenSize, .float32)
        return 4 * depth * cell.cellGates * units <= traits.localMemory * 7 / 8
    }

    /// The tiles of a layer's forward pass that fit the device, the largest first; at least one.
    static func forward(
        _ layer: LayerShape, traits: DeviceTraits, _ precision: Precision
    ) throws(MDLSTMError) -> [SharedTile] {
        let cell = layer.cell
        return try all(layer, vectors: cell.cellGates, depth: cell.sources * layer.padded, traits, precision)
    }

    /// The tiles of its backward pass.
    static func backward(
        _ layer: LayerShape, traits: DeviceTraits, _ precision: Precision
    ) throws(MDLSTMError) -> [SharedTile] {
        let cell = layer.cell
        return try all(layer, vectors: cell.components, depth: cell.componentAxes * layer.columns, traits, precision)
    }

    private static func all(
        _ layer: LayerShape, vectors: Int, depth: Int, _ traits: DeviceTraits, _ precision: Precision
    ) throws(MDLSTMError) -> [SharedTile] {
        try all(vectors: vectors, lanes: layer.width, traits: traits, precision).map {
            $0.holding(depth: depth, of: layer, traits: traits, precision)
        }
    }

    /// The tiles of rows of so many vectors that fit the device, the largest first; at least one.
    static func all(
        vectors: Int, lanes: Int, traits: DeviceTraits, _ precision: Precision
    ) throws(MDLSTMError) -> [SharedTile] {
        var tiles = [(64, units), (32, units), (16, units), (8, units), (8, units / 2)].compactMap { rows, units in
            SharedTile(
                rows: rows, units: units, vectors: vectors, lanes: lanes, group: traits.sharedGroup,
                localMemory: traits.localMemory, precision: precision)
        }
        // Where loads are narrow, the smallest tiles would load more than once in five multiply-adds.
        if lanes < traits.widestVector(precision) && tiles.count > 1 { tiles.removeAll { $0.units < units } }
        if tiles.isEmpty {
            throw MDLSTMError(
                .option,
                "tiles of this layer take more than the device's \(traits.localMemory) bytes of local memory; "
                    + "take path fused")
        }
        return tiles
    }
}
