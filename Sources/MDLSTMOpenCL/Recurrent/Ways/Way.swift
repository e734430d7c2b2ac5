import MDLSTM
import OpenCLRuntime

/// One way through the wavefronts of a layer: its forward pass, its backward pass and its weight gradient.
///
/// Kernels and host file have the name of the way: `fused_forward.cl`, `fused_backward.cl`, `Fused.swift`.
protocol Way<Element> {
    associatedtype Element: Scalar

    /// The forward pass: fills h, c and, in training, the gates.
    ///
    /// - Parameter x: `[sites, I]`
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws

    /// The backward pass: turns the gates into their gradients.
    ///
    /// - Parameter target: the kernels' arguments H, HP, the elements of a row of dL/dy, the elements from one
    ///   direction to the next, and dL/dy
    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws

    /// How the rows of a weight gradient are cut into chunks, each with its own sums.
    func weightChunks(_ layer: Recurrent<Element>) -> ChunkSize

    /// Sums of the weight gradients, chunk by chunk, into `scratch.partial`.
    func weightGradient(_ layer: Recurrent<Element>, x: Buffer<Element>, into scratch: GradientScratch<Element>) throws
}

extension Way {
    /// Makes the launch of the kernel that finishes the rows of a wavefront in a layer norm; nil in other layers.
    ///
    /// - Parameters:
    ///   - name: `norm_forward` or `norm_backward`
    ///   - files: the kernel files joined before it
    ///   - state: the last arguments of its kernel
    func finish(
        _ layer: Recurrent<Element>, _ name: String, files: [String], state: [KernelArgument]
    ) throws -> ((_ wavefront: Int) throws -> Void)? {
        guard layer.shape.hasNorm else { return nil }
        let items = layer.library.traits.itemsOfSum
        let kernel = try layer.cellKernel(name, helpers: files, items: .elements, ["ITEMS": items])
        let schedule = layer.schedule.host
        return { d in
            let rows = schedule.rowsPerSet(wavefront: d)
            try kernel.launch(
                items: rows * items, sets: layer.directions,
                [
                    .int(schedule.wavefronts[d]), .int(rows), .int(layer.configuration.hiddenSize), .int(layer.padded),
                ] + state)
        }
    }
}

extension Recurrent {
    /// The states, tables and per-row buffers, which are the last arguments of the forward kernels.
    func forwardState() throws -> [KernelArgument] {
        [
            .buffer(weights.vectors), .buffer(try schedule.sites()), .buffer(try schedule.predecessors()),
            .buffer(noise), .buffer(rows.h), .buffer(rows.c), .buffer(rows.gates), .buffer(rows.raw),
            .buffer(outputBuffer), .int(shape.isSummed ? 0 : directions * configuration.hiddenSize),
            .int(configuration.hiddenSize),
        ]
    }

    /// The same arguments of the backward kernels.
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
