private import RealModule

/// Sigmoid, tanh, relu and softmax and their gradients, by plain loops.
enum ActivationReference {
    /// `y = phi(x)`, for softmax over each run of `width` elements.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    static func forward<T: Scalar>(_ activation: Activation, x: [T], width: Int) -> [T] {
        switch activation {
        case .sigmoid: return x.map(sigmoid)
        case .tanh: return x.map { T.tanh($0) }
        case .relu: return x.map { $0 < 0 ? 0 : $0 }
        case .softmax:
            var y = x
            for first in stride(from: 0, to: x.count, by: width) {
                let largest = x[first..<(first + width)].max()!
                var sum: T = 0
                for j in first..<(first + width) {
                    y[j] = T.exp(x[j] - largest)
                    sum += y[j]
                }
                for j in first..<(first + width) { y[j] /= sum }
            }
            return y
        }
    }

    /// dL/dx from the output y: `dy y (1 - y)`, `dy (1 - y^2)`, dy where y > 0, or for softmax `y_j (dy_j - sum_i y_i dy_i)`.
    static func backward<T: Scalar>(_ activation: Activation, y: [T], dy: [T], width: Int) -> [T] {
        switch activation {
        case .sigmoid: return zip(y, dy).map { $1 * $0 * (1 - $0) }
        case .tanh: return zip(y, dy).map { $1 * (1 - $0 * $0) }
        case .relu: return zip(y, dy).map { $0 > 0 ? $1 : 0 }
        case .softmax:
            var dx = dy
            for first in stride(from: 0, to: y.count, by: width) {
                var sum: T = 0
                for j in first..<(first + width) { sum += y[j] * dy[j] }
                for j in first..<(first + width) { dx[j] = y[j] * (dy[j] - sum) }
            }
            return dx
        }
    }
}

extension Tensor where Element: Scalar {
    /// The softmax over the last axis.
    package var softmax: Tensor {
        Tensor(shape: shape, values: ActivationReference.forward(.softmax, x: values, width: shape.last ?? 1))
    }
}
