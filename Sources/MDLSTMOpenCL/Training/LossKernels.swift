import MDLSTM
import OpenCLRuntime

/// How the elements of a sum are divided into parts, each of which some work-items sum together.
struct PartSize {
    let perPart: Int
    let parts: Int

    /// At most 256 parts, of at least 16 elements.
    init(count: Int) {
        perPart = max(16, (count + 255) / 256)
        parts = (count + perPart - 1) / perPart
    }
}

/// Output, target and the elements of them to compare.
typealias Probed<Element: Scalar> = (
    y: Buffer<Element>, target: Buffer<Element>, probes: Buffer<Int32>, count: Int
)

extension Loss {
    /// The kernel file that computes the loss of one site.
    fileprivate var kernelFile: String {
        switch self {
        case .meanSquaredError: "mean_squared_error"
        case .sigmoidCrossEntropy: "sigmoid_cross_entropy"
        case .softmaxCrossEntropy: "softmax_cross_entropy"
        case .negativeLogLikelihood: "negative_log_likelihood"
        case .ctc: preconditionFailure("a text has no loss at a site")
        }
    }
}

extension KernelLibrary {
    /// Computes the loss of the output of `buffers` and its gradient, into these buffers.
    ///
    /// - Parameters:
    ///   - scale: the factor of the sum over the sites
    ///   - classWeights: what sites with labels are multiplied by, by class
    /// - Returns: numbers whose sum is the loss
    func loss<Element: Scalar>(
        _ loss: Loss, target: DeviceTarget<Element>, scale: Double, classWeights: Buffer<Element>?,
        buffers: StepBuffers<Element>
    ) throws -> Buffer<Element> {
        if case .texts(let texts) = target {
            try ctcLoss(texts, scale: scale, buffers: buffers)
            return texts.losses
        }
        let sites = buffers.pass.outputGrid.siteCount
        let size = PartSize(count: sites)
        let (y, dy, weights) = (buffers.pass.output, buffers.outputGradient, buffers.weights)
        var constants: KernelConstants = ["WEIGHTED": weights == nil ? 0 : 1]
        // Kernels do not read the buffers that only stand in.
        var places: [KernelArgument]
        switch target {
        case .values(let values): places = [.buffer(values), .buffer(values)]
        case .labels(let labels):
            places = [.buffer(y), .buffer(labels)]
            constants = constants.adding(["LABELS": 1])
            if classWeights != nil { constants = constants.adding(["CLASS_WEIGHTS": 1]) }
        case .texts: preconditionFailure("texts have a loss of their own")
        }
        places += [.buffer(weights ?? dy), .buffer(classWeights ?? dy), .buffer(dy), .buffer(buffers.losses)]
        try launchRows(
            "loss", Element.self, helpers: [loss.kernelFile], constants: constants, items: traits.itemsOfSum,
            rows: size.parts,
            [
                .int(sites), .int(buffers.pass.model.outputSize), .int(size.perPart), .real(scale, as: Element.self),
                .buffer(y),
            ] + places)
        return buffers.losses
    }

    /// Computes the loss, the norm of all gradients and the error at the probes, in that order, into `scalars`.
    ///
    /// - Parameters:
    ///   - losses: the parts of the loss; nil if it is computed elsewhere, which gives a loss of 0
    ///   - probed: output, target and the elements to compare; nil for no probes
    func finishStep<Element: Scalar>(
        losses: Buffer<Element>?, gradients: Buffer<Element>, squares: Buffer<Element>,
        probed: Probed<Element>?,
        into scalars: Buffer<Element>
    ) throws {
        let size = PartSize(count: gradients.count)
        try launchRows(
            "squared_norm", Element.self, items: traits.itemsOfSum, rows: size.parts,
            [.int(gradients.count), .int(size.perPart), .buffer(gradients), .buffer(squares)])
        try launchRows(
            "finish_step", Element.self, items: traits.itemsOfSum, rows: 1,
            [
                .int(losses?.count ?? 0), .int(size.parts), .int(probed?.count ?? 0), .buffer(losses ?? squares),
                .buffer(squares), .buffer(probed?.y ?? squares), .buffer(probed?.target ?? squares),
                probed.map { .buffer($0.probes) } ?? .buffer(squares), .buffer(scalars),
            ])
    }

    /// `x = factor * x`
    func scale<Element: Scalar>(_ x: Buffer<Element>, by factor: Double) throws {
        try elementKernel("scale", Element.self).launch(
            items: x.count, [.int(x.count), .real(factor, as: Element.self), .buffer(x)])
    }
}
