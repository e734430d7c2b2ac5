/// A density of some features of a site given the others: see ``MCGSM``. The output is log p(y | h) in nats.
struct MCGSMLayer: LayerKind {
    static let typeName = "mcgsm"

    let head: MCGSM

    var description: LayerDescription { .mcgsm(head) }

    /// h, then y.
    var inputSize: Int? { head.inputs + head.outputs }
    func outputSize(for size: Int) -> Int? { 1 }

    var parameterShapes: [ParameterShape] { head.parameterShapes }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        head.initialParameters(seed: seed, firstTensor: firstTensor)
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        do { try head.validate() } catch { throw MDLSTMError(.option, "layer \(index): \(error.message)") }
    }

    var members: JSONObject {
        [
            "inputs": .integer(head.inputs), "outputs": .integer(head.outputs),
            "components": .integer(head.components), "scales": .integer(head.scales),
            "features": .integer(head.features), "means": .bool(head.means),
        ]
    }
}

extension MCGSMLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        var head = MCGSM(inputs: try reader.required("inputs", "a whole number") { $0.intValue })
        try head.read(&reader)
        if let outputs = try reader.optional("outputs", "a whole number", { $0.intValue }) { head.outputs = outputs }
        self.head = head
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        MCGSMStage(reference: MCGSMReference(head, parameters: parameters))
    }
}

extension MCGSM {
    /// Reads the sizes that a configuration may choose.
    package mutating func read(_ reader: inout ConfigurationReader) throws(MDLSTMError) {
        func size(_ key: String, _ reader: inout ConfigurationReader) throws(MDLSTMError) -> Int? {
            try reader.optional(key, "a whole number") { $0.intValue }
        }
        components = try size("components", &reader) ?? components
        scales = try size("scales", &reader) ?? scales
        features = try size("features", &reader) ?? features
        means = try reader.optional("means", "true or false") { $0.boolValue } ?? means
    }
}

/// The reference of a density.
private struct MCGSMStage<T: Scalar>: ReferenceStage {
    let reference: MCGSMReference<T>

    func forward(_ x: [T]) -> [T] { reference.forward(x) }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> { reference.backward(x: x, dy: dy) }
}
