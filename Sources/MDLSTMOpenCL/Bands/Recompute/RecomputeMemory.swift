package import MDLSTM

/// The memory that a recomputed layer takes, and how high its bands are by it.
///
/// It has all that one band computes, and the states between all bands: the first grows with the height of a band, the
/// second falls. Both are equal near a height of `sqrt(E1 * states / all)`, which for `graves` over two axes is about half
/// the square root of E1.
package struct RecomputeMemory {
    /// Higher bands take less time: of the heights whose memory is at most so many times the least, the largest is taken.
    package static let allowance = 1.125

    /// The largest extent of a sample along axis 1.
    private let extent: Int

    /// Bytes that a band takes for each of its sites of axis 1, and those of the states between two bands.
    package let perSite: Int, perBoundary: Int

    package init(_ layer: LayerConfiguration, grid: Grid, traits: DeviceTraits, precision: Precision) {
        extent = max(1, grid.samples.map { $0[0] }.max()!)
        let cell = RowLayout(layer: layer)
        let elementBytes = precision == .float32 ? 4 : 8
        let padded = traits.padded(layer.hiddenSize, precision)
        let isNorm = layer.options.layerNorm != .none
        let depth = layer.depth
        let states = cell.feedback + cell.cells
        let kept = cell.gates + (isNorm ? cell.gradientStride + cell.feedback : 0) + cell.handed + cell.vectors
        // Predecessors, successors, places of states that leave, and four tables of one number.
        let tables = 4 * (3 * layer.axes + 4)
        let row = (states + kept) * padded * elementBytes + tables
        let sites = grid.batch * grid.faceCount(axis: 0)
        // The directions that pass together; input, output, the gradients by both, by the input for each direction too.
        let directions = layer.bandGroups.map(\.count).max() ?? 1
        let features = layer.inputSize * (directions > 1 ? 2 + directions : 2) + 2 * directions * layer.hiddenSize
        perSite = sites * (directions * depth * row + features * elementBytes)
        perBoundary = sites * layer.directions.count * depth * states * padded * elementBytes
    }

    /// Bytes with bands of `height` sites.
    package func bytes(height: Int) -> Int { perSite * height + perBoundary * (bands(height) - 1) }

    private func bands(_ height: Int) -> Int { (extent + height - 1) / height }

    /// Sites of a band along axis 1.
    package var height: Int {
        let least = (1...extent).map(bytes).min()!
        let largest = (1...extent).last { Double(bytes(height: $0)) <= Self.allowance * Double(least) }!
        // The lowest bands of as many: all of about one height.
        return (extent + bands(largest) - 1) / bands(largest)
    }
}
