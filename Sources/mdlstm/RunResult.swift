import MDLSTM

/// What `mdlstm run` has computed: the figures of `--stats`, and the check that all of it is finite.
struct RunResult<Element: Scalar> {
    private let outputIsFinite: Bool

    /// Every other tensor that must be finite, as messages call it.
    private let tensors: [(name: String, tensor: Tensor<Element>)]

    /// The range of the cell state, or in a model of the output.
    private let state: (name: String, key: String, range: CellRange<Element>?)

    private let gradients: [(name: String, range: CellRange<Element>?)]

    /// The result of one layer; cell range and gradients as far as they are there.
    init(_ result: LayerResult<Element>) {
        outputIsFinite = result.output.firstNonFinite == nil
        state = ("cell state", "cellState", result.cellRange)
        var gradients: [(name: String, tensor: Tensor<Element>)] = []
        if let all = result.gradients {
            gradients = all.parameters.entries + [("input", all.input)] + (all.initialState?.named.entries ?? [])
        }
        self.gradients = gradients.map { ($0.name, CellRange($0.tensor.values)) }
        tensors =
            Self.named(result.finalState)
            + gradients.map {
                ($0.name == "input" ? "the gradient of the input" : "the gradient of '\($0.name)'", $0.tensor)
            }
    }

    /// The result of one layer whose output was written in bands.
    init(_ result: StreamResult<Element>, outputIsFinite: Bool) {
        self.outputIsFinite = outputIsFinite
        state = ("cell state", "cellState", result.cellRange)
        gradients = []
        tensors = Self.named(result.finalState)
    }

    private static func named(_ state: BoundaryState<Element>?) -> [(name: String, tensor: Tensor<Element>)] {
        (state?.named.entries ?? []).map { ("the final state '\($0.name)'", $0.tensor) }
    }

    /// The output of a model.
    init(ofModel output: Tensor<Element>) {
        outputIsFinite = output.firstNonFinite == nil
        state = ("output", "output", CellRange(output.values))
        (gradients, tensors) = ([], [])
    }

    /// The log-likelihoods of a mixture; its gradients as far as they are there.
    init(ofHead result: MCGSMResult<Element>) {
        outputIsFinite = result.nats.firstNonFinite == nil
        state = ("output", "output", CellRange(result.nats.values))
        let all = result.gradients?.entries ?? []
        gradients = all.map { ($0.name, CellRange($0.tensor.values)) }
        tensors = all.map { ("the gradient of '\($0.name)'", $0.tensor) }
    }

    /// Name, least and largest, a line for each.
    var text: String {
        let rows = [(state.name, state.range)] + gradients.map { ("gradient of \($0.name)", $0.range) }
        return table(
            [["", "least", "largest"]]
                + rows.map { name, range in [name, text(range?.least), text(range?.largest)] })
    }

    private func text(_ value: Element?) -> String { value.map { "\($0)" } ?? "none" }

    /// `{"cellState":{"least":..,"largest":..},"gradients":{"weight_ih":{..},..}}`
    var json: JSONValue {
        var object: JSONObject = [state.key: json(state.range)]
        if !gradients.isEmpty {
            object["gradients"] = .object(gradients.reduce(into: JSONObject()) { $0[$1.name] = json($1.range) })
        }
        return .object(object)
    }

    private func json(_ range: CellRange<Element>?) -> JSONValue {
        range.map { ["least": json($0.least), "largest": json($0.largest)] } ?? .null
    }

    /// A number, or the name of one that JSON cannot hold.
    private func json(_ value: Element) -> JSONValue {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return .number(Double(value))
    }

    /// Refuses results that left the finite range, naming the first tensor.
    func requireFinite() throws(MDLSTMError) {
        let range = state.range.map { ("the \(state.name)", Tensor(shape: [2], values: [$0.least, $0.largest])) }
        let first = (tensors + [range].compactMap(\.self)).first { $1.firstNonFinite != nil }?.name
        guard let name = outputIsFinite ? first : "the output" else { return }
        throw MDLSTMError(
            .notFinite,
            "\(name) has NaN or infinite values: the weights let cell states or gradients grow beyond "
                + "\(Element.precision.rawValue)")
    }
}
