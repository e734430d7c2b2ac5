import MDLSTM

extension CellOptions {
    /// The constants of `lstm_gates.cl` and `lstm_output.cl` for activations that are not the default.
    func activationConstants(_ precision: Precision) -> KernelConstants {
        var constants: KernelConstants = [:]
        func add(_ name: String, _ value: Double) { constants = constants.adding(name, value, precision) }
        for (name, function) in [("CANDIDATE", candidateFunction), ("OUTPUT", outputFunction)] where function != .tanh {
            constants = constants.adding(name, function.kernelNumber)
        }
        if gateActivation == .hardSigmoid { add("GATE_SLOPE", gateSlope) }
        if let preactivationClip { add("PRE_CLIP", preactivationClip) }
        guard gateActivation == .hardSigmoid || preactivationClip != nil else { return constants }
        // What a device computes at the clip is right to some units in the last place, which are taken off.
        let margin = preactivationClip == nil ? 0 : precision == .float32 ? 0x1p-19 : 0x1p-46
        let gate = GateFunction<Double>(self)
        add("GATE_LEAST", gate.least * (1 + margin))
        add("GATE_MOST", gate.most * (1 - margin))
        if let most = CandidateFunction<Double>(self).most { add("CANDIDATE_MOST", most * (1 - margin)) }
        return constants
    }
}

extension CellActivation {
    /// Its number in `squash.cl`.
    fileprivate var kernelNumber: Int {
        switch self {
        case .relu: 1
        case .tanh: 2
        case .identity: 3
        }
    }
}
