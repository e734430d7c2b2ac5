/// `y = W x + b` at every site: `weight [O, I]`, `bias [O]`.
struct DenseLayer: LayerKind {
    static let typeName = "dense"

    let inputs: Int, outputs: Int

    var description: LayerDescription { .dense(inputSize: inputs, outputSize: outputs) }
    var inputSize: Int? { inputs }
    func outputSize(for size: Int) -> Int? { outputs }

    var parameterShapes: [ParameterShape] {
        [ParameterShape(name: "weight", shape: [outputs, inputs]), ParameterShape(name: "bias", shape: [outputs])]
    }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        var parameters = ParameterTensors<T>()
        let bound = 1 / Double(inputs).squareRoot()
        parameters["weight"] = .uniform(shape: [outputs, inputs], bound: bound, seed: seed, tensor: firstTensor)
        parameters["bias"] = Tensor(zeros: [outputs])
        return parameters
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard (1...65_536).contains(outputs) else {
            throw MDLSTMError(.option, "layer \(index) has \(counted(outputs, "output")); expected from 1 to 65536")
        }
    }

    var members: JSONObject { ["inputSize": .integer(inputs), "outputSize": .integer(outputs)] }
}

extension DenseLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        inputs = try reader.required("inputSize", "a whole number") { $0.intValue }
        outputs = try reader.required("outputSize", "a whole number") { $0.intValue }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        DenseStage(W: parameters["weight"]!, b: parameters["bias"]!)
    }
}

/// The reference of a dense layer.
private struct DenseStage<T: Scalar>: ReferenceStage {
    let W: Tensor<T>, b: Tensor<T>

    func forward(_ x: [T]) -> [T] { DenseReference.forward(x: x, W: W.values, b: b.values) }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        let d = DenseReference.backward(x: x, W: W.values, dy: dy, outputs: b.count)
        var parameters = ParameterTensors<T>()
        parameters["weight"] = Tensor(shape: W.shape, values: d.W)
        parameters["bias"] = Tensor(shape: b.shape, values: d.b)
        return StageGradients(x: d.x, parameters: parameters)
    }
}
