/// The loss that training minimises: a mean over the mass of the target.
///
/// For ``softmaxCrossEntropy`` the mass of a site is the sum of its distribution: 1 if the site is labelled, 0 if not; for
/// ``negativeLogLikelihood`` that of its weights; for ``ctc`` that of a sample is 1.
/// For the other losses it is 1. The padding of ragged samples has no mass.
public enum Loss: String, CaseIterable, Sendable {
    /// Mean of (y - t)^2 over sites and features.
    case meanSquaredError
    /// Mean over sites and features of the cross entropy of sigmoid(y) with t; y is taken before the sigmoid.
    case sigmoidCrossEntropy
    /// Mean over the mass of all sites of the cross entropy of softmax(y) with the distribution t; y is taken before the
    /// softmax.
    case softmaxCrossEntropy
    /// Mean over the mass of all features of -t y; y is a log-likelihood, as of ``LayerDescription/mcgsm(_:)``, and t its
    /// weight, 0 where it does not count.
    case negativeLogLikelihood
    /// Mean over samples of -log p of a text, of which nobody says where in the frames its symbols are; see ``CTC``. y is
    /// taken before the softmax, `[B, T, C]`, and the target is labels `[B, U]`, from 1, -1 after the last of a text.
    /// A text that its frames are too few for has no mass.
    case ctc

    /// The losses of sites by themselves.
    package static let ofSites = allCases.filter { $0 != .ctc }

    /// Whether a target has a mass of its own.
    private var weighsTargets: Bool {
        switch self {
        case .softmaxCrossEntropy, .negativeLogLikelihood, .ctc: true
        case .meanSquaredError, .sigmoidCrossEntropy: false
        }
    }

    /// The number that the sum over all sites is divided by; 0 if no site counts.
    package func divisor(mass: Double, features: Int) -> Double {
        weighsTargets ? mass : mass * Double(features)
    }

    /// The factor that turns the sum over all sites into the mean; 0 if no site counts.
    package func scale(mass: Double, features: Int) -> Double {
        let divisor = divisor(mass: mass, features: features)
        return divisor == 0 ? 0 : 1 / divisor
    }

    /// The mass of a target over `grid`, the grid of the output; a label has the weight of its class.
    package func mass<T: Scalar>(of target: TrainingTarget<T>, grid: Grid, classWeights: [Double]? = nil) -> Double {
        guard weighsTargets else { return Double(grid.occupiedSiteCount) }
        if self == .ctc, let labels = target.labels { return Double(CTCTargets(labels, grid: grid).feasibleCount) }
        let occupied = grid.isRagged ? grid.occupied : nil
        func counts(_ site: Int) -> Bool { occupied?[site] ?? true }
        switch target {
        case .values(let tensor): return Self.mass(of: tensor.values, sites: grid.siteCount, occupied: occupied)
        case .labels(let tensor):
            var mass = 0.0
            for (site, label) in tensor.values.enumerated() where label >= 0 && counts(site) {
                mass += classWeights?[Int(label)] ?? 1
            }
            return mass
        case .none: return Double(grid.occupiedSiteCount)
        }
    }

    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private static func mass<T: Scalar>(of values: [T], sites: Int, occupied: [Bool]?) -> Double {
        let width = values.count / sites
        return values.withUnsafeBufferPointer { values in
            var total = 0.0
            for site in 0..<sites where occupied?[site] ?? true {
                var mass: T = 0
                for j in (site * width)..<((site + 1) * width) { mass += values[j] }
                total += Double(mass)
            }
            return total
        }
    }
}

/// The loss of an output before it is divided by the mass of the target, so that parts of a batch can be added up.
public struct LossSum<Element: Scalar>: Sendable {
    /// The sum over all sites.
    public let sum: Element

    /// The number that ``sum`` is divided by for the mean; 0 if no site counts.
    public let divisor: Double

    /// The derivative of ``sum`` with respect to the output, in its shape; zero at sites that do not count.
    public let outputGradient: Tensor<Element>

    /// The loss as training reports it; 0 if no site counts.
    public var mean: Double { divisor == 0 ? 0 : Double(sum) / divisor }
}

extension Loss {
    /// The loss of an output and its gradient, on the host.
    ///
    /// - Parameters:
    ///   - output: the output of the model, `[B, E1, .., EN, O]`
    ///   - target: the output that the model should give
    ///   - samples: the extents of the output's samples in a ragged batch; nil when all fill the storage
    ///   - classWeights: what a site with a label is multiplied by, by class, `[O]`; nil for 1
    /// - Throws: ``MDLSTMError`` when the target does not fit the output or the loss.
    public func evaluate<T: Scalar>(
        _ output: Tensor<T>, target: TrainingTarget<T>, samples: [[Int]]? = nil, classWeights: [Double]? = nil
    ) throws(MDLSTMError) -> LossSum<T> {
        guard output.shape.count >= 2 else {
            throw MDLSTMError(.data, "the output has shape \(output.shape); expected [B, E1, .., EN, O]")
        }
        let extents = Array(output.shape[1..<(output.shape.count - 1)])
        let grid =
            if let samples { try Grid(extents: extents, samples: samples) } else {
                try Grid(batch: output.shape[0], extents: extents)
            }
        guard grid.batch == output.shape[0] else {
            throw MDLSTMError(
                .data,
                "extents of \(counted(grid.batch, "sample")) are given; the output has \(output.shape[0])")
        }
        try validate(target, shape: output.shape)
        let (sum, gradient) = LossReference.evaluate(
            self, y: output.values, target: target, grid: grid, width: output.shape.last!, scale: 1,
            classWeights: classWeights)
        return LossSum(
            sum: sum,
            divisor: divisor(
                mass: mass(of: target, grid: grid, classWeights: classWeights), features: output.shape.last!),
            outputGradient: Tensor(shape: output.shape, values: gradient))
    }

    /// Refuses targets that do not fit this loss or an output of `shape`.
    func validate<T: Scalar>(_ target: TrainingTarget<T>, shape: [Int]) throws(MDLSTMError) {
        switch target {
        case .values(let tensor):
            guard self != .ctc else {
                throw MDLSTMError(.option, "the target has values, which 'ctc' does not take; give labels [B, U]")
            }
            guard tensor.shape == shape else {
                throw MDLSTMError(.data, "the target has shape \(tensor.shape); expected \(shape)")
            }
        case .labels(let tensor):
            if self == .ctc { return try CTCTargets.validate(tensor, shape: shape) }
            guard self == .softmaxCrossEntropy else {
                throw MDLSTMError(
                    .option,
                    "the target has labels, which '\(rawValue)' does not take; use softmaxCrossEntropy, or give values")
            }
            guard tensor.shape == Array(shape.dropLast()) else {
                throw MDLSTMError(
                    .data,
                    "the labels have shape \(tensor.shape); expected \(Array(shape.dropLast())), one for each site")
            }
            let classes = shape.last!
            if let bad = tensor.values.firstIndex(where: { $0 >= classes }) {
                throw MDLSTMError(
                    .data,
                    "the labels have \(tensor.values[bad]) at \(place(of: bad, in: tensor.shape)); expected classes from 0 to "
                        + "\(classes - 1), or a negative number where none is known")
            }
        case .none:
            throw MDLSTMError(
                .option, "the batch has no target; give one, or call step with a loss of your own")
        }
    }
}
