/// What a training minimises, always a mean over the mass of the target.
///
/// The mass of a site is the sum of its distribution for ``softmaxCrossEntropy`` (1 of a labelled, 0 of an unlabelled site)
/// and 1 for the others; padding of ragged samples has none.
public enum Loss: String, CaseIterable, Sendable {
    /// Mean of (y - t)^2 over sites and features.
    case meanSquaredError
    /// Mean over sites and features of the cross entropy of sigmoid(y) with t; y is taken before the sigmoid.
    case sigmoidCrossEntropy
    /// Mean over the mass of all sites of the cross entropy of softmax(y) with the distribution t; y is taken before the
    /// softmax.
    case softmaxCrossEntropy

    /// What the sum over all sites is divided by; 0 where no site counts.
    package func divisor(mass: Double, features: Int) -> Double {
        self == .softmaxCrossEntropy ? mass : mass * Double(features)
    }

    /// What the sum over all sites is multiplied by; 0 where no site counts.
    package func scale(mass: Double, features: Int) -> Double {
        let divisor = divisor(mass: mass, features: features)
        return divisor == 0 ? 0 : 1 / divisor
    }

    /// The mass of a target over `grid`, the grid of the output.
    package func mass<T: Scalar>(of target: TrainingTarget<T>, grid: Grid) -> Double {
        guard self == .softmaxCrossEntropy else { return Double(grid.occupiedSiteCount) }
        let occupied = grid.isRagged ? grid.occupied : nil
        func counts(_ site: Int) -> Bool { occupied?[site] ?? true }
        switch target {
        case .values(let tensor): return Self.mass(of: tensor.values, sites: grid.siteCount, occupied: occupied)
        case .labels(let tensor):
            return Double(tensor.values.indices.reduce(0) { $0 + (tensor.values[$1] >= 0 && counts($1) ? 1 : 0) })
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

/// A loss of an output, before it is divided by the mass of the target: what sums over parts of a batch.
public struct LossSum<Element: Scalar>: Sendable {
    /// The sum over all sites.
    public let sum: Element

    /// What the sum is divided by for the mean; 0 where no site counts.
    public let divisor: Double

    /// The derivative of ``sum`` by the output, shaped as the output; zero at sites that do not count.
    public let outputGradient: Tensor<Element>

    /// The loss as a training reports it; 0 where no site counts.
    public var mean: Double { divisor == 0 ? 0 : Double(sum) / divisor }
}

extension Loss {
    /// The loss of an output and its gradient, on the host.
    ///
    /// - Parameters:
    ///   - output: what the model gave, `[B, E1, .., EN, O]`
    ///   - target: what it should give
    ///   - samples: the extents of the output's samples in a ragged batch; nil when all fill the storage
    /// - Throws: ``MDLSTMError`` when the target does not fit the output or the loss.
    public func evaluate<T: Scalar>(
        _ output: Tensor<T>, target: TrainingTarget<T>, samples: [[Int]]? = nil
    ) throws(MDLSTMError) -> LossSum<T> {
        guard output.shape.count >= 2 else {
            throw MDLSTMError(.data, "the output has shape \(output.shape); expected [B, E1, .., EN, O]")
        }
        let extents = Array(output.shape[1..<(output.shape.count - 1)])
        let grid =
            if let samples { try Grid(extents: extents, samples: samples) } else {
                try Grid(batch: output.shape[0], extents: extents)
            }
        try validate(target, shape: output.shape)
        let (sum, gradient) = LossReference.evaluate(
            self, y: output.values, target: target, grid: grid, width: output.shape.last!, scale: 1)
        return LossSum(
            sum: sum, divisor: divisor(mass: mass(of: target, grid: grid), features: output.shape.last!),
            outputGradient: Tensor(shape: output.shape, values: gradient))
    }

    /// Refuses targets that do not fit an output of `shape`, or not this loss.
    func validate<T: Scalar>(_ target: TrainingTarget<T>, shape: [Int]) throws(MDLSTMError) {
        switch target {
        case .values(let tensor):
            guard tensor.shape == shape else {
                throw MDLSTMError(.data, "the target has shape \(tensor.shape); expected \(shape)")
            }
        case .labels(let tensor):
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
