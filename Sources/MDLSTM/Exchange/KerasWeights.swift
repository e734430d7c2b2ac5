/// What the arrays of a Keras `LSTM` do not say: the arguments it was made with.
public struct KerasOptions: Hashable, Sendable {
    /// `activation`, of the candidate and the output.
    public var activation = CellActivation.tanh

    /// `recurrent_activation`, of the gates.
    public var recurrentActivation = KerasGateActivation.sigmoid

    /// `go_backwards`: the steps are read from the last to the first, and the outputs are in that order.
    public var goesBackwards = false

    /// `merge_mode` of a `Bidirectional`; nil for `concat`, which is also that of a single direction.
    public var mergeMode: DirectionMerge?

    public init() {}

    /// The defaults, changed by `change`.
    public init(_ change: (inout KerasOptions) -> Void) { change(&self) }
}

/// The gates' functions of Keras: `sigmoid`, and the `hard_sigmoid` of its versions.
public enum KerasGateActivation: String, CaseIterable, Sendable {
    case sigmoid
    /// `clip(a / 6 + 0.5, 0, 1)`, Keras 3.
    case hardSigmoid = "hard-sigmoid"
    /// `clip(0.2 a + 0.5, 0, 1)`, Keras 1 and 2 and tf.keras before TensorFlow 2.16.
    case hardSigmoidKeras2 = "hard-sigmoid-keras2"
}

extension WeightFile {
    /// What a Keras `LSTM`, or a `Bidirectional` with the tensors of both directions, computes.
    ///
    ///     kernel            [I, 4H]   weight_ih = kernel^T              gates in the order i, f, c, o
    ///     recurrent_kernel  [H, 4H]   weight_hh = recurrent_kernel^T
    ///     bias              [4H]      bias; zeros where absent
    ///
    /// A bias of `[8H]` is that of a `CuDNNLSTM`: two that add, and kernels laid out as cuDNN's. The sum of both directions
    /// is a model, and so is a layer that goes backwards: the steps turned round, then the layer.
    static func fromKeras(
        _ tensors: ParameterTensors<Element>, _ options: KerasOptions
    ) throws(MDLSTMError) -> WeightFile {
        let roles = ["kernel", "recurrent_kernel", "bias"]
        var groups = try ForeignTensors<Element>.groups(of: tensors, example: roles.joined(separator: ", ")) {
            $0.split(before: roles)
        }
        if groups.count == 2 {
            guard let order = ForeignTensors<Element>.directions(of: groups[0].prefix, groups[1].prefix) else {
                throw severalLayers(groups)
            }
            if order == .reverse { groups.swapAt(0, 1) }
        }
        guard groups.count <= 2 else { throw severalLayers(groups) }
        if groups.count == 1, groups[0].isNamed("backward") {
            throw MDLSTMError(
                .data, "all names begin with '\(groups[0].prefix)'; expected also the tensors of the forward direction")
        }
        var weights: [LSTMWeights<Element>] = []
        for group in groups { weights.append(try group.kerasWeights()) }
        let (first, last) = (weights[0], weights[weights.count - 1])
        guard first.input.shape == last.input.shape, first.recurrent.shape == last.recurrent.shape else {
            throw MDLSTMError(
                .data,
                "'\(groups[1].prefix)kernel' has shape \(groups[1]["kernel"].shape); expected "
                    + "\(groups[0]["kernel"].shape) as '\(groups[0].prefix)kernel'")
        }
        let layer = try LayerFile(
            weights, directions: Array(Direction.all(axes: 1).prefix(groups.count)), options: options.cell)
        guard options.goesBackwards || options.mergeMode != nil else { return .layer(layer) }
        guard groups.count == 2 || options.mergeMode == nil else {
            throw MDLSTMError(.data, "has one direction; a merge mode is that of a Bidirectional, which has two")
        }
        guard groups.count == 1 || !options.goesBackwards else {
            throw MDLSTMError(
                .data,
                "has both directions; a Bidirectional goes backwards in one of them: give go_backwards for a single one"
            )
        }
        if options.goesBackwards { return try WeightFile(backwards: layer) }
        guard options.mergeMode == .sum else { return .layer(layer) }
        return try WeightFile(layers: [.recurrent(layer.configuration, merge: .sum)], of: layer)
    }

    /// The layer with its steps turned round, input and output.
    private init(backwards layer: LayerFile<Element>) throws(MDLSTMError) {
        try self.init(layers: [.reverse("-"), .recurrent(layer.configuration)], of: layer)
    }

