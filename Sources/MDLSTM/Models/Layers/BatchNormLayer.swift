/// Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167): `weight`, `bias`, `runningMean`, `runningVariance`, `[I]` all.
///
/// See ``LayerDescription/batchNorm(inputSize:momentum:epsilon:)``.
struct BatchNormLayer: LayerKind {
    static let typeName = "batchNorm"

    let features: Int
    let momentum: Double, epsilon: Double

    var description: LayerDescription { .batchNorm(inputSize: features, momentum: momentum, epsilon: epsilon) }
    var inputSize: Int? { features }

    var parameterShapes: [ParameterShape] {
        ["weight", "bias"].map { ParameterShape(name: $0, shape: [features]) } + runningShapes
    }
    var runningShapes: [ParameterShape] {
        ["runningMean", "runningVariance"].map { ParameterShape(name: $0, shape: [features]) }
    }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        var parameters = ParameterTensors<T>()
        for (name, value) in [("weight", 1), ("bias", 0), ("runningMean", 0), ("runningVariance", 1)] {
            parameters[name] = Tensor(shape: [features], values: Array(repeating: T(value), count: features))
        }
        return parameters
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard momentum > 0, momentum <= 1, epsilon > 0, epsilon <= 1 else {
            throw MDLSTMError(
                .option,
                "layer \(index) has the momentum \(momentum) and the epsilon \(epsilon); expected numbers above 0 and up to 1"
            )
        }
    }

    var members: JSONObject {
        ["inputSize": .integer(features), "momentum": .number(momentum), "epsilon": .number(epsilon)]
    }
}

extension BatchNormLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        features = try reader.required("inputSize", "a whole number") { $0.intValue }
        momentum = try reader.optional("momentum", "a number") { $0.doubleValue } ?? Self.usual.momentum
        epsilon = try reader.optional("epsilon", "a number") { $0.doubleValue } ?? Self.usual.epsilon
    }

    /// Those of PyTorch.
    static let usual = (momentum: 0.1, epsilon: 1e-5)

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        BatchNormStage(
            layer: self, occupied: grid.occupied, gain: parameters["weight"]!, bias: parameters["bias"]!,
            mean: parameters["runningMean"]!, variance: parameters["runningVariance"]!, takesBatch: noise != nil)
    }
}

/// The reference of a batch norm: by the numbers of the batch in training, else by the running ones.
private struct BatchNormStage<T: Scalar>: ReferenceStage {
    let layer: BatchNormLayer
    let occupied: [Bool]
    let gain: Tensor<T>, bias: Tensor<T>, mean: Tensor<T>, variance: Tensor<T>
    let takesBatch: Bool

    /// Of the last forward pass: what is taken off each feature, and what it is multiplied by before the gain.
    private var center: [T] = [], inverse: [T] = []

    private(set) var running: ParameterTensors<T>?

    init(
        layer: BatchNormLayer, occupied: [Bool], gain: Tensor<T>, bias: Tensor<T>, mean: Tensor<T>,
        variance: Tensor<T>, takesBatch: Bool
    ) {
        (self.layer, self.occupied, self.gain, self.bias) = (layer, occupied, gain, bias)
        (self.mean, self.variance, self.takesBatch) = (mean, variance, takesBatch)
    }

    private var width: Int { layer.features }
    private var sites: [Int] { occupied.indices.filter { occupied[$0] } }

    mutating func forward(_ x: [T]) -> [T] {
        let sites = sites
        var spread = variance.values
        center = mean.values
        if takesBatch {
            center = average(sites) { x[$0] }
            let center = center
            spread = average(sites) { (x[$0] - center[$0 % width]) * (x[$0] - center[$0 % width]) }
            if !sites.isEmpty { running = taken(center, spread, sites: sites.count) }
        }
        inverse = spread.map { 1 / ($0 + T(layer.epsilon)).squareRoot() }
        return x.indices.map { gain.values[$0 % width] * normalized(x, $0) + bias.values[$0 % width] }
    }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        let sites = sites
        // Sums are averages times as many sites.
        let count = T(sites.count)
        let first = average(sites) { dy[$0] }
        let along = average(sites) { dy[$0] * normalized(x, $0) }
        var dx = Array(repeating: T(0), count: x.count)
        for site in sites {
            for e in (site * width)..<(site * width + width) {
                let k = e % width
                let taken = takesBatch ? first[k] + normalized(x, e) * along[k] : 0
                dx[e] = gain.values[k] * inverse[k] * (dy[e] - taken)
            }
        }
        var parameters = ParameterTensors<T>()
        parameters["weight"] = Tensor(shape: [width], values: along.map { $0 * count })
        parameters["bias"] = Tensor(shape: [width], values: first.map { $0 * count })
        return StageGradients(x: dx, parameters: parameters)
    }

    private func normalized(_ x: [T], _ e: Int) -> T { (x[e] - center[e % width]) * inverse[e % width] }

    /// Of each feature the mean over some sites of a number for each element.
    private func average(_ sites: [Int], _ number: (Int) -> T) -> [T] {
        var sums = Array(repeating: T(0), count: width)
        for site in sites {
            for k in 0..<width { sums[k] += number(site * width + k) }
        }
        return sums.map { $0 / T(max(1, sites.count)) }
    }

    /// The running numbers with those of a batch in them, its variance over one site less.
    private func taken(_ center: [T], _ spread: [T], sites: Int) -> ParameterTensors<T> {
        let factor = T(sites) / T(max(1, sites - 1))
        func moved(_ running: Tensor<T>, to batch: [T]) -> Tensor<T> {
            Tensor(
                shape: [width], values: zip(running.values, batch).map { $0 + T(layer.momentum) * ($1 - $0) })
        }
        var running = ParameterTensors<T>()
        running["runningMean"] = moved(mean, to: center)
        running["runningVariance"] = moved(variance, to: spread.map { $0 * factor })
        return running
    }
}
