import MDLSTM

/// How the kernels of a density lay out its products and tensors: see `mcgsm.cl`.
struct MCGSMLayout {
    let head: MCGSM

    /// The vector width V over components.
    let lanes: Int

    /// Numbers of a row of the products: F + O K, padded.
    let width: Int

    /// F padded to a multiple of V.
    private let features: Int

    init(_ head: MCGSM, traits: DeviceTraits, precision: Precision) {
        self.head = head
        lanes = traits.vectorWidth(dividing: head.components, precision)
        width = traits.padded(head.features + head.outputs * head.components, precision)
        features = (head.features + lanes - 1) / lanes * lanes
    }

    var constants: KernelConstants {
        [
            "COMPONENTS": head.components, "SCALES": head.scales, "FEATURES": head.features, "OUTPUTS": head.outputs,
            "WIDTH": width, "LARGEST_SCALE": Int(MCGSM.largestScale),
        ]
    }

    /// Elements of `head` in the kernels.
    var headCount: Int {
        let (K, S, F, O) = (head.components, head.scales, head.features, head.outputs)
        return 4 * S * K + F * K + O * O * K + O * K + K * features
    }

    /// Of the weights `[WIDTH, D + O]` of all products and of their bias, where each lies among the parameters; -1 is 0, and
    /// -2 is -1.
    func weightPlaces(features: Int, predictors: Int, means: Int?) -> [Int32] {
        let (K, F, D, O) = (head.components, head.features, head.inputs, head.outputs)
        var weights = Array(repeating: Int32(-1), count: width * (D + O))
        var bias = Array(repeating: Int32(-1), count: width)
        for m in 0..<D { for f in 0..<F { weights[f * (D + O) + m] = Int32(features + m * F + f) } }
        for o in 0..<O {
            for k in 0..<K {
                let row = F + o * K + k
                for m in 0..<D { weights[row * (D + O) + m] = Int32(predictors + (k * O + o) * D + m) }
                weights[row * (D + O) + D + o] = -2
                if let means { bias[row] = Int32(means + k * O + o) }
            }
        }
        return weights + bias
    }

    /// Of the sums that `mcgsm_backward.cl` makes, where each goes; -1 where it goes nowhere.
    func sumPlaces(priors: Int, scales: Int, betas: Int, cholesky: Int) -> [Int32] {
        let (K, S, F, O) = (head.components, head.scales, head.features, head.outputs)
        var places: [Int32] = []
        for tensor in [priors, scales] {
            for s in 0..<S { for k in 0..<K { places.append(Int32(tensor + k * S + s)) } }
        }
        // The sums of all elements of L are zero where it is not learnt.
        for element in 0..<(O * O) { for k in 0..<K { places.append(Int32(cholesky + k * O * O + element)) } }
        for k in 0..<K { for f in 0..<features { places.append(f < F ? Int32(betas + k * F + f) : -1) } }
        return places
    }
}
