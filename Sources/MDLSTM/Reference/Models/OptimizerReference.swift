/// One step of an optimizer, by plain loops.
package struct OptimizerReference<T: Scalar> {
    let optimizer: Optimizer

    /// First moments (momentum) and second moments, one for each parameter.
    private(set) var moments: [T]
    private(set) var squares: [T]

    package init(_ optimizer: Optimizer, count: Int) {
        self.optimizer = optimizer
        moments = Array(repeating: 0, count: count)
        squares = moments
    }

    /// Goes on with these moments.
    mutating func restore(moments: [T], squares: [T]) {
        (self.moments, self.squares) = (moments, squares)
    }

    /// Moves the parameters of `ranges` against `gradients`, already clipped, in step `step` (from 1).
    package mutating func apply(
        to parameters: inout [T], gradients: [T], rate: Double, step: Int, in ranges: [Range<Int>]
    ) {
        let rate = T(rate)
        for index in ranges.joined() {
            let g = gradients[index]
            switch optimizer {
            case .sgd(let momentum):
                moments[index] = T(momentum) * moments[index] + g
                parameters[index] -= rate * moments[index]
            case .rmsProp(let decay, let momentum, let epsilon):
                squares[index] = T(decay) * squares[index] + (1 - T(decay)) * g * g
                moments[index] = T(momentum) * moments[index] + g / (squares[index].squareRoot() + T(epsilon))
                parameters[index] -= rate * moments[index]
            case .adam(let beta1, let beta2, let epsilon):
                moments[index] = T(beta1) * moments[index] + (1 - T(beta1)) * g
                squares[index] = T(beta2) * squares[index] + (1 - T(beta2)) * g * g
                let correction1 = T(1 - power(beta1, step))
                let correction2 = T(1 - power(beta2, step))
                parameters[index] -=
                    rate * (moments[index] / correction1) / ((squares[index] / correction2).squareRoot() + T(epsilon))
            }
        }
    }

    /// The gradients after clipping, given the norm of all of them.
    static func clip(_ gradients: [T], norm: T, by clipping: Clipping) -> [T] {
        switch clipping {
        case .none: return gradients
        case .value(let limit): return gradients.map { min(max($0, -T(limit)), T(limit)) }
        case .globalNorm(let limit): return norm > T(limit) ? gradients.map { $0 * (T(limit) / norm) } : gradients
        }
    }
}

/// `base` to a whole power, by multiplication: the same bits on every machine.
package func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}
