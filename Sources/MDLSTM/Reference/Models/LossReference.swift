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
    static func evaluate<T: Scalar>(
        _ loss: Loss, y: [T], target: TrainingTarget<T>, grid: Grid, width: Int, scale: T,
        classWeights: [Double]? = nil
    ) -> (loss: T, gradient: [T]) {
        var total: T = 0
        var gradient = Array(repeating: T(0), count: y.count)
        for (site, isOccupied) in grid.occupied.enumerated() where isOccupied {
            let features = (site * width)..<((site + 1) * width)
            let wanted: [T]
            switch target {
            case .values(let tensor): wanted = Array(tensor.values[features])
            case .labels(let tensor):
                wanted = (0..<width).map {
                    Int32($0) == tensor.values[site] ? classWeights.map { T($0[Int(tensor.values[site])]) } ?? 1 : 0
                }
            case .none: continue
            }
            let (value, slope) = siteLoss(loss, y: Array(y[features]), target: wanted, scale: scale)
            for term in value { total += term }
            gradient.replaceSubrange(features, with: slope)
        }
        return (total, gradient)
    }

    /// The terms of one site's loss, in order, and its gradient.
    private static func siteLoss<T: Scalar>(
        _ loss: Loss, y: [T], target: [T], scale: T
    ) -> (terms: [T], gradient: [T]) {
        switch loss {
        case .meanSquaredError:
            return (
                zip(y, target).map { scale * ($0 - $1) * ($0 - $1) }, zip(y, target).map { 2 * scale * ($0 - $1) }
            )
        case .sigmoidCrossEntropy:
            let terms = zip(y, target).map { y, t in
                scale * (max(y, 0) - y * t + T.log(onePlus: T.exp(y < 0 ? y : -y)))
            }
            return (terms, zip(y, target).map { scale * (sigmoid($0) - $1) })
        case .softmaxCrossEntropy:
            let mass = target.reduce(0, +)
            // An unlabelled site does not matter, whatever the model gives there.
            if mass == 0 { return ([], Array(repeating: 0, count: y.count)) }
            let largest = y.max()!
            let normaliser = largest + T.log(y.reduce(0) { $0 + T.exp($1 - largest) })
            return (
                zip(y, target).map { scale * $1 * (normaliser - $0) },
                zip(y, target).map { scale * (T.exp($0 - normaliser) * mass - $1) }
            )
        }
    }
}
