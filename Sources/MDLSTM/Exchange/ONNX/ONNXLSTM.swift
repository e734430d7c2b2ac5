/// An LSTM node of a model in ONNX's format: what makes a layer, and what a layer does not hold.
public struct ONNXLSTM: Sendable {
    /// Whether the batch is the first axis of the node's input, `[B, T, I]` as ours, or the second.
    public var isBatchFirst: Bool { attributes.isBatchFirst }

    /// Where the lengths of the samples come from; nil without any.
    public let lengths: String?

    /// Where the initial h and c come from that the file does not hold, such as "h from the model's input 'h0'".
    public private(set) var stateOrigins: [String] = []

    /// Whether the file holds an initial state that is not zero.
    public private(set) var hasInitialState = false

    /// Whether the model repeats its initial state for every sample.
    public private(set) var repeatsInitialState = false

    private let attributes: ONNXAttributes
    private let weights: TensorFile
    private var states: [TensorFile.Entry?] = []

    init(_ node: ONNXNode, of graph: ONNXGraph, data: ONNXExternalData) throws(MDLSTMError) {
        let name = "\(graph.file), \(node.description)"
        do { attributes = try ONNXAttributes(node) } catch {
            throw MDLSTMError(error.kind, "\(name): \(error.message)")
        }
        var constants = ONNXConstants(graph, data: data)
        var weights = TensorFile(name: name)
        for (role, index) in [("W", 1), ("R", 2), ("B", 3), ("P", 7)] {
            guard let input = node.input(index) else { continue }
            switch try constants.value(input) {
            case .constant(let entry): weights.append(role, entry)
            case .repeated: throw Self.unknown(role, "a repeated value", name)
            case .unknown(let origin): throw Self.unknown(role, origin, name)
            }
        }
        self.weights = weights
        lengths = try node.input(4).map { input throws(MDLSTMError) in
            if case .unknown(let origin) = try constants.value(input) { return origin }
            return "'\(input)' in the file"
        }
        for (index, state) in [(5, "h"), (6, "c")] {
            guard let input = node.input(index) else {
                states.append(nil)
                continue
            }
            switch try constants.value(input) {
            case .constant(let entry): states.append(entry)
            case .repeated(let entry):
                states.append(entry)
                repeatsInitialState = repeatsInitialState || !entry.isZero
            case .unknown(let origin):
                states.append(nil)
                stateOrigins.append("\(state) from \(origin)")
            }
        }
        hasInitialState = states.contains { $0?.isZero == false }
    }

    private static func unknown(_ role: String, _ origin: String, _ name: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(name): its weights \(role) come from \(origin); expected them in the file: export the model with its "
                + "parameters, as constants")
    }

    /// float64 if a tensor of the weights is; otherwise float32 holds them without loss.
    public var precision: Precision { weights.precision }

    /// The layer.
    public func layer<T: Scalar>(as type: T.Type = T.self) throws(MDLSTMError) -> LayerFile<T> {
        let tensors: ParameterTensors<T> = try weights.tensors()
        do {
            let source = try ForeignTensors<T>.single(in: tensors, example: "W, R, B, P") { ("", $0) }
            return try LayerFile(onnx: source, attributes)
        } catch {
            throw MDLSTMError(.data, "\(weights.name): \(error.message)")
        }
    }

    /// The initial state in the file, `[D, B, 1, H]`; B is 1 for one that the model repeats for every sample.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` when there is none or a part of it is not in the file.
    public func initialState<T: Scalar>(of layer: LayerFile<T>) throws(MDLSTMError) -> BoundaryState<T> {
        guard stateOrigins.isEmpty else {
            throw failure("it has its initial \(listed(stateOrigins)); only what is in the file can be written")
        }
        guard states.contains(where: { $0 != nil }) else {
            throw failure("it has no initial state that could be written")
        }
        let batchAxis = isBatchFirst ? 0 : 1
        let batch = states.reduce(1) { most, state in
            state.map { $0.shape.count == 3 ? max(most, $0.shape[batchAxis]) : most } ?? most
        }
        let (D, H) = (layer.configuration.directions.count, layer.configuration.hiddenSize)
        var tensors: [Tensor<T>] = []
        for (state, name) in zip(states, ["initial_h", "initial_c"]) {
            tensors.append(
                try state.map { entry throws(MDLSTMError) in try tensor(entry, name, [D, batch, 1, H]) }
                    ?? Tensor(zeros: [D, batch, 1, H]))
        }
        return BoundaryState(h: [tensors[0]], c: [tensors[1]])
    }

    /// A state `[D, B, H]`, or `[B, D, H]` where the batch is first, or what is repeated to be one.
    private func tensor<T: Scalar>(
        _ entry: TensorFile.Entry, _ name: String, _ shape: [Int]
    ) throws(MDLSTMError) -> Tensor<T> {
        let (D, B, H) = (shape[0], shape[1], shape[3])
        let extents = isBatchFirst ? [B, D, H] : [D, B, H]
        guard entry.type.isFloatingPoint, entry.shape.count <= 3,
            zip(entry.shape.reversed(), extents.reversed()).allSatisfy({ $0 == $1 || $0 == 1 })
        else {
            throw failure(
                "\(name) has type \(entry.type.rawValue) and shape \(entry.shape); expected floats of \(extents)")
        }
        try requireMemory(for: shape.reduce(1, *), of: T.self, "\(weights.name): \(name)")
        // The step along an axis of one site is 0.
        let whole = Array(repeating: 1, count: 3 - entry.shape.count) + entry.shape
        let steps = [whole[0] == 1 ? 0 : whole[1] * whole[2], whole[1] == 1 ? 0 : whole[2], whole[2] == 1 ? 0 : 1]
        let values = entry.type.decode(entry.bytes, as: T.self)
        var tensor = Tensor<T>(zeros: shape)
        for d in 0..<D {
            for b in 0..<B {
                let first = isBatchFirst ? b * steps[0] + d * steps[1] : d * steps[0] + b * steps[1]
                for j in 0..<H { tensor.values[(d * B + b) * H + j] = values[first + j * steps[2]] }
            }
        }
        try tensor.requireFinite("\(weights.name): \(name)")
        return tensor
    }

    private func failure(_ what: String) -> MDLSTMError { MDLSTMError(.data, "\(weights.name): \(what)") }
}
