private import RealModule

/// Losses and their gradients, by plain loops.
enum LossReference {
    /// The loss and dL/dy.
    ///
    /// - Parameters:
    ///   - y: the model's output, `[sites, width]`
    ///   - target: what it should be
    ///   - grid: the grid of the output; sites of no sample do not count
    ///   - scale: what the sum over the sites is multiplied by
    ///   - classWeights: what a site with a label is multiplied by, by class; nil for 1
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    static func evaluate<T: Scalar>(
        _ loss: Loss, y: [T], target: TrainingTarget<T>, grid: Grid, width: Int, scale: T,
        classWeights: [Double]? = nil
    ) -> (loss: T, gradient: [T]) {
        if loss == .ctc, let labels = target.labels {
            return CTCReference.evaluate(
                y: y, targets: CTCTargets(labels, grid: grid), grid: grid, width: width, scale: scale)
        }
        var total: T = 0
        var gradient = Array(repeating: T(0), count: y.count)
        var wanted = Array(repeating: T(0), count: width)
        for (site, isOccupied) in grid.occupied.enumerated() where isOccupied {
            let features = (site * width)..<((site + 1) * width)
            switch target {
            case .values(let tensor):
                for (j, place) in features.enumerated() { wanted[j] = tensor.values[place] }
            case .labels(let tensor):
                let label = Int(tensor.values[site])
                for j in wanted.indices { wanted[j] = j == label ? T(classWeights?[label] ?? 1) : 0 }
            case .none: continue
            }
            addSite(loss, y: y[features], target: wanted, scale: scale, total: &total, gradient: &gradient)
        }
        return (total, gradient)
    }

    /// Adds the terms of one site's loss, in order, and sets its gradient, at the indices of `y`.
    private static func addSite<T: Scalar>(
        _ loss: Loss, y: ArraySlice<T>, target: [T], scale: T, total: inout T, gradient: inout [T]
    ) {
        switch loss {
        case .meanSquaredError:
            for (place, t) in zip(y.indices, target) {
                total += scale * (y[place] - t) * (y[place] - t)
                gradient[place] = 2 * scale * (y[place] - t)
            }
        case .sigmoidCrossEntropy:
            for (place, t) in zip(y.indices, target) {
                let y = y[place]
                total += scale * (max(y, 0) - y * t + T.log(onePlus: T.exp(y < 0 ? y : -y)))
                gradient[place] = scale * (sigmoid(y) - t)
            }
        case .softmaxCrossEntropy:
            var mass: T = 0
            for t in target { mass += t }
            // An unlabelled site does not matter, whatever the model gives there.
            if mass == 0 { return }
            let largest = y.max()!
            var sum: T = 0
            for y in y { sum += T.exp(y - largest) }
            let normaliser = largest + T.log(sum)
            for (place, t) in zip(y.indices, target) {
                total += scale * t * (normaliser - y[place])
                gradient[place] = scale * (T.exp(y[place] - normaliser) * mass - t)
            }
        case .negativeLogLikelihood:
            for (place, t) in zip(y.indices, target) where t != 0 {
                total -= scale * t * y[place]
                gradient[place] = -scale * t
            }
        case .ctc: preconditionFailure("a text has no loss at a site")
        }
    }
}
