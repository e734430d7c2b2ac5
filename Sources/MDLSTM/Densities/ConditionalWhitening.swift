/// An affine map of inputs x and outputs y of a site, after which linear prediction has nothing left to do.
///
/// D inputs and O outputs; of means m and covariances C
///
///     u = W_x (x - m_x)           W_x = C_xx^(-1/2)
///     v = W_y (y - m_y - P u)     P = C_yx W_x,   W_y = (C_yy - P P^T)^(-1/2)
///
/// so that (u, v) has the mean 0 and the covariance I, and log p(y | x) = log p(v | u) + log|det W_y|. From Theis and
/// Bethge's program (arXiv 1506.03478). Roots are the symmetric ones.
public struct ConditionalWhitening: Hashable, Sendable {
    /// m_x, `[D]`.
    public let inputMean: Tensor<Double>

    /// W_x, `[D, D]`.
    public let inputWhitening: Tensor<Double>

    /// m_y, `[O]`.
    public let outputMean: Tensor<Double>

    /// P, `[O, D]`: what is predicted of y from u.
    public let predictor: Tensor<Double>

    /// W_y, `[O, O]`.
    public let outputWhitening: Tensor<Double>

    /// log|det W_y| in nats a site: what the log-density of v lacks to that of y.
    public let logJacobian: Double

    /// W_y^(-1), `[O, O]`.
    package let outputUnwhitening: Tensor<Double>

    /// The standard deviations of y, `[O]`: of P u, and of what it leaves.
    var outputDeviations: [Double] {
        let (D, O) = (inputSize, outputSize)
        return (0..<O).map { o in
            let predicted = predictor.values[(o * D)..<((o + 1) * D)].reduce(0) { $0 + $1 * $1 }
            let left = outputUnwhitening.values[(o * O)..<((o + 1) * O)].reduce(0) { $0 + $1 * $1 }
            return (predicted + left).squareRoot()
        }
    }

    /// Eigenvalues of a covariance below this part of the trace have it added, all of them.
    static let ridge = 1e-9

    /// The whitening of sites with these moments.
    ///
    /// A channel that is constant does no harm: where the smallest eigenvalue of C_xx is below 1e-9 of its trace, that is
    /// added to all. C_yy - P P^T is a difference, so its ridge is 1e-9 of the trace of C_yy.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` where there is no site, a moment is not finite, or all inputs or all
    ///   outputs are constant.
    public init(_ moments: WhiteningMoments) throws(MDLSTMError) {
        guard moments.sites > 0 else {
            throw MDLSTMError(.data, "no site to fit the whitening to; expected pictures larger than the neighbourhood")
        }
        let inputs = moments.inputCovariance
        let outputs = moments.outputCovariance
        try Self.requireSpread(inputs, of: "inputs", moments.sites)
        try Self.requireSpread(outputs, of: "outputs", moments.sites)
        let whitening = SymmetricEigen(of: inputs).ridged(by: Self.ridge * inputs.trace).inverseSquareRoot
        let predictor = moments.crossCovariance.times(whitening)
        let residual = outputs.adding(predictor.times(predictor.transposed()), times: -1)
        let outputWhitening =
            SymmetricEigen(of: residual).ridged(by: Self.ridge * outputs.trace).inverseSquareRoot
        try self.init(
            inputMean: moments.inputMean, inputWhitening: whitening, outputMean: moments.outputMean,
            predictor: predictor, outputWhitening: outputWhitening)
    }

    /// The whitening by these matrices, which need not be symmetric.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` where W_y has no inverse.
    /// - Precondition: the shapes are those of the properties.
    init(
        inputMean: Tensor<Double>, inputWhitening: Tensor<Double>, outputMean: Tensor<Double>,
        predictor: Tensor<Double>, outputWhitening: Tensor<Double>
    ) throws(MDLSTMError) {
        guard let (inverse, logDeterminant) = outputWhitening.inverted(), inverse.firstNonFinite == nil else {
            throw MDLSTMError(
                .data, "tensor '\(Name.outputWhitening)' is singular; expected a matrix that has an inverse")
        }
        self.inputMean = inputMean
        self.inputWhitening = inputWhitening
        self.outputMean = outputMean
        self.predictor = predictor
        self.outputWhitening = outputWhitening
        logJacobian = logDeterminant
        outputUnwhitening = inverse
    }

    /// D, the inputs of a site.
    public var inputSize: Int { inputMean.count }

    /// O, the outputs of a site.
    public var outputSize: Int { outputMean.count }

    private static func requireSpread(
        _ covariance: Tensor<Double>, of what: String, _ sites: Int
    ) throws(MDLSTMError) {
        let trace = covariance.trace
        guard trace.isFinite, covariance.firstNonFinite == nil else {
            throw MDLSTMError(
                .data, "the covariances of the \(what) are not finite; expected pictures of finite values")
        }
        // 1e-9 of the smallest numbers would be 0.
        guard trace > 1e-290 else {
            throw MDLSTMError(
                .data,
                "the \(what) of \(counted(sites, "site")) are all the same; expected pictures that vary, "
                    + "or noise added to them")
        }
    }
}
