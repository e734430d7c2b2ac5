package import MDLSTM

/// The memory that a layer takes for each site of axis 1 while it computes a band, and how high bands are by it.
///
/// Time for each site hardly depends on the height, so long as a wavefront has rows for all compute units: bands are no
/// higher than that.
package struct BandMemory {
    /// States of a whole grid that take no more are computed at once, unless the caller asks for bands.
    package static let small = 128 << 20

    /// What a band may always take; and of the layer's input and output: an eighth.
    package static let least = 64 << 20
    package static let shareOfTensors = 8

    /// Rows of the longest wavefront of a band: so many for each compute unit, if memory allows; so many in any case.
    package static let rowsPerUnit = 32
    package static let leastRows = 16

    /// Sites of a band that make up for what a band costs whatever its size, if memory allows.
    package static let leastSites = 1 << 16

    private let grid: Grid
    private let computeUnits: Int

    /// The most directions that pass through a band together.
    private let directions: Int

    /// Bytes of input and output, and of the states of all directions with their tables, of the whole grid.
    private let tensors: Int, states: Int

    /// Bytes that a band takes for each of its sites of axis 1.
    private let perSite: Int

    package init(_ layer: LayerConfiguration, grid: Grid, traits: DeviceTraits, precision: Precision) {
        self.grid = grid
        computeUnits = traits.computeUnits
        let cell = RowLayout(layer: layer)
        let elementBytes = precision == .float32 ? 4 : 8
        let padded = traits.padded(layer.hiddenSize, precision)
        let kept = layer.options.layerNorm == .none ? 0 : cell.gates + cell.gradientStride
        let depth = layer.depth
        // On the device predecessors, site and place in the sweep; on the host successors, row of the site and set too.
        let tables = 4 * (layer.axes + 2) + 4 * (2 * layer.axes + 3)
        let row = (cell.feedback + cell.cells + kept) * padded * elementBytes + tables
        directions = layer.bandGroups.map(\.count).max() ?? 1
        let sites = grid.batch * grid.faceCount(axis: 0)
        func tensors(_ directions: Int) -> Int {
            sites * (layer.inputSize + directions * layer.hiddenSize) * elementBytes
        }
        self.tensors = tensors(layer.directions.count) * grid.extents[0]
        states = sites * layer.directions.count * depth * row * grid.extents[0]
        perSite = sites * directions * depth * row + tensors(directions)
    }

    /// Whether all sites are few enough to be computed at once.
    package var isSmall: Bool { states <= Self.small }

    /// Sites of a band along axis 1.
    package var height: Int {
        let extent = grid.extents[0]
        let sites = grid.batch * grid.faceCount(axis: 0)
        let wanted = max(places(rows: Self.rowsPerUnit * computeUnits), (Self.leastSites + sites - 1) / sites)
        let most = max(places(rows: Self.leastRows), max(Self.least, tensors / Self.shareOfTensors) / perSite)
        let height = min(extent, wanted, most)
        // A last band that is lower has tables of its own: a few more bands of one height are cheaper.
        let count = (extent + height - 1) / height
        let equal = (count...(count + count / 4)).first { extent % $0 == 0 }
        return (extent + (equal ?? count) - 1) / (equal ?? count)
    }

    /// Sites along axis 1 that give the longest wavefront so many rows: it has one site of the longest axis for each of
    /// all others.
    private func places(rows: Int) -> Int {
        let others = grid.extents.dropFirst()
        let perPlace = grid.batch * directions * others.reduce(1, *) / (others.max() ?? 1)
        return (rows + perPlace - 1) / perPlace
    }
}
