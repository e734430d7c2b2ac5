/// One kind of layer of a model: what it takes and gives, its tensors, its members in a file, its reference.
///
/// A new kind is a type of this protocol, a case of ``LayerDescription``, and a stage of each backend.
protocol LayerKind: Hashable, Sendable {
    /// The `type` in files.
    static var typeName: String { get }

    /// The layer as a case of the public enumeration.
    var description: LayerDescription { get }

    /// Features the layer needs; nil where any number will do.
    var inputSize: Int? { get }

    /// Axes the layer needs; nil where any number will do.
    var axes: Int? { get }

    /// Features the layer makes out of `size` features; nil when they do not fit an `Int`.
    func outputSize(for size: Int) -> Int?

    /// The grid of the output.
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid

    /// Names and shapes of the layer's own tensors, in order.
    var parameterShapes: [ParameterShape] { get }

    /// Initial tensors, drawn from the random streams from number `firstTensor` on.
    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T>

    /// Refuses options that no such layer can have.
    ///
    /// - Parameter index: the layer's place in the model, for messages
    func validate(at index: Int) throws(MDLSTMError)

    /// Refuses grids that are too large for the layer.
    func validateSize(of grid: Grid) throws(MDLSTMError)

    /// Refuses values that the layer cannot take where it is the first of a model.
    func validate<T: Scalar>(input: Tensor<T>) throws(MDLSTMError)

    /// The layer's members in a file, besides `type`.
    var members: JSONObject { get }

    /// Reads the layer's members; the reader refuses what is left over.
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError)

    /// The layer's stage of the reference.
    ///
    /// - Parameters:
    ///   - grid: the grid of the input
    ///   - parameters: the layer's own, under their own names
    ///   - noise: of dropout and zoneout in training; nil in inference
    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T>
}

extension LayerKind {
    var inputSize: Int? { nil }
    var axes: Int? { nil }
    func outputSize(for size: Int) -> Int? { size }
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid { grid }
    var parameterShapes: [ParameterShape] { [] }
    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> { ParameterTensors() }
    func validate(at index: Int) throws(MDLSTMError) {}
    func validateSize(of grid: Grid) throws(MDLSTMError) {}
    func validate<T: Scalar>(input: Tensor<T>) throws(MDLSTMError) {}
}

extension LayerDescription {
    /// Names and shapes of the layer's own tensors, in order.
    package var parameterShapes: [ParameterShape] { kind.parameterShapes }

    /// The type that knows the layer.
    var kind: any LayerKind {
        switch self {
        case .recurrent(let configuration, let merge): RecurrentLayer(configuration: configuration, merge: merge)
        case .dense(let inputSize, let outputSize): DenseLayer(inputs: inputSize, outputs: outputSize)
        case .activation(let activation): ActivationLayer(activation: activation)
        case .patch(let window): PatchLayer(window: window)
        case .embedding(let symbols, let size): EmbeddingLayer(symbols: symbols, size: size)
        case .dropout(let rate): DropoutLayer(rate: rate)
        }
    }

    /// Every kind of layer that a file can have.
    static let kinds: [any LayerKind.Type] = [
        RecurrentLayer.self, DenseLayer.self, ActivationLayer.self, PatchLayer.self, EmbeddingLayer.self,
        DropoutLayer.self,
    ]
}
