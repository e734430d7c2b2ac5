private import RealModule

/// A mixture of conditional Gaussian scale mixtures by plain loops: log-likelihoods in nats and their gradients.
struct MCGSMReference<T: Scalar> {
    let head: MCGSM
    private let priors: [T], scales: [T], weights: [T], features: [T], predictors: [T], cholesky: [T], means: [T]

    init(_ head: MCGSM, parameters: ParameterTensors<T>) {
        self.head = head
        priors = parameters["priors"]!.values
        scales = parameters["scales"]!.values
        weights = parameters["weights"]!.values
        features = parameters["features"]!.values
        predictors = parameters["predictors"]!.values
        cholesky = parameters["cholesky"]!.values
        means = parameters["means"]?.values ?? Array(repeating: 0, count: head.components * head.outputs)
    }

    /// log p(y | h) of every site.
    ///
    /// - Parameter x: h, then y of every site, `[sites, D + O]`
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func forward(_ x: [T]) -> [T] {
        let width = head.inputs + head.outputs
        return (0..<(x.count / width)).map { Site(self, Array(x[($0 * width)..<(($0 + 1) * width)])).logLikelihood }
    }

    /// Gradients of a sum of log-likelihoods, each times its `dy`.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func backward(x: [T], dy: [T]) -> StageGradients<T> {
        let width = head.inputs + head.outputs
        var dx = Array(repeating: T(0), count: x.count)
        var sums = Sums<T>(head)
        for site in dy.indices {
            let range = (site * width)..<((site + 1) * width)
            let own = Site(self, Array(x[range])).addGradients(times: dy[site], to: &sums)
            dx.replaceSubrange(range, with: own)
        }
        return StageGradients(x: dx, parameters: sums.tensors(head))
    }

    /// Numbers drawn given h, `[O]`: a component and a scale by their probabilities, then its Gaussian.
    ///
    /// - Parameters:
    ///   - choice: in [0, 1); chooses in the order of scales, of each the components
    ///   - normals: of the normal distribution, at least O
    func drawn(_ h: [T], choice: Double, normals: [Double]) -> [T] {
        let (K, S, O) = (head.components, head.scales, head.outputs)
        let site = Site(self, h + Array(repeating: 0, count: O))
        let powers = (0..<(K * S)).map { T.exp(site.G[$0 % K * S + $0 / K] - site.priorSum) }
        var rest = T(choice) * powers.reduce(0, +)
        var chosen = K * S - 1
        for (index, power) in powers.enumerated() {
            rest -= power
            if rest < 0 {
                chosen = index
                break
            }
        }
        let (k, s) = (chosen % K, chosen / K)
        let deviation = T.exp(-scale(k, s) / 2)
        // Of L^T x = z, from the last on.
        var x = Array(repeating: T(0), count: O)
        for o in (0..<O).reversed() {
            var sum = deviation * T(normals[o])
            for p in (o + 1)..<max(o + 1, O) { sum -= factor(k, p, o) * x[p] }
            x[o] = sum / factor(k, o, o)
        }
        // Of y = 0 the residual is the prediction's negative.
        return (0..<O).map { x[$0] - site.r[k * O + $0] }
    }

    /// Sums of the gradients by every tensor.
    private struct Sums<U: Scalar> {
        var priors: [U], scales: [U], weights: [U], features: [U], predictors: [U], cholesky: [U], means: [U]

        init(_ head: MCGSM) {
            func zeros(_ sizes: Int...) -> [U] { Array(repeating: 0, count: sizes.reduce(1, *)) }
            let (K, O) = (head.components, head.outputs)
            (priors, scales) = (zeros(K, head.scales), zeros(K, head.scales))
            (weights, features) = (zeros(K, head.features), zeros(head.inputs, head.features))
            (predictors, cholesky, means) = (zeros(K, O, head.inputs), zeros(K, O, O), zeros(K, O))
        }

        func tensors(_ head: MCGSM) -> ParameterTensors<U> {
            let all = [priors, scales, weights, features, predictors, cholesky, means]
            return ParameterTensors(
                shapes: head.parameterShapes, flat: Array(all.prefix(head.parameterShapes.count).joined()))
        }
    }

    /// One site: the energies of all components and scales.
    private struct Site {
        let model: MCGSMReference
        let h: [T]

        /// b_f . h; w_k; r_k, L_k^T r_k `[K, O]`; q_k; log G and log J `[K, S]`, and their sums.
        let filtered: [T], w: [T], r: [T], projected: [T], q: [T], G: [T], J: [T]
        let priorSum: T, jointSum: T

        var logLikelihood: T { jointSum - priorSum }

        init(_ model: MCGSMReference, _ x: [T]) {
            let head = model.head
            let (K, S, F, D, O) = (head.components, head.scales, head.features, head.inputs, head.outputs)
            let h = Array(x[..<D])
            var filtered = Array(repeating: T(0), count: F)
            for m in 0..<D { for f in 0..<F { filtered[f] += model.features[m * F + f] * h[m] } }
            var (w, q) = (Array(repeating: T(0), count: K), Array(repeating: T(0), count: K))
            var (r, projected) = (Array(repeating: T(0), count: K * O), Array(repeating: T(0), count: K * O))
            var (G, J) = (Array(repeating: T(0), count: K * S), Array(repeating: T(0), count: K * S))
            for k in 0..<K {
                for f in 0..<F {
                    let response = model.weights[k * F + f] * filtered[f]
                    w[k] += response * response
                }
                var determinant: T = 0
                for o in 0..<O {
                    var prediction = model.means[k * O + o]
                    for m in 0..<D { prediction += model.predictors[(k * O + o) * D + m] * h[m] }
                    r[k * O + o] = x[D + o] - prediction
                    determinant += T.log(abs(model.factor(k, o, o)))
                }
                for o in 0..<O {
                    for p in o..<O { projected[k * O + o] += model.factor(k, p, o) * r[k * O + p] }
                    q[k] += projected[k * O + o] * projected[k * O + o]
                }
                for s in 0..<S {
                    let scale = model.scale(k, s)
                    let precision = T.exp(scale)
                    G[k * S + s] = model.priors[k * S + s] - precision * w[k] / 2
                    J[k * S + s] =
                        G[k * S + s] - precision * q[k] / 2 + T(O) * (scale - T.log(2 * T.pi)) / 2 + determinant
                }
            }
            (priorSum, jointSum) = (logSum(G), logSum(J))
            (self.model, self.h, self.filtered, self.w, self.r) = (model, h, filtered, w, r)
            (self.projected, self.q, self.G, self.J) = (projected, q, G, J)
        }

        /// Adds this site's gradients by the tensors, and returns those by h and y.
        func addGradients(times factor: T, to sums: inout Sums<T>) -> [T] {
            let head = model.head
            let (K, S, F, D, O) = (head.components, head.scales, head.features, head.inputs, head.outputs)
            var dx = Array(repeating: T(0), count: D + O)
            // sum_k beta_kf^2 a_k
            var gates = Array(repeating: T(0), count: F)
            for k in 0..<K {
                var (a, b): (T, T) = (0, 0)
                var posterior: T = 0
                for s in 0..<S {
                    let place = k * S + s
                    let rho = factor * T.exp(J[place] - jointSum)
                    let delta = rho - factor * T.exp(G[place] - priorSum)
                    let precision = T.exp(model.scale(k, s))
                    sums.priors[place] += delta
                    if abs(model.scales[place]) < T(MCGSM.largestScale) {
                        sums.scales[place] += (T(O) * rho - precision * (delta * w[k] + rho * q[k])) / 2
                    }
                    a += precision * delta
                    b += precision * rho
                    posterior += rho
                }
                for f in 0..<F {
                    let weight = model.weights[k * F + f]
                    sums.weights[k * F + f] -= weight * a * filtered[f] * filtered[f]
                    gates[f] += weight * weight * a
                }
                for o in 0..<O {
                    // b_k L_k L_k^T r_k
                    var pull: T = 0
                    for p in 0...o { pull += model.factor(k, o, p) * projected[k * O + p] }
                    pull *= b
                    sums.means[k * O + o] += pull
                    dx[D + o] -= pull
                    for m in 0..<D {
                        sums.predictors[(k * O + o) * D + m] += pull * h[m]
                        dx[m] += pull * model.predictors[(k * O + o) * D + m]
                    }
                    for p in 0...o where o > 0 {
                        var gradient = -b * r[k * O + o] * projected[k * O + p]
                        if p == o { gradient += posterior / model.factor(k, o, o) }
                        sums.cholesky[(k * O + o) * O + p] += gradient
                    }
                }
            }
            for m in 0..<D {
                for f in 0..<F {
                    let response = filtered[f] * gates[f]
                    sums.features[m * F + f] -= h[m] * response
                    dx[m] -= model.features[m * F + f] * response
                }
            }
            return dx
        }
    }

    /// An element of L_k.
    private func factor(_ k: Int, _ row: Int, _ column: Int) -> T {
        cholesky[(k * head.outputs + row) * head.outputs + column]
    }

    /// alpha_ks within its limits.
    private func scale(_ k: Int, _ s: Int) -> T {
        let limit = T(MCGSM.largestScale)
        return max(-limit, min(limit, scales[k * head.scales + s]))
    }
}

/// log sum exp of some numbers, the largest taken out.
private func logSum<T: Scalar>(_ values: [T]) -> T {
    let largest = values.max()!
    var sum: T = 0
    for value in values { sum += T.exp(value - largest) }
    return largest + T.log(sum)
}
