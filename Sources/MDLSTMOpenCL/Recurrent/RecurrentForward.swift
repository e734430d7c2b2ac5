import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// The forward pass over all wavefronts: fills h, c and, when training, the gates.
    ///
    /// - Parameter x: `[sites, I]`
    package func forward(x: Buffer<Element>) throws {
        switch path {
        case .gemm: try gemmForward(x: x)
        case .sweep: try sweepForward(x: x)
        case .fused, .auto: try fusedForward(x: x)
        }
    }

    private func fusedForward(x: Buffer<Element>) throws {
        let rowsPerItem = library.traits.rows(sums: configuration.gates.count)
        let kernel = try forwardTileKernel("fused_forward", rowsPerItem: rowsPerItem)
        let blocks = padded / width
        let (sites, predecessors) = (try schedule.sites(), try schedule.predecessors())
        for d in 0..<schedule.host.wavefrontCount {
            let rows = schedule.host.rowsPerSet(wavefront: d)
            try kernel.launch(
                items: blocks * ((rows + rowsPerItem - 1) / rowsPerItem), sets: configuration.setCount,
                [
                    .int(schedule.host.wavefronts[d]), .int(rows), .int(configuration.inputSize), .int(padded),
                    .buffer(x), .buffer(packedForward), .buffer(peepholes), .buffer(sites), .buffer(predecessors),
                    .buffer(h), .buffer(c), .buffer(gates),
                ])
        }
    }

    private func sweepForward(x: Buffer<Element>) throws {
        let rowsPerItem = library.traits.rows(sums: configuration.gates.count)
        let sweep = try schedule.sweep()
        try forwardTileKernel("sweep_forward", rowsPerItem: rowsPerItem).launch(
            items: sweep.groups, sets: configuration.setCount,
            [
                .int(sweep.groups), .int(schedule.host.wavefrontCount), .int(configuration.inputSize), .int(padded),
                .buffer(sweep.rows), .buffer(sweep.starts), .buffer(x), .buffer(packedForward), .buffer(peepholes),
                .buffer(try schedule.sites()), .buffer(try schedule.predecessors()), .buffer(h), .buffer(c),
                .buffer(gates),
            ])
    }

    private func forwardTileKernel(_ name: String, rowsPerItem: Int) throws -> CompiledKernel {
        try tileKernel(
            name, helpers: ["graves_forward", "forward_tile"],
            ["ROWS": rowsPerItem, "KEEP_GATES": training ? 1 : 0])
    }

    /// Per wavefront: gather z = [x; h of the predecessors; 1], one product for all directions, gates and cell.
    private func gemmForward(x: Buffer<Element>) throws {
        let scratch = try makeGemmScratch()
        let kernel = try tileKernel(
            "gemm_forward", helpers: ["graves_forward"], ["KEEP_GATES": training ? 1 : 0])
        let gather = try rowKernel("gather_inputs", ["DIRECT": 1])
        let (S, G) = (configuration.setCount, configuration.gates.count)
        let (sites, predecessors) = (try schedule.sites(), try schedule.predecessors())
        for d in 0..<schedule.host.wavefrontCount {
            let rows = schedule.host.rowsPerSet(wavefront: d)
            let first = schedule.host.wavefronts[d]
            // DIRECT takes rows from `first` on; the table argument is not read.
            try gather.launch(
                items: rows, sets: S,
                [
                    .int(first), .int(rows), .int(rows), .int(configuration.inputSize), .int(padded), .buffer(sites),
                    .buffer(x), .buffer(sites), .buffer(predecessors), .buffer(h), .buffer(scratch.operand),
                ])
            try library.context.stridedBatchedProduct(
                m: rows, n: G * padded, k: depth, a: scratch.operand, aLeading: depth, aStride: rows * depth,
                b: packedForward, bLeading: G * padded, bStride: depth * G * padded,
                c: scratch.result, cLeading: G * padded, cStride: rows * G * padded, batchCount: S)
            try kernel.launch(
                items: padded / width * rows, sets: S,
                [
                    .int(first), .int(rows), .int(padded), .buffer(scratch.result), .buffer(peepholes),
                    .buffer(predecessors), .buffer(h), .buffer(c), .buffer(gates),
                ])
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
    /// `[S, rows, K]` forward, `[S, rows, N*G*HP]` backward.
    let operand: Buffer<Element>

    /// `[S, rows, G*HP]` forward, `[S, rows, HP]` backward.
    let result: Buffer<Element>

    init(for layer: Recurrent<Element>) throws {
        let rows = layer.schedule.host.largestWavefront
        let gates = layer.configuration.gates.count * layer.padded
        let operandWidth = layer.training ? max(layer.depth, layer.configuration.axes * gates) : layer.depth
        operand = try layer.library.context.makeBuffer(of: Element.self, count: rows * operandWidth)
        result = try layer.library.context.makeBuffer(of: Element.self, count: rows * gates)
    }
}
