private import RealModule

/// The activation of gates i, f and o: a sigmoid or a hard sigmoid, of a pre-activation that may be clipped first.
package struct GateFunction<T: Scalar> {
    private let isHard: Bool
    private let slope: T
    private let clip: Clip<T>

    /// Activations from here on outwards have no gradient.
    package private(set) var least: T = -1, most: T = 2

    package init(_ options: CellOptions) {
        isHard = options.gateActivation == .hardSigmoid
        slope = T(options.gateSlope)
        clip = Clip(options.preactivationClip)
        if isHard { (least, most) = (0, 1) }
        if let limit = clip.limit { (least, most) = (self(-limit), self(limit)) }
    }

    /// NaN stays NaN.
    func callAsFunction(_ preactivation: T) -> T {
        let a = clip.apply(preactivation)
        guard isHard else { return sigmoid(a) }
        let y = slope * a + 0.5
        return y > 1 ? 1 : y < 0 ? 0 : y
    }

    /// dy/da from y: y (1 - y) or the slope, 0 where a or y is cut.
    func derivative(_ y: T) -> T {
        if y <= least || y >= most { return 0 }
        return isHard ? slope : y * (1 - y)
    }
}

/// The activation of the candidate, of a pre-activation that may be clipped first.
package struct CandidateFunction<T: Scalar> {
    private let activation: CellActivation
    private let clip: Clip<T>

    /// Candidates of this size and above have no gradient.
    package let most: T?

    package init(_ options: CellOptions) {
        activation = options.candidateFunction
        clip = Clip(options.preactivationClip)
        most = clip.limit.map(activation.value)
    }

    func callAsFunction(_ preactivation: T) -> T { activation.value(of: clip.apply(preactivation)) }

    /// dg/da from g, 0 where a is cut.
    func derivative(_ g: T) -> T {
        if let most, abs(g) >= most { return 0 }
        return activation.derivative(at: g)
    }
}

extension CellActivation {
    /// NaN stays NaN.
    func value<T: Scalar>(of a: T) -> T {
        switch self {
        case .tanh: T.tanh(a)
        case .relu: a < 0 ? 0 : a
        case .identity: a
        }
    }

    /// The derivative by a, from the value y.
    func derivative<T: Scalar>(at y: T) -> T {
        switch self {
        case .tanh: 1 - y * y
        case .relu: y > 0 ? 1 : 0
        case .identity: 1
        }
    }
}

extension AxisFunction {
    /// phi of an axis that is no LSTM.
    var activation: CellActivation {
        switch self {
        case .relu: .relu
        case .tanh: .tanh
        case .identity, .lstm: .identity
        }
    }
}

/// The logistic function, 1 / (1 + e^-x).
@inline(__always)
func sigmoid<T: Scalar>(_ x: T) -> T { 1 / (1 + T.exp(-x)) }
