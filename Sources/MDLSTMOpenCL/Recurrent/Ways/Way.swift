import MDLSTM
import OpenCLRuntime

/// One way through the wavefronts of a layer: its forward pass, its backward pass and its weight gradient.
///
/// Kernels and host file carry its name: `fused_forward.cl`, `fused_backward.cl`, `Fused.swift`.
protocol Way<Element> {
    associatedtype Element: Scalar

    /// Fills h, c and, when training, the gates.
    ///
    /// - Parameter x: `[sites, I]`
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws

    /// Turns the gates into their gradients.
    ///
    /// - Parameter target: H, HP, elements of a row of dL/dy and from one direction to the next, dL/dy
    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws

    /// The number of chunks that the rows of a weight gradient are cut into, each with sums of its own.
    func weightChunks(_ layer: Recurrent<Element>) -> ChunkSize

    /// Sums of the weight gradients, chunk by chunk, into `scratch.partial`.
    func weightGradient(_ layer: Recurrent<Element>, x: Buffer<Element>, into scratch: GradientScratch<Element>) throws
}

extension Way {
    /// Finishes the rows of a wavefront in a layer norm; nil in other layers.
    ///
    /// - Parameters:
    ///   - name: `norm_forward` or `norm_backward`
    ///   - files: what is joined before it
    ///   - state: what its kernel takes last
    func finish(
        _ layer: Recurrent<Element>, _ name: String, files: [String], state: [KernelArgument]
    ) throws -> ((_ wavefront: Int) throws -> Void)? {
        guard layer.shape.hasNorm else { return nil }
        let kernel = try layer.cellKernel(name, helpers: files, byRow: true)
        let schedule = layer.schedule.host
        return { d in
            let rows = schedule.rowsPerSet(wavefront: d)
            try kernel.launch(
                items: rows, sets: layer.directions,
                [
                    .int(schedule.wavefronts[d]), .int(rows), .int(layer.configuration.hiddenSize), .int(layer.padded),
                ] + state)
        }
    }
}

extension Recurrent {
    /// The states, tables and buffers of every row, as kernels of the forward pass take them last.
    func forwardState() throws -> [KernelArgument] {
        [
            .buffer(weights.vectors), .buffer(try schedule.sites()), .buffer(try schedule.predecessors()),
            .buffer(noise), .buffer(rows.h), .buffer(rows.c), .buffer(rows.gates), .buffer(rows.raw),
            .buffer(outputBuffer), .int(shape.isSummed ? 0 : directions * configuration.hiddenSize),
            .int(configuration.hiddenSize),
        ]
    }

    /// The same for the backward pass.
    func backwardState() throws -> [KernelArgument] {
        [
            .buffer(weights.vectors), .buffer(try schedule.sites()), .buffer(try schedule.predecessors()),
            .buffer(try schedule.successors()), .buffer(noise), .buffer(rows.h), .buffer(rows.c), .buffer(rows.gates),
            .buffer(rows.raw), .buffer(rows.handed), .buffer(rows.added), .buffer(rows.dh),
            .int(leavingGradient == nil ? 0 : 1),
            .buffer(try leavingGradient?.places ?? schedule.predecessors()),
            .buffer(leavingGradient?.values ?? rows.dh),
        ]
    }
}
