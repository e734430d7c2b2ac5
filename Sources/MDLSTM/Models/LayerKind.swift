/// One kind of layer of a model: its input and output sizes, its tensors, its members in a file, its reference.
///
/// A new kind needs a type that conforms to this protocol, a case of ``LayerDescription`` and a stage in each backend.
protocol LayerKind: Hashable, Sendable {
    /// The `type` in files.
    static var typeName: String { get }

    /// The layer as a case of the public enumeration.
    var description: LayerDescription { get }

    /// The number of features that the layer needs; nil if it takes any number.
    var inputSize: Int? { get }

    /// The number of axes that the layer needs; nil if it takes any number.
    var axes: Int? { get }

    /// The number of output features for `size` input features; nil if it does not fit an `Int`.
    func outputSize(for size: Int) -> Int?

    /// The number of axes of the output for an input over `axes` axes.
    func outputAxes(for axes: Int) -> Int

    /// The grid of the output for an input over `grid`.
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid

    /// Names and shapes of the layer's own tensors, in order.
    var parameterShapes: [ParameterShape] { get }

    /// The last of them that no gradient changes: what the layer keeps of the batches it was trained with.
    var runningShapes: [ParameterShape] { get }

    /// Initial tensors, drawn from the random streams from number `firstTensor` on.
    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T>

    /// Refuses options that are invalid in every model.
    ///
    /// - Parameters:
    ///   - index: the layer's place in the model, for messages
    ///   - axes: the axes of its input
    func validate(at index: Int, axes: Int) throws(MDLSTMError)

    /// Refuses grids that are too large for the layer.
    func validateSize(of grid: Grid) throws(MDLSTMError)

    /// Refuses input values that the layer cannot take; called for the first layer of a model.
    func validate<T: Scalar>(input: Tensor<T>) throws(MDLSTMError)

    /// The layer's members in a file, apart from `type`.
    var members: JSONObject { get }

    /// Reads the layer's members; the reader refuses all others.
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError)

    /// The layer's stage of the reference.
    ///
    /// - Parameters:
    ///   - grid: the grid of the input
    ///   - parameters: the layer's parameters, under their names within the layer
    ///   - noise: the key of the masks of dropout and zoneout in training; nil in inference, and of a batch norm that is frozen
    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T>
}

extension LayerKind {
    var inputSize: Int? { nil }
    var axes: Int? { nil }
    func outputSize(for size: Int) -> Int? { size }
    func outputAxes(for axes: Int) -> Int { axes }
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid { grid }
    var parameterShapes: [ParameterShape] { [] }
    var runningShapes: [ParameterShape] { [] }
    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> { ParameterTensors() }
    func validate(at index: Int, axes: Int) throws(MDLSTMError) {}
    func validateSize(of grid: Grid) throws(MDLSTMError) {}
    func validate<T: Scalar>(input: Tensor<T>) throws(MDLSTMError) {}
}

extension LayerDescription {
    /// Names and shapes of the layer's own tensors, in order.
    package var parameterShapes: [ParameterShape] { kind.parameterShapes }

    /// The `type` of the layer in files.
    public var typeName: String { type(of: kind).typeName }

    /// Elements of the layer's last tensors that no gradient changes.
    package var runningCount: Int { kind.runningShapes.reduce(0) { $0 + $1.count } }

    /// The symbols that a layer takes as its input; nil of one that takes numbers.
    package var symbols: Int? {
        switch self {
        case .embedding(let symbols, _), .oneHot(let symbols): symbols
        default: nil
        }
    }

    /// The features that the layer takes, where it says so, and makes of them.
    package var inputSize: Int { kind.inputSize ?? 0 }
    package var outputSize: Int { kind.outputSize(for: inputSize) ?? 0 }

    /// The layer itself, or what is within a skip.
    package var withoutSkip: LayerDescription {
        if case .skip(let layer, _) = self { layer } else { self }
    }

    /// The implementation of the layer.
    var kind: any LayerKind {
        switch self {
        case .recurrent(let configuration, let merge): RecurrentLayer(configuration: configuration, merge: merge)
        case .dense(let inputSize, let outputSize): DenseLayer(inputs: inputSize, outputs: outputSize)
        case .activation(let activation): ActivationLayer(activation: activation)
        case .patch(let window): PatchLayer(window: window)
        case .pool(let axes, let function): PoolLayer(pooledAxes: axes, function: function)
        case .maxPool(let window): MaxPoolLayer(window: window)
        case .convolution(let window, let stride, let padding, let inputSize, let outputSize):
            ConvolutionLayer(
                window: ConvolutionWindow(extents: window, stride: stride, padding: padding), inputs: inputSize,
                outputs: outputSize)
        case .reverse(let direction): ReverseLayer(direction: direction)
        case .embedding(let symbols, let size): EmbeddingLayer(symbols: symbols, size: size)
        case .oneHot(let symbols): OneHotLayer(symbols: symbols)
        case .dropout(let rate): DropoutLayer(rate: rate)
        case .batchNorm(let features, let momentum, let epsilon):
            BatchNormLayer(features: features, momentum: momentum, epsilon: epsilon)
        case .mcgsm(let head): MCGSMLayer(head: head)
        case .skip(let layer, let first): SkipLayer(layer: layer, first: first)
        }
    }

    /// Every kind of layer that a file can have.
    static let kinds: [any LayerKind.Type] = [
        RecurrentLayer.self, DenseLayer.self, ActivationLayer.self, PatchLayer.self, EmbeddingLayer.self,
        OneHotLayer.self, DropoutLayer.self, PoolLayer.self, MaxPoolLayer.self, ConvolutionLayer.self,
        ReverseLayer.self, BatchNormLayer.self, MCGSMLayer.self, SkipLayer.self,
    ]
}