    /// A model whose last layer is `layer`; those before have no tensors.
    private init(layers: [LayerDescription], of layer: LayerFile<Element>) throws(MDLSTMError) {
        let model = try ModelConfiguration(inputSize: layer.configuration.inputSize, axes: 1, layers: layers)
        var parameters = ParameterTensors<Element>()
        for (name, tensor) in layer.parameters { parameters["\(layers.count - 1).\(name)"] = tensor }
        self = .model(ModelFile(model: model, parameters: parameters))
    }

    private static func severalLayers(_ groups: [ForeignTensors<Element>]) -> MDLSTMError {
        let prefixes = groups.map { "'\($0.prefix)'" }.joined(separator: ", ")
        return MDLSTMError(
            .data,
            "the names have the prefixes \(prefixes); expected one LSTM, or a forward_.. and a backward_.. one: convert "
                + "several layers one at a time"
                + ForeignNames.advice(for: groups.map { $0.prefix + "recurrent_kernel" }))
    }
}

extension KerasOptions {
    /// The options of the cell.
    fileprivate var cell: CellOptions {
        CellOptions {
            $0.candidateActivation = activation
            $0.outputActivation = activation
            switch recurrentActivation {
            case .sigmoid: break
            case .hardSigmoid: ($0.gateActivation, $0.gateSlope) = (.hardSigmoid, 1.0 / 6)
            case .hardSigmoidKeras2: ($0.gateActivation, $0.gateSlope) = (.hardSigmoid, 0.2)
            }
        }
    }
}

private enum DirectionOrder { case asGiven, reverse }

extension ForeignTensors {
    /// Whether two prefixes are those of a Bidirectional's directions, and in which order: they differ first in a part that
    /// is `forward..` in one and `backward..` in the other.
    fileprivate static func directions(of a: String, _ b: String) -> DirectionOrder? {
        let (first, second) = (a.split { "/.".contains($0) }, b.split { "/.".contains($0) })
        guard let (one, other) = zip(first, second).first(where: { $0 != $1 }) else { return nil }
        func isPair(_ forward: Substring, _ backward: Substring) -> Bool {
            forward.hasPrefix("forward") && backward.hasPrefix("backward")
                && forward.dropFirst("forward".count) == backward.dropFirst("backward".count)
        }
        return isPair(one, other) ? .asGiven : isPair(other, one) ? .reverse : nil
    }

    /// Whether a part of the prefix begins with `word`.
    fileprivate func isNamed(_ word: String) -> Bool {
        prefix.split { "/.".contains($0) }.contains { $0.hasPrefix(word) }
    }

    fileprivate func kerasWeights() throws(MDLSTMError) -> LSTMWeights<T> {
        let H = try shape(of: "recurrent_kernel", "[H, 4H]")[0]
        let I = try shape(of: "kernel", "[I, 4H]")[0]
        let isCuDNN = tensors["bias"]?.shape == [8 * H]
        var shapes = [
            ParameterShape(name: "kernel", shape: [I, 4 * H]),
            ParameterShape(name: "recurrent_kernel", shape: [H, 4 * H]),
        ]
        if has("bias") { shapes.append(ParameterShape(name: "bias", shape: [(isCuDNN ? 8 : 4) * H])) }
        try require(shapes)
        if isCuDNN {
            let biases = self["bias"].reshaped([2, 4 * H])
            return LSTMWeights(
                input: self["kernel"].cuDNNGates(), recurrent: self["recurrent_kernel"].cuDNNGates(),
                bias: biases.element(0) + biases.element(1))
        }
        return LSTMWeights(
            input: self["kernel"].transposed(), recurrent: self["recurrent_kernel"].transposed(),
            bias: tensors["bias"] ?? Tensor(zeros: [4 * H]))
    }
}

extension Tensor where Element: Scalar {
    /// `[4H, K]` out of a kernel `[K, 4H]` of a CuDNNLSTM: the numbers of each gate's `[K, H]`, read row by row, are its
    /// `[H, K]`.
    fileprivate func cuDNNGates() -> Tensor {
        let H = shape[1] / 4
        let gates = (0..<4).map { columns(($0 * H)..<(($0 + 1) * H)) }
        return Tensor(shape: [4 * H, shape[0]], values: gates.flatMap(\.values))
    }
}
