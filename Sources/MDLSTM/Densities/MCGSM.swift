/// A mixture of conditional Gaussian scale mixtures: a density of y `[O]` given h `[D]` (Theis, Hosseini and Bethge 2012).
///
///     w_k = sum_f beta_kf^2 (b_f . h)^2,  r_k = y - A_k h - mu_k,  q_k = |L_k^T r_k|^2
///     G_ks = eta_ks - exp(alpha_ks) w_k / 2
///     J_ks = G_ks - exp(alpha_ks) q_k / 2 + O alpha_ks / 2 + log |det L_k| - O/2 log 2 pi
///     log p(y | h) = log sum_ks exp J_ks - log sum_ks exp G_ks
public struct MCGSM: Hashable, Sendable {
    /// Features D of what the density is conditional on.
    public var inputs: Int

    /// Numbers O at a site that the density is of.
    public var outputs: Int

    /// Components K, each with a predictor of its own.
    public var components: Int

    /// Scales S of every component.
    public var scales: Int

    /// Squared features F that choose among components and scales.
    public var features: Int

    /// Whether predictors have means mu besides.
    public var means: Bool

    public init(
        inputs: Int, outputs: Int = 1, components: Int = 32, scales: Int = 4, features: Int = 32, means: Bool = true
    ) {
        (self.inputs, self.outputs, self.components) = (inputs, outputs, components)
        (self.scales, self.features, self.means) = (scales, features, means)
    }

    /// The most of |alpha|: beyond it the precision stays and has no gradient, so that no exponential overflows.
    package static var largestScale: Double { 12 }

    /// Names and shapes of the tensors: eta, alpha, beta, B, A, L and mu of the equations.
    ///
    /// L is lower triangular: what lies above its diagonal is not read. Its first element is not learnt, since alpha carries
    /// it, and is 1 unless a file says otherwise.
    public var parameterShapes: [ParameterShape] {
        let (K, S, F, D, O) = (components, scales, features, inputs, outputs)
        let shapes = [
            ParameterShape(name: "priors", shape: [K, S]), ParameterShape(name: "scales", shape: [K, S]),
            ParameterShape(name: "weights", shape: [K, F]), ParameterShape(name: "features", shape: [D, F]),
            ParameterShape(name: "predictors", shape: [K, O, D]), ParameterShape(name: "cholesky", shape: [K, O, O]),
        ]
        return means ? shapes + [ParameterShape(name: "means", shape: [K, O])] : shapes
    }

    /// Initial tensors for whitened h and y: scales over the range of variances that photographs have, predictions near 0.
    ///
    /// - Parameters:
    ///   - seed: of the random numbers
    ///   - firstTensor: the number of the first random stream that they are drawn from
    public func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int = 0) -> ParameterTensors<T> {
        let bound = 0.3 / Double(inputs).squareRoot()
        var parameters = ParameterTensors<T>()
        for (index, shape) in parameterShapes.enumerated() {
            let stream = RandomStream(
                seed: seed, tensor: UInt32(firstTensor + index), stream: RandomStreams.initialization)
            let values: [T] =
                switch shape.name {
                case "scales":
                    (0..<shape.count).map {
                        let step = scales > 1 ? 7 * Double($0 % scales) / Double(scales - 1) : 3.5
                        return T(-2 + step + 0.3 * stream.normal($0))
                    }
                case "weights": (0..<shape.count).map { T(0.1 + 0.3 * stream.uniform($0)) }
                case "features", "predictors": (0..<shape.count).map { T(bound * stream.normal($0)) }
                case "cholesky":
                    (0..<shape.count).map { $0 % (outputs * outputs) % (outputs + 1) == 0 ? 1 : 0 }
                default: Array(repeating: 0, count: shape.count)
                }
            parameters[shape.name] = Tensor(shape: shape.shape, values: values)
        }
        return parameters
    }

    /// Refuses sizes that no kernel takes.
    package func validate() throws(MDLSTMError) {
        let sizes = [
            ("inputs", inputs, 65_536), ("outputs", outputs, 8), ("components", components, 1024),
            ("scales", scales, 64), ("features", features, 4096),
        ]
        for (name, size, most) in sizes where !(1...most).contains(size) {
            throw MDLSTMError(.option, "the mixture has \(size) \(name); expected from 1 to \(most)")
        }
    }
}
