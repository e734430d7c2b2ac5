import ArgumentParser
import MDLSTM

/// The direction of ONNX's operator, where it is one.
enum SequenceDirection: String, CaseIterable, ExpressibleByArgument {
    case forward, reverse
}

/// The flags of `convert` for ONNX.
struct ONNXOptions: ParsableArguments {
    @Option(help: "The LSTM node of an .onnx file: its name, or of its output where it has none.")
    var node: String?

    @Option(help: "Where to write the initial state of an .onnx file, for 'run --initial-state'.")
    var initialStateOutput: String?

    @Option(help: "The direction of arrays W, R, B, P of a single one: forward or reverse.")
    var direction: SequenceDirection?

    /// The flags that were given.
    var given: [String] {
        [
            node.map { _ in "--node" }, initialStateOutput.map { _ in "--initial-state-output" },
            direction.map { _ in "--direction" },
        ].compactMap { $0 }
    }

    /// The model in an .onnx file; nil for a file of another kind.
    static func model(_ bytes: [UInt8], path: String) throws(MDLSTMError) -> ONNXModel? {
        switch FileKind(bytes) {
        case .onnx: try ONNXModel(parsing: bytes, name: path)
        // Nothing at its start marks a model for sure.
        case .unknown: try? ONNXModel(parsing: bytes, name: path)
        default: nil
        }
    }

    /// Refuses flags that go with an .onnx file only, or with arrays only.
    ///
    /// - Parameter isModel: whether the file, `path`, is an .onnx file
    func requireFlags(of path: String, isModel: Bool) throws(MDLSTMError) {
        if isModel, direction != nil {
            throw MDLSTMError(
                .option, "--direction goes with arrays; \(path) is a model, whose nodes say their direction")
        }
        if !isModel, let flag = given.first(where: { $0 != "--direction" }) {
            throw MDLSTMError(.option, "\(flag) goes with an .onnx file; \(path) has arrays")
        }
    }

    /// The node that was asked for.
    func lstm(of model: ONNXModel, path: String) throws(MDLSTMError) -> ONNXLSTM {
        let names = model.lstmNames
        guard names.count < 2 || node != nil else {
            throw MDLSTMError(
                .data,
                "\(path): \(names.count) LSTM nodes; choose one with --node: "
                    + names.map { "'\($0)'" }.joined(separator: ", "))
        }
        return try model.lstm(node)
    }

    /// The layer of a node, and its initial state if that is to be written.
    func convert<T: Scalar>(
        _ lstm: ONNXLSTM, path: String
    ) throws(MDLSTMError) -> (layer: LayerFile<T>, state: BoundaryState<T>?) {
        let layer: LayerFile<T> = try lstm.layer()
        guard initialStateOutput != nil else {
            if lstm.hasInitialState {
                throw MDLSTMError(
                    .data,
                    "\(path): the LSTM begins with a state in the file that is not zero, which no layer holds; give "
                        + "--initial-state-output STATE.safetensors, and that file to 'run --initial-state'")
            }
            return (layer, nil)
        }
        return (layer, try lstm.initialState(of: layer))
    }

    /// What of a node is not in its layer, a line each.
    func remarks(on lstm: ONNXLSTM, path: String) -> [String] {
        let layout =
            lstm.isBatchFirst
            ? "its input is [B, T, I] (layout 1), as the layer's"
            : "its input is [T, B, I] (layout 0), the layer's [B, T, I]"
        let lengths = lstm.lengths.map { "the lengths of its samples come from \($0); give them to 'run --lengths'" }
        let state =
            lstm.stateOrigins.isEmpty
            ? nil
            : "it has its initial \(listed(lstm.stateOrigins)); both are zero unless 'run --initial-state' gives them"
        let repetition =
            lstm.repeatsInitialState && lstm.stateOrigins.isEmpty
            ? "it repeats its initial state for every sample; \(initialStateOutput ?? "") has it once" : nil
        return [layout, lengths, state, repetition].compactMap { $0 }.map { "\(path): \($0)" }
    }
}
