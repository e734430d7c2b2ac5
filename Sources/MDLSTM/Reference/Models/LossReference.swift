private import RealModule

/// Losses and their gradients, by plain loops.
enum LossReference {
    /// The loss and dL/dy.
    ///
    /// - Parameters:
    ///   - y: the model's output, `[sites, width]`
    ///   - target: what it should be, of the same shape
    ///   - occupied: which sites count, `[sites]`
    static func evaluate<T: Scalar>(
        _ loss: Loss, y: [T], target: [T], occupied: [Bool], width: Int
    ) -> (loss: T, gradient: [T]) {
        let scale = T(loss.scale(sites: occupied.count { $0 }, features: width))
        var total: T = 0
        var gradient = Array(repeating: T(0), count: y.count)
        for site in occupied.indices where occupied[site] {
            let features = (site * width)..<((site + 1) * width)
            switch loss {
            case .meanSquaredError:
                for j in features {
                    total += scale * (y[j] - target[j]) * (y[j] - target[j])
                    gradient[j] = 2 * scale * (y[j] - target[j])
                }
            case .sigmoidCrossEntropy:
                for j in features {
                    let magnitude: T = y[j] < 0 ? -y[j] : y[j]
                    total += scale * (max(y[j], 0) - y[j] * target[j] + T.log(onePlus: T.exp(-magnitude)))
                    gradient[j] = scale * (sigmoid(y[j]) - target[j])
                }
            case .softmaxCrossEntropy:
                let largest = y[features].max()!
                var sum: T = 0
                var mass: T = 0
                for j in features {
                    sum += T.exp(y[j] - largest)
                    mass += target[j]
                }
                let normaliser = largest + T.log(sum)
                for j in features {
                    total += scale * target[j] * (normaliser - y[j])
                    gradient[j] = scale * (T.exp(y[j] - normaliser) * mass - target[j])
                }
            }
        }
        return (total, gradient)
    }
}
