package import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// The backward pass over all wavefronts: turns the gates into their gradients.
    ///
    /// - Parameter dy: dL/dy, `[sites, S*H]`, or `[sites, H]` if the directions were summed
    package func backward(dy: Buffer<Element>, merge: DirectionMerge) throws {
        precondition(training, "the forward pass kept no gates")
        let H = configuration.hiddenSize
        // Set s reads its gradient from column s * setStride of a row of `stride` elements.
        let (stride, setStride) = merge == .concatenate ? (configuration.outputSize, H) : (H, 0)
        let tables: [KernelArgument] = [
            .buffer(peepholes), .buffer(try schedule.sites()), .buffer(try schedule.predecessors()),
            .buffer(try schedule.successors()), .buffer(c), .buffer(gates), .buffer(handed),
        ]
        let target: [KernelArgument] = [.int(H), .int(padded), .int(stride), .int(setStride)]
        switch path {
        case .sweep:
            let sweep = try schedule.sweep()
            try backwardTileKernel("sweep_backward").launch(
                items: sweep.groups, sets: configuration.setCount,
                [.int(sweep.groups), .int(schedule.host.wavefrontCount)] + target
                    + [.buffer(sweep.rows), .buffer(sweep.starts), .buffer(dy), .buffer(packedBackward)] + tables)
        case .fused, .auto:
            let kernel = try backwardTileKernel("fused_backward")
            for d in (0..<schedule.host.wavefrontCount).reversed() {
                let rows = schedule.host.rowsPerSet(wavefront: d)
                try kernel.launch(
                    items: padded / width * ((rows + Self.backwardRows - 1) / Self.backwardRows),
                    sets: configuration.setCount,
                    [.int(schedule.host.wavefronts[d]), .int(rows)] + target
                        + [.buffer(dy), .buffer(packedBackward)] + tables)
            }
        case .gemm:
            let scratch = try makeGemmScratch()
            let kernel = try tileKernel(
                "gemm_backward", helpers: ["graves_forward", "graves_backward", "backward_row"])
            for d in (0..<schedule.host.wavefrontCount).reversed() {
                let rows = schedule.host.rowsPerSet(wavefront: d)
                let first = schedule.host.wavefronts[d]
                try multiplySuccessors(first: first, rows: rows, scratch: scratch)
                try kernel.launch(
                    items: padded / width * rows, sets: configuration.setCount,
                    [.int(first), .int(rows)] + target + [.buffer(dy), .buffer(scratch.result)] + tables)
            }
        }
    }

    /// Rows a work-item of the backward pass computes side by side: 8 sums hide the latency of a multiply-add.
    private static var backwardRows: Int { 8 }

    private func backwardTileKernel(_ name: String) throws -> CompiledKernel {
        try tileKernel(
            name, helpers: ["graves_forward", "graves_backward", "backward_row", "backward_tile"],
            ["ROWS": Self.backwardRows])
    }

    /// `dh = sum_k U_k^T da_(p+k)` of one wavefront, by one product for all directions.
    private func multiplySuccessors(first: Int, rows: Int, scratch: GemmScratch<Element>) throws {
        let (S, N) = (configuration.setCount, configuration.axes)
        let deep = N * configuration.gates.count * padded
        try rowKernel("gather_gates", ["FROM_SUCCESSORS": 1]).launch(
            items: rows, sets: S,
            [
                .int(first), .int(rows), .int(rows), .int(padded), .buffer(try schedule.successors()),
                .buffer(gates), .buffer(scratch.operand),
            ])
        try library.context.stridedBatchedProduct(
            m: rows, n: padded, k: deep, a: scratch.operand, aLeading: deep, aStride: rows * deep,
            b: packedBackward, bLeading: padded, bStride: deep * padded,
            c: scratch.result, cLeading: padded, cStride: rows * padded, batchCount: S)
    }

    /// Gradients by the states that entered the grid, after ``backward(dy:merge:)``.
    package func initialStateGradient() throws -> BoundaryState<Element> {
        let kernel = try tileKernel("boundary_gradient")
        let (grid, H) = (schedule.host.grid, configuration.hiddenSize)
        var gradient = BoundaryState<Element>(h: [], c: [])
        for k in 0..<configuration.axes {
            let shape = BoundaryState<Element>.shape(configuration, grid: grid, axis: k)
            let count = schedule.host.boundaryCount(axis: k)
            let dh = try library.context.makeBuffer(of: Element.self, count: count * H)
            let dc = try library.context.makeBuffer(of: Element.self, count: count * H)
            try kernel.launch(
                items: padded / width * count,
                [
                    .int(k), .int(schedule.host.firstBoundaryRow(axis: k)), .int(count),
                    .int(grid.batch * grid.faceCount(axis: k)), .int(H), .int(padded), .int(packWidth),
                    .buffer(packedBackward), .buffer(try schedule.successors()), .buffer(gates), .buffer(handed),
                    .buffer(dh), .buffer(dc),
                ])
            gradient.h.append(Tensor(shape: shape, values: try dh.read()))
            gradient.c.append(Tensor(shape: shape, values: try dc.read()))
        }
        return gradient
    }
}
