package import MDLSTM
package import OpenCLRuntime

/// How the elements of a sum are cut into parts, each summed in order by one work-item.
package struct PartSize {
    package let perPart: Int
    package let parts: Int

    /// At most 256 parts, of at least 16 elements.
    package init(count: Int) {
        perPart = max(16, (count + 255) / 256)
        parts = (count + perPart - 1) / perPart
    }
}

extension KernelLibrary {
    /// The loss of `sites` rows of `width` features and its gradient.
    ///
    /// - Parameters:
    ///   - weights: 1 for each site that counts and 0 for the others, `[sites]`; nil when all count
    ///   - countedSites: how many count
    ///   - dy: dL/dy
    ///   - partial: the loss of each part of the sites: `PartSize(count: sites).parts` elements
    package func loss<Element: Scalar>(
        _ loss: Loss, y: Buffer<Element>, target: Buffer<Element>, weights: Buffer<Element>?, sites: Int, width: Int,
        countedSites: Int, dy: Buffer<Element>, partial: Buffer<Element>
    ) throws {
        let name =
            switch loss {
            case .meanSquaredError: "mean_squared_error"
            case .sigmoidCrossEntropy: "sigmoid_cross_entropy"
            case .softmaxCrossEntropy: "softmax_cross_entropy"
            }
        let size = PartSize(count: sites)
        // Without weights the kernel does not read that argument.
        try elementKernel(name, Element.self, ["WEIGHTED": weights == nil ? 0 : 1]).launch(
            items: size.parts,
            [
                .int(sites), .int(width), .int(size.perPart),
                .real(loss.scale(sites: countedSites, features: width), as: Element.self), .buffer(y),
                .buffer(target), .buffer(weights ?? target), .buffer(dy), .buffer(partial),
            ])
    }

    /// Loss, norm of all gradients and error at the probes, in that order, into `scalars`.
    package func finishStep<Element: Scalar>(
        losses: Buffer<Element>, lossParts: Int, gradients: Buffer<Element>, squares: Buffer<Element>,
        y: Buffer<Element>, target: Buffer<Element>, probes: Buffer<Int32>, probeCount: Int,
        into scalars: Buffer<Element>
    ) throws {
        let size = PartSize(count: gradients.count)
        try elementKernel("squared_norm", Element.self).launch(
            items: size.parts, [.int(gradients.count), .int(size.perPart), .buffer(gradients), .buffer(squares)])
        try elementKernel("finish_step", Element.self).launch(
            items: 1,
            [
                .int(lossParts), .int(size.parts), .int(probeCount), .buffer(losses), .buffer(squares), .buffer(y),
                .buffer(target), .buffer(probes), .buffer(scalars),
            ])
    }
}
