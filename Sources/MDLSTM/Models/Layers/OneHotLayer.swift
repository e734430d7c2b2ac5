/// A vector for each symbol that is 1 at its number and 0 elsewhere; only as the first layer.
struct OneHotLayer: LayerKind {
    static let typeName = "oneHot"

    let symbols: Int

    var description: LayerDescription { .oneHot(symbols: symbols) }
    var inputSize: Int? { 1 }
    func outputSize(for size: Int) -> Int? { symbols }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard (1...65_536).contains(symbols) else {
            throw MDLSTMError(
                .option,
                "layer \(index) makes vectors of \(counted(symbols, "symbol")); expected 1 to 65536, or an embedding")
        }
        guard index == 0 else {
            throw MDLSTMError(
                .option, "layer \(index) takes symbols: they have no gradient, so that it must be the first")
        }
    }

    func validate<T: Scalar>(input: Tensor<T>) throws(MDLSTMError) {
        try requireSymbols(input, below: symbols, of: "layer of one-hot vectors")
    }

    var members: JSONObject { ["symbols": .integer(symbols)] }
}

extension OneHotLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        symbols = try reader.required("symbols", "a whole number") { $0.intValue }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        OneHotStage(symbols: symbols)
    }
}

/// The reference of a layer of one-hot vectors.
private struct OneHotStage<T: Scalar>: ReferenceStage {
    let symbols: Int

    func forward(_ x: [T]) -> [T] {
        var y = Array(repeating: T(0), count: x.count * symbols)
        for (site, symbol) in x.enumerated() { y[site * symbols + Int(symbol)] = 1 }
        return y
    }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> { StageGradients(x: nil) }
}

/// Refuses input values that are no symbols below `count`.
///
/// - Parameter layer: what takes them, for the message
func requireSymbols<T: Scalar>(_ input: Tensor<T>, below count: Int, of layer: String) throws(MDLSTMError) {
    // NaN fails the comparison too.
    guard let bad = input.values.firstIndex(where: { !($0 >= 0 && $0 < T(count) && $0 == $0.rounded()) }) else {
        return
    }
    throw MDLSTMError(
        .data,
        "the input has the value \(input.values[bad]) at \(input.coordinate(of: bad)); the model's "
            + "\(layer) expects symbols, whole numbers from 0 to \(count - 1)")
}
