/// What the attributes of ONNX's operator LSTM make of a layer.
///
/// input_forget is f = 1 - i, and clip is applied to the pre-activations of all gates and the candidate, peepholes included,
/// but not to the cell state: so onnxruntime 1.32 computes them.
struct ONNXAttributes: Sendable {
    var directions: [Direction]

    /// The options of the cell; peepholes are told by the tensors.
    var options = CellOptions()

    /// What is added to the pre-activations of i, o and f in each direction.
    var gateShifts: [Double]

    /// The size the node states, if it does.
    var hiddenSize: Int?

    /// Whether the batch is the first axis of the node's input, or the second.
    var isBatchFirst = false

    /// The attributes that have their defaults.
    init(directions: [Direction]) {
        self.directions = directions
        gateShifts = directions.map { _ in 0 }
    }

    /// The attributes of a node, in the errors of which the file is not named.
    init(_ node: ONNXNode) throws(MDLSTMError) {
        let known = [
            "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "input_forget",
            "layout",
        ]
        // Which outputs there are, in the first version of the operator.
        if let other = node.attributes.first(where: { !(known + ["output_sequence"]).contains($0.name) }) {
            throw MDLSTMError(
                .data, "attribute '\(other.name)' is none of an LSTM; expected \(known.joined(separator: ", "))")
        }
        let both = Direction.all(axes: 1)
        switch try node.attribute("direction")?.string() ?? "forward" {
        case "forward": self.init(directions: [both[0]])
        case "reverse": self.init(directions: [both[1]])
        case "bidirectional": self.init(directions: both)
        case let other:
            throw MDLSTMError(.data, "direction '\(other)'; expected forward, reverse or bidirectional")
        }
        hiddenSize = try node.attribute("hidden_size")?.integer()
        let layout = try node.attribute("layout")?.integer() ?? 0
        guard layout == 0 || layout == 1 else { throw MDLSTMError(.data, "layout is \(layout); expected 0 or 1") }
        isBatchFirst = layout == 1
        if try node.attribute("input_forget")?.integer() ?? 0 != 0 { options.variant = .coupled }
        if let clip = try node.attribute("clip")?.float() {
            guard clip > 0, clip.isFinite else {
                throw MDLSTMError(.data, "clip is \(clip); expected a finite number above 0")
            }
            options.preactivationClip = Double(clip)
        }
        let activations = try ONNXActivation.all(of: node, directions: directions.count)
        for (index, three) in activations.enumerated() {
            let functions = try three.options(clip: options.preactivationClip)
            if index == 0 {
                (options.gateActivation, options.gateSlope) = (functions.gate, functions.slope)
                options.candidateActivation = functions.candidate
                options.outputActivation = functions.output
            }
            gateShifts[index] = functions.shift
            let same =
                options.gateActivation == functions.gate && options.gateSlope == functions.slope
                && options.candidateActivation == functions.candidate && options.outputActivation == functions.output
            guard same else {
                throw MDLSTMError(
                    .data,
                    "the activations are \(activations[0]) forwards and \(three) in reverse; both directions of a layer "
                        + "have the same: convert two nodes of one direction")
            }
        }
    }
}
