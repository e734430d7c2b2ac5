/// One function of the attribute activations, with its alpha and beta.
struct ONNXActivation: CustomStringConvertible {
    let name: String
    let alpha: Float?
    let beta: Float?

    var description: String {
        let parameters = [("alpha", alpha), ("beta", beta)].compactMap { name, value in value.map { "\(name) \($0)" } }
        return parameters.isEmpty ? name : "\(name)(\(parameters.joined(separator: ", ")))"
    }

    /// The functions f, g and h of one direction.
    struct Three: CustomStringConvertible {
        let gate, candidate, output: ONNXActivation
        var description: String { "\(gate), \(candidate), \(output)" }
    }

    /// How many of alpha and beta a function has; only those take one of activation_alpha and activation_beta, as in
    /// onnxruntime.
    private static let parameters = [
        "affine": 2, "elu": 1, "hardsigmoid": 2, "leakyrelu": 1, "scaledtanh": 2, "thresholdedrelu": 1,
    ]

    /// The functions of a node for each direction.
    static func all(of node: ONNXNode, directions: Int) throws(MDLSTMError) -> [Three] {
        let names =
            try node.attribute("activations")?.texts()
            ?? (0..<directions).flatMap { _ in ["Sigmoid", "Tanh", "Tanh"] }
        guard names.count == 3 * directions else {
            throw MDLSTMError(
                .data, "\(counted(names.count, "activation")); expected \(3 * directions): f, g and h of each direction"
            )
        }
        var alphas = (try node.attribute("activation_alpha")?.floats() ?? [])[...]
        var betas = (try node.attribute("activation_beta")?.floats() ?? [])[...]
        let functions = names.map { name in
            let count = parameters[name.lowercased()] ?? 0
            return ONNXActivation(
                name: name, alpha: count > 0 ? alphas.popFirst() : nil, beta: count > 1 ? betas.popFirst() : nil)
        }
        return (0..<directions).map {
            Three(gate: functions[3 * $0], candidate: functions[3 * $0 + 1], output: functions[3 * $0 + 2])
        }
    }

    /// The function of a candidate or an output.
    func cellActivation(_ role: String) throws(MDLSTMError) -> CellActivation {
        switch name.lowercased() {
        case "tanh": return .tanh
        case "relu": return .relu
        case "affine":
            // Without alpha the operator's definition has 1, onnxruntime 0.
            if alpha == 1, beta ?? 0 == 0 { return .identity }
            throw unsupported(role, "Tanh, Relu, or Affine with alpha 1 and beta 0")
        default: throw unsupported(role, "Tanh, Relu, or Affine with alpha 1 and beta 0")
        }
    }

    func unsupported(_ role: String, _ expected: String) -> MDLSTMError {
        MDLSTMError(.data, "activation \(self) of \(role) is not supported; expected \(expected)")
    }
}

extension ONNXActivation.Three {
    /// The functions as options, and what is added to the pre-activations of the gates.
    ///
    /// `clip(alpha a + beta, 0, 1)` is `clip(alpha (a + (beta - 0.5) / alpha) + 0.5, 0, 1)`, our hard sigmoid of a shifted
    /// pre-activation, unless that is clipped in between.
    func options(
        clip: Double?
    ) throws(MDLSTMError) -> (
        gate: GateActivation, slope: Double, shift: Double, candidate: CellActivation, output: CellActivation
    ) {
        let (candidate, output) = (
            try candidate.cellActivation("the candidate"), try output.cellActivation("the output")
        )
        switch gate.name.lowercased() {
        case "sigmoid": return (.sigmoid, CellOptions().gateSlope, 0, candidate, output)
        case "hardsigmoid":
            let (alpha, beta) = (Double(gate.alpha ?? 0.2), Double(gate.beta ?? 0.5))
            guard alpha > 0, alpha.isFinite, beta.isFinite else {
                throw gate.unsupported("the gates", "an alpha above 0")
            }
            guard beta == 0.5 || clip == nil else {
                throw gate.unsupported("the gates together with clip", "beta 0.5")
            }
            return (.hardSigmoid, alpha, (beta - 0.5) / alpha, candidate, output)
        default: throw gate.unsupported("the gates", "Sigmoid or HardSigmoid")
        }
    }
}
