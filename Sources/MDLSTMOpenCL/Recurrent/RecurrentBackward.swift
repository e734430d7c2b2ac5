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
        let rowsPerItem = 8
        let kernel = try backwardKernel(rowsPerItem: rowsPerItem)
        let scratch = path == .gemm ? try makeGemmScratch() : nil
        for d in (0..<schedule.host.wavefrontCount).reversed() {
            let rows = schedule.host.rowsPerSet(wavefront: d)
            let first = schedule.host.wavefronts[d]
            if let scratch { try multiplySuccessors(first: first, rows: rows, scratch: scratch) }
            let sizes: [KernelArgument] = [
                .int(first), .int(rows), .int(H), .int(padded), .int(stride), .int(setStride), .buffer(dy),
                .buffer(scratch?.result ?? packedBackward),
            ]
            let tiles = scratch == nil ? (rows + rowsPerItem - 1) / rowsPerItem : rows
            try kernel.launch(items: padded / width * tiles, sets: configuration.setCount, sizes + tables)
        }
    }

    private func backwardKernel(rowsPerItem: Int) throws -> CompiledKernel {
        let helpers = ["graves_forward", "graves_backward", "backward_row"]
        return path == .gemm
            ? try tileKernel("gemm_backward", helpers: helpers)
            : try tileKernel("fused_backward", helpers: helpers, ["ROWS": rowsPerItem])
    }

    /// `dh = sum_k U_k^T da_(p+k)` of one wavefront, by one product for all directions.
    private func multiplySuccessors(first: Int, rows: Int, scratch: GemmScratch<Element>) throws {
        let (S, N) = (configuration.setCount, configuration.axes)
        let deep = N * configuration.gateCount * padded
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
