/// In training, sets features to zero with probability `rate` and scales the others by 1 / (1 - rate).
struct DropoutLayer: LayerKind {
    static let typeName = "dropout"

    let rate: Double

    var description: LayerDescription { .dropout(rate: rate) }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard (0..<1).contains(rate) else {
            throw MDLSTMError(.option, "layer \(index) drops \(rate); expected a rate from 0 up to below 1")
        }
    }

    var members: JSONObject { ["rate": .number(rate)] }
}

extension DropoutLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        rate = try reader.required("rate", "a number") { $0.doubleValue }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        let count = grid.siteCount * inputSize
        guard let noise else { return DropoutStage(factors: Array(repeating: 1, count: count)) }
        let first = noise.firstSample * grid.sitesPerSample * inputSize
        return DropoutStage(
            factors: (0..<count).map { noise.happens(rate, noise.block(first + $0).x) ? 0 : T(1 / (1 - rate)) })
    }
}

/// The reference of dropout, which multiplies each feature by a factor.
private struct DropoutStage<T: Scalar>: ReferenceStage {
    let factors: [T]

    func forward(_ x: [T]) -> [T] { zip(x, factors).map { $0 * $1 } }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        StageGradients(x: zip(dy, factors).map { $0 * $1 })
    }
}
