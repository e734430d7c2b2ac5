/// A learned vector for each symbol, `weight [symbols, size]`; only as the first layer.
struct EmbeddingLayer: LayerKind {
    static let typeName = "embedding"

    let symbols: Int, size: Int

    var description: LayerDescription { .embedding(symbols: symbols, size: size) }
    var inputSize: Int? { 1 }
    func outputSize(for size: Int) -> Int? { self.size }
    var parameterShapes: [ParameterShape] { [ParameterShape(name: "weight", shape: [symbols, size])] }

    /// Draws the weights from the standard normal distribution, as PyTorch does.
    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        let stream = RandomStream(seed: seed, tensor: UInt32(firstTensor), stream: RandomStreams.initialization)
        var parameters = ParameterTensors<T>()
        parameters["weight"] = Tensor(shape: [symbols, size], values: stream.normal(count: symbols * size))
        return parameters
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard (1...1 << 24).contains(symbols), (1...65_536).contains(size) else {
            throw MDLSTMError(
                .option,
                "layer \(index) embeds \(counted(symbols, "symbol")) in \(counted(size, "feature")); expected at least 1 of "
                    + "each, at most \(1 << 24) and 65536")
        }
        guard index == 0 else {
            throw MDLSTMError(
                .option, "layer \(index) is an embedding: symbols have no gradient, so that it must be the first")
        }
    }

    func validate<T: Scalar>(input: Tensor<T>) throws(MDLSTMError) {
        try requireSymbols(input, below: symbols, of: "embedding")
    }

    var members: JSONObject { ["symbols": .integer(symbols), "size": .integer(size)] }
}

extension EmbeddingLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        symbols = try reader.required("symbols", "a whole number") { $0.intValue }
        size = try reader.required("size", "a whole number") { $0.intValue }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        EmbeddingStage(W: parameters["weight"]!)
    }
}

/// The reference of an embedding.
private struct EmbeddingStage<T: Scalar>: ReferenceStage {
    let W: Tensor<T>
    private var size: Int { W.shape[1] }

    func forward(_ x: [T]) -> [T] { x.flatMap { W.values[(Int($0) * size)..<(Int($0) * size + size)] } }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        var dW = Tensor<T>(zeros: W.shape)
        for (site, symbol) in x.enumerated() {
            for j in 0..<size { dW.values[Int(symbol) * size + j] += dy[site * size + j] }
        }
        var parameters = ParameterTensors<T>()
        parameters["weight"] = dW
        return StageGradients(x: nil, parameters: parameters)
    }
}
