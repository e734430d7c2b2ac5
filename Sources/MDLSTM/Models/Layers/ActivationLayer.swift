/// A function of every site's features.
struct ActivationLayer: LayerKind {
    static let typeName = "activation"

    let activation: Activation

    var description: LayerDescription { .activation(activation) }
    var members: JSONObject { ["function": .string(activation.rawValue)] }
}

extension ActivationLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        let names = Activation.allCases.map(\.rawValue).joined(separator: ", ")
        activation = try reader.required("function", "one of \(names)") { $0.stringValue.flatMap(Activation.init) }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        ActivationStage(activation: activation, width: inputSize)
    }
}

/// The reference of an activation.
private struct ActivationStage<T: Scalar>: ReferenceStage {
    let activation: Activation
    let width: Int

    func forward(_ x: [T]) -> [T] { ActivationReference.forward(activation, x: x, width: width) }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        StageGradients(x: ActivationReference.backward(activation, y: y, dy: dy, width: width))
    }
}
