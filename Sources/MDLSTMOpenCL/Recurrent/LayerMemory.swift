import MDLSTM
import OpenCLRuntime

/// What a layer takes of a device's memory over a grid on every way, known before anything is made. Products of CLBlast take
/// more, for one wavefront.
struct LayerMemory {
    private let shape: LayerShape
    private let request: LayerRequest
    private let bytesPerElement: Int
    private let sharesTiles: Bool

    init(_ shape: LayerShape, _ request: LayerRequest, traits: DeviceTraits, precision: Precision) {
        self.shape = shape
        self.request = request
        sharesTiles = request.path.sharesTiles(for: shape.configuration, traits: traits)
        bytesPerElement = precision == .float32 ? 4 : 8
    }

    private var layer: LayerConfiguration { shape.configuration }

    /// Bytes that grow with the grid.
    func bytes(_ grid: Grid) -> Int { requests(grid).reduce(0) { $0 + $1.bytes } }

    /// Refuses a grid that the device has no memory for, with the numbers and what would fit.
    ///
    /// - Parameter isBand: whether the grid is a band of another, whose buffers it shares with other bands
    func require(in context: Context, isBand: Bool) throws {
        let grid = request.grid
        let less = shape.training && !isBand && layer.inputAxes > 0 ? "; recomputed states take less" : ""
        try context.requireMemory(for: requests(grid), inTotal: !isBand) {
            let fits = { context.hasMemory(for: requests($0), inTotal: !isBand) }
            if isBand {
                return largest(below: grid.extents[0], { try? grid.prefix(sites: $0, samples: grid.batch) }, fits)
                    .map { "bands of at most \(counted($0, "site")) would fit" }
                    ?? "take a smaller batch or fewer hidden units"
            }
            if let batch = largest(below: grid.batch, { try? grid.prefix(samples: $0) }, fits) {
                return "a batch of at most \(batch) would fit\(less)"
            }
            if let extent = largest(below: grid.extents.first ?? 1, { try? grid.prefix(sites: $0, samples: 1) }, fits) {
                return "a batch of 1 with at most \(counted(extent, "site")) along axis 1 would fit\(less)"
            }
            return "take fewer sites or hidden units\(less)"
        }
    }

    /// The largest number below `limit` whose grid fits; nil if none does.
    private func largest(below limit: Int, _ grid: (Int) -> Grid?, _ fits: (Grid) -> Bool) -> Int? {
        var (low, high) = (0, limit)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if let grid = grid(middle), fits(grid) { low = middle } else { high = middle }
        }
        return low > 0 ? low : nil
    }

    private func requests(_ grid: Grid) -> [MemoryRequest] {
        let (cell, training) = (shape.cell, shape.training)
        let (axes, directions) = (layer.axes, layer.directions.count)
        let depth = layer.depth
        let rows = product(grid.occupiedSiteCount, directions, depth)
        let faces = grid.extents.reduce(layer.hasDepth ? grid.siteCount : 0) { $0 + grid.siteCount / $1 * depth }
        let boundaryStates = request.boundaryStates || layer.hasDepth
        let states = rows + 1 + (boundaryStates ? product(faces, directions) : 0)
        let bytes = bytesPerElement
        let vector = shape.padded * bytes
        let vectors = RowVectors(shape, rows: rows, states: states, sharesTiles: sharesTiles).named.map {
            MemoryRequest($0.name, bytes: product($0.count, vector))
        }
        var owned = [("the output", shape.outputSize)]
        if layer.hasDepth {
            let entering = directions * (layer.function(ofAxis: axes - 1) == .lstm ? 2 : 1) * layer.hiddenSize
            owned += [("what enters the depth", entering), ("the gradient by what enters", entering)]
        }
        var tables = [("predecessors", rows * axes), ("sites", rows), ("places in the sweep", rows)]
        if training { tables += [("successors", states * axes), ("rows of sets", rows), ("rows of sites", rows)] }
        let inputRows = training && request.inputGradient && directions > 1 ? rows : 0
        return vectors
            + (owned + request.tensors).map { MemoryRequest($0.0, bytes: product(grid.siteCount, $0.1, bytes)) }
            + [MemoryRequest("the gradients by the input", bytes: product(inputRows, cell.inputSize, bytes))]
            + tables.map { MemoryRequest("the table of \($0.0)", bytes: product($0.1, 4)) }
    }

    /// The product, or the largest number if there is none for it.
    private func product(_ factors: Int...) -> Int {
        factors.reduce(1) { product, factor in
            let (result, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? .max : result
        }
    }
}

extension Grid {
    /// The first `count` samples.
    fileprivate func prefix(samples count: Int) throws -> Grid {
        try Grid(extents: extents, samples: Array(samples.prefix(count)))
    }

    /// The first `count` sites along axis 1 of the first samples.
    fileprivate func prefix(sites count: Int, samples batch: Int) throws -> Grid {
        try Grid(
            extents: [count] + extents.dropFirst(),
            samples: samples.prefix(batch).map { [min($0[0], count)] + $0.dropFirst() })
    }
}
