package import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// The backward pass over all wavefronts: turns the gates into their gradients.
    ///
    /// - Parameter dy: dL/dy, `[sites, directions * H]`, or `[sites, H]` if the directions were summed
    package func backward(dy: Buffer<Element>) throws {
        precondition(training, "the forward pass kept no gates")
        let H = configuration.hiddenSize
        // Direction s reads its gradient from column s * directionStride of a row of `stride` elements.
        let (stride, directionStride) = isSummed ? (H, 0) : (configuration.outputSize, H)
        let target: [KernelArgument] = [.int(H), .int(padded), .int(stride), .int(directionStride), .buffer(dy)]
        switch path {
        case .sweep: try sweepBackward(target)
        case .fused, .auto: try fusedBackward(target)
        case .gemm: try gemmBackward(target)
        }
    }

    private func sweepBackward(_ target: [KernelArgument]) throws {
        let sweep = try schedule.sweep(plan)
        let kernel = try backwardKernel("sweep_backward")
        let state = try backwardState()
        for stage in sweep.stages.reversed() {
            try kernel.launch(
                items: stage.count,
                [
                    .int(stage.lowerBound), .int(stage.count), .int(directions), .buffer(sweep.items),
                    .buffer(sweep.starts), .buffer(sweep.sets), .buffer(sweep.rows),
                ] + target + [.buffer(packedBackward)] + state)
        }
    }

    private func fusedBackward(_ target: [KernelArgument]) throws {
        let kernel = try backwardKernel("fused_backward")
        let finish = try finishKernel()
        let state = try backwardState()
        let (phases, tile) = (cell.phases, backwardRows)
        let spans = padded / (width * backwardSpan)
        for d in (0..<schedule.host.wavefrontCount).reversed() {
            let (first, rows) = (schedule.host.wavefronts[d], schedule.host.rowsPerSet(wavefront: d))
            for phase in phases.reversed() {
                try kernel.launch(
                    items: phase.count * spans * ((rows + tile - 1) / tile), sets: directions,
                    [
                        .int(first), .int(rows), .int(schedule.host.firstSet(wavefront: d)), .int(phase.lowerBound),
                        .int(phase.count),
                    ] + target + [.buffer(packedBackward)] + state)
            }
            try finish?.launch(
                items: rows, sets: directions,
                [.int(first), .int(rows), .int(configuration.hiddenSize), .int(padded)] + state)
        }
    }

    private func gemmBackward(_ target: [KernelArgument]) throws {
        let scratch = try makeGemmScratch()
        let kernel = try cellKernel("gemm_backward", helpers: cell.backwardFiles + ["output_gradient"])
        let finish = try finishKernel()
        let state = try backwardState()
        for d in (0..<schedule.host.wavefrontCount).reversed() {
            let (first, rows) = (schedule.host.wavefronts[d], schedule.host.rowsPerSet(wavefront: d))
            for position in cell.positions.indices.reversed() {
                try multiplySuccessors(wavefront: d, position: position, scratch: scratch)
                try kernel.launch(
                    items: padded / width * rows, sets: directions,
                    [.int(first), .int(rows), .int(schedule.host.firstSet(wavefront: d)), .int(position)] + target
                        + [.buffer(scratch.result)] + state)
            }
            try finish?.launch(
                items: rows, sets: directions,
                [.int(first), .int(rows), .int(configuration.hiddenSize), .int(padded)] + state)
        }
    }

    /// Blocks of units that a work-item of the backward pass computes side by side, and rows.
    private var backwardSpan: Int { library.traits.span(blocks: padded / width, vectors: cell.components) }
    private var backwardRows: Int { library.traits.rows(sums: backwardSpan * cell.components) }

    private func backwardKernel(_ name: String) throws -> CompiledKernel {
        let products = KernelVariant.products("backward_products", rows: backwardRows)
        return try cellKernel(
            name, helpers: cell.backwardFiles + ["output_gradient"] + products + ["backward_tile"],
            ["ROWS": backwardRows, "SPAN": backwardSpan])
    }

    /// Finishes the rows of a wavefront in a layer norm; nil in other layers.
    private func finishKernel() throws -> CompiledKernel? {
        guard configuration.options.layerNorm != .none else { return nil }
        return try cellKernel("norm_backward", helpers: cell.backwardFiles, byRow: true)
    }

    /// The gradients by the vectors of h that the successors of one wavefront leave, by one product for all directions
    /// and each vector.
    private func multiplySuccessors(wavefront d: Int, position: Int, scratch: GemmScratch<Element>) throws {
        let (first, rows) = (schedule.host.wavefronts[d], schedule.host.rowsPerSet(wavefront: d))
        let deep = cell.componentAxes * cell.gates * padded
        // FROM_SUCCESSORS takes rows from `first` on; the table of rows is not read.
        try layoutKernel("gather_gates", byRow: true, ["FROM_SUCCESSORS": 1]).launch(
            items: rows, sets: directions,
            [
                .int(first), .int(rows), .int(rows), .int(position), .int(0), .int(0), .int(padded),
                .buffer(try schedule.successors()), .buffer(try schedule.successors()), .buffer(da),
                .buffer(scratch.operand),
            ])
        let matrix = deep * padded
        let sets = cell.positions.count * cell.components * matrix
        let ownSet = schedule.host.firstSet(wavefront: d)
        for q in 0..<cell.components {
            for (set, part) in successorParts(position: position, ownSet: ownSet) {
                let weights = set * sets + (position * cell.components + q) * matrix + part.lowerBound * padded
                try library.context.stridedBatchedProduct(
                    m: rows, n: padded, k: part.count, a: scratch.operand, aOffset: part.lowerBound, aLeading: deep,
                    aStride: rows * deep, b: packedBackward, bOffset: weights, bLeading: padded, bStride: sets,
                    beta: part.lowerBound == 0 ? 0 : 1, c: scratch.result, cOffset: q * padded,
                    cLeading: cell.components * padded, cStride: rows * cell.components * padded,
                    batchCount: directions)
            }
        }
    }

    /// The parts of the gathered gradients with the first parameter set whose weights they met: along the depth of an
    /// untied `grid`, successors have weights of their own, but the axes with priority in the same row have not.
    private func successorParts(position: Int, ownSet: Int) -> [(set: Int, part: Range<Int>)] {
        let all = cell.componentAxes * cell.gates * padded
        let nextSet = ownSet + directions
        guard configuration.setCount > directions, cell.positions[position] == configuration.axes - 1,
            nextSet < configuration.setCount
        else { return [(ownSet, 0..<all)] }
        let isEarly = !configuration.options.grid.priorityAxes.contains(configuration.axes - 1)
        let middle = isEarly ? cell.phases[0].count * cell.cellGates * padded : all
        return [(nextSet, 0..<middle)] + (middle < all ? [(ownSet, middle..<all)] : [])
    }
}
