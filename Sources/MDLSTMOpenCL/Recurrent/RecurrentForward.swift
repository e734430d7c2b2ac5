import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// The forward pass over all wavefronts: fills h, c and, when training, the gates.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - parameters: all parameters of the layer or model
    package func forward(x: Buffer<Element>, parameters: Buffer<Element>) throws {
        try entrance?.enter(x: x, parameters: parameters, layer: self)
        switch path {
        case .gemm: try gemmForward(x: x)
        case .sweep: try sweepForward(x: x)
        case .fused, .auto: try fusedForward(x: x)
        }
    }

    private func fusedForward(x: Buffer<Element>) throws {
        let kernel = try forwardKernel("fused_forward")
        let finish = try finishKernel()
        let state = try forwardState()
        let (phases, inputSize, tile) = (cell.phases, cell.inputSize, forwardRows)
        for d in 0..<schedule.host.wavefrontCount {
            let (first, rows) = (schedule.host.wavefronts[d], schedule.host.rowsPerSet(wavefront: d))
            for phase in phases {
                try kernel.launch(
                    items: phase.count * (padded / width) * ((rows + tile - 1) / tile), sets: directions,
                    [
                        .int(first), .int(rows), .int(schedule.host.firstSet(wavefront: d)), .int(phase.lowerBound),
                        .int(phase.count), .int(inputSize), .int(padded), .buffer(x), .buffer(packedForward),
                    ] + state)
            }
            try finish?.launch(
                items: rows, sets: directions,
                [.int(first), .int(rows), .int(configuration.hiddenSize), .int(padded)] + state)
        }
    }

    private func sweepForward(x: Buffer<Element>) throws {
        let sweep = try schedule.sweep(plan)
        let kernel = try forwardKernel("sweep_forward")
        let state = try forwardState()
        for stage in sweep.stages {
            try kernel.launch(
                items: stage.count,
                [
                    .int(stage.lowerBound), .int(stage.count), .int(directions), .int(cell.inputSize),
                    .int(configuration.hiddenSize), .int(padded), .buffer(sweep.items), .buffer(sweep.starts),
                    .buffer(sweep.sets), .buffer(sweep.rows), .buffer(x), .buffer(packedForward),
                ] + state)
        }
    }

    private func forwardKernel(_ name: String) throws -> CompiledKernel {
        try cellKernel(
            name,
            helpers: cell.forwardFiles + KernelVariant.products("forward_products", rows: forwardRows) + [
                "forward_tile"
            ],
            ["ROWS": forwardRows, "KEEP_GATES": training ? 1 : 0])
    }

    /// Finishes the rows of a wavefront in a layer norm; nil in other layers.
    private func finishKernel() throws -> CompiledKernel? {
        guard configuration.options.layerNorm != .none else { return nil }
        return try cellKernel("norm_forward", helpers: cell.forwardFiles, byRow: true)
    }

    /// Per wavefront: gather z = [x; sources; 1], one product for all directions, gates and cell.
    private func gemmForward(x: Buffer<Element>) throws {
        let scratch = try makeGemmScratch()
        let gather = try layoutKernel("gather_inputs", byRow: true, lanes: 1, ["DIRECT": 1])
        let finish = try finishKernel()
        let kernel =
            try finish == nil
            ? cellKernel("gemm_forward", helpers: cell.forwardFiles, ["KEEP_GATES": training ? 1 : 0]) : nil
        let starts = cell.phases.map(\.lowerBound)
        let state = try forwardState()
        let (sites, predecessors) = (try schedule.sites(), try schedule.predecessors())
        for d in 0..<schedule.host.wavefrontCount {
            let (first, rows) = (schedule.host.wavefronts[d], schedule.host.rowsPerSet(wavefront: d))
            for position in cell.positions.indices {
                // Positions of one phase have the same sources. DIRECT takes rows from `first` on; the table argument
                // is not read.
                if starts.contains(position) {
                    try gather.launch(
                        items: rows, sets: directions,
                        [
                            .int(first), .int(rows), .int(rows), .int(position), .int(cell.inputSize), .int(padded),
                            .buffer(sites), .buffer(x), .buffer(sites), .buffer(predecessors), .buffer(h),
                            .buffer(scratch.operand),
                        ])
                }
                try multiplySources(wavefront: d, position: position, scratch: scratch)
                try kernel?.launch(
                    items: padded / width * rows, sets: directions,
                    [
                        .int(first), .int(rows), .int(schedule.host.firstSet(wavefront: d)), .int(position),
                        .int(padded), .buffer(scratch.result),
                    ] + state)
            }
            try finish?.launch(
                items: rows, sets: directions,
                [.int(first), .int(rows), .int(configuration.hiddenSize), .int(padded)] + state)
        }
    }

    /// z times the weights of one position, into the scratch or, in a layer norm, to where its rows are finished.
    private func multiplySources(wavefront d: Int, position: Int, scratch: GemmScratch<Element>) throws {
        let (first, rows) = (schedule.host.wavefronts[d], schedule.host.rowsPerSet(wavefront: d))
        let columns = cell.cellGates * padded
        let sets = cell.positions.count * depth * columns
        let weights = schedule.host.firstSet(wavefront: d) * sets + position * depth * columns
        func multiply(_ part: Range<Int>, into c: Buffer<Element>, offset: Int, leading: Int) throws {
            try library.context.stridedBatchedProduct(
                m: rows, n: columns, k: part.count, a: scratch.operand, aOffset: part.lowerBound, aLeading: depth,
                aStride: rows * depth, b: packedForward, bOffset: weights + part.lowerBound * columns,
                bLeading: columns, bStride: sets, c: c, cOffset: offset, cLeading: leading, cStride: rows * leading,
                batchCount: directions)
        }
        let stride = cell.gradientStride * padded
        switch configuration.options.layerNorm {
        case .none: try multiply(0..<depth, into: scratch.result, offset: 0, leading: columns)
        case .gates, .gatesAndCell: try multiply(0..<depth, into: raw, offset: first * stride, leading: stride)
        case .inputRecurrentCell:
            try multiply(0..<cell.inputSize, into: raw, offset: first * stride, leading: stride)
            try multiply(cell.inputSize..<depth, into: raw, offset: first * stride + columns, leading: stride)
        }
    }

    /// The work space of the `gemm` way, made on first use.
    func makeGemmScratch() throws -> GemmScratch<Element> {
        if let gemmScratch { return gemmScratch }
        let scratch = try GemmScratch(for: self)
        gemmScratch = scratch
        return scratch
    }
}

/// Work space of the `gemm` way: operand and result of the product of the largest wavefront.
struct GemmScratch<Element: Scalar> {
    /// `[directions, rows, K]` forward, `[directions, rows, A*G*HP]` backward.
    let operand: Buffer<Element>

    /// `[directions, rows, G'*HP]` forward, `[directions, rows, C, HP]` backward.
    let result: Buffer<Element>

    init(for layer: Recurrent<Element>) throws {
        let rows = layer.schedule.host.largestWavefront
        let cell = layer.cell
        let backward = layer.training ? cell.componentAxes * cell.gates * layer.padded : 0
        operand = try layer.makeBuffer("operand", count: rows * max(layer.depth, backward))
        result = try layer.makeBuffer("result", count: rows * max(cell.cellGates, cell.components) * layer.padded)
    }
}
