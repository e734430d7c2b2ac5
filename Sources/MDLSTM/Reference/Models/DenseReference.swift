/// A dense layer at every site, by plain loops: `y = W x + b`.
enum DenseReference {
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - W: `[O, I]`
    ///   - b: `[O]`
    /// - Returns: `[sites, O]`
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    static func forward<T: Scalar>(x: [T], W: [T], b: [T]) -> [T] {
        let outputs = b.count
        let inputs = W.count / outputs
        let sites = x.count / inputs
        var y = Array(repeating: T(0), count: sites * outputs)
        for site in 0..<sites {
            for o in 0..<outputs {
                var sum = b[o]
                for m in 0..<inputs { sum += W[o * inputs + m] * x[site * inputs + m] }
                y[site * outputs + o] = sum
            }
        }
        return y
    }

    /// `dx = W^T dy, dW = sum_p dy x^T, db = sum_p dy`
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    static func backward<T: Scalar>(x: [T], W: [T], dy: [T], outputs: Int) -> (x: [T], W: [T], b: [T]) {
        let inputs = W.count / outputs
        let sites = x.count / inputs
        var dx = Array(repeating: T(0), count: x.count)
        var dW = Array(repeating: T(0), count: W.count)
        var db = Array(repeating: T(0), count: outputs)
        for site in 0..<sites {
            for o in 0..<outputs {
                let d = dy[site * outputs + o]
                db[o] += d
                for m in 0..<inputs {
                    dW[o * inputs + m] += d * x[site * inputs + m]
                    dx[site * inputs + m] += d * W[o * inputs + m]
                }
            }
        }
        return (dx, dW, db)
    }
}
