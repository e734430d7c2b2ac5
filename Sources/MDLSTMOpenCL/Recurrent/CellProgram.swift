import MDLSTM

/// The files and constants of the kernels that compute a layer's cell, from the card of the cell.
struct CellProgram {
    private let layer: LayerConfiguration

    /// Files joined before the kernels of the forward pass, in order, and of the backward pass; the row's own last.
    let forwardFiles: [String], backwardFiles: [String]

    /// The slots of gates and peepholes, and the options that are not the default.
    private let slots: KernelConstants, switches: KernelConstants

    init(layer: LayerConfiguration) {
        self.layer = layer
        let traits = layer.cell.traits
        let noise = layer.options.zoneout.isNone ? [] : ["philox", "zoneout"]
        let forward = ["layout"] + noise + traits.kernelHelpers + [traits.kernel + "_forward"]
        let backward = forward + [traits.kernel + "_backward"]
        if layer.options.layerNorm != .none {
            forwardFiles = forward + ["norm", "norm_forward_row"]
            backwardFiles = backward + ["norm", "norm_forward_row", "norm_backward_row"]
        } else {
            let row = layer.hasStatesByAxis ? "grid_" : ""
            forwardFiles = forward + [row + "forward_row"]
            backwardFiles = backward + [row + "backward_row"]
        }
        slots = Self.slots(of: layer)
        switches = Self.switches(of: layer)
    }

    /// Constants of the kernels that compute the cell, besides those of the rows' layout.
    func constants(_ precision: Precision) -> KernelConstants {
        let options = layer.options
        var constants = slots.adding(switches)
        if options.forgetSum == .mean { constants = constants.adding("SHARE", 1 / Double(layer.axes), precision) }
        if let clip = options.cellClip { constants = constants.adding("CLIP", clip, precision) }
        constants = constants.adding(options.activationConstants(precision))
        if options.layerNorm != .none { constants = constants.adding("NORM_EPSILON", options.normEpsilon, precision) }
        if !options.zoneout.isNone {
            constants = constants.adding("MEAN_H", options.zoneout.hidden, precision)
            constants = constants.adding("MEAN_C", options.zoneout.cell, precision)
        }
        return constants
    }

    /// The slot of every gate and peephole that some layer of the cell has, -1 for one that this layer has not.
    private static func slots(of layer: LayerConfiguration) -> KernelConstants {
        var slots: KernelConstants = ["PEEP_VECTORS": RowLayout(layer: layer).peepholes]
        for gate in layer.cell.traits.knownGates {
            slots = slots.adding("GATE_" + gate.kernelName, layer.slot(gate) ?? -1)
        }
        for peephole in layer.cell.traits.knownPeepholes {
            slots = slots.adding("PEEP_" + peephole.gate.kernelName, layer.slot(peephole) ?? -1)
        }
        return slots
    }

    private static func switches(of layer: LayerConfiguration) -> KernelConstants {
        let options = layer.options
        var switches: KernelConstants = [:]
        // Of the other variants the activations, gates without a slot, and the layout of FGR say enough.
        if [.coupled, .coupledForget].contains(options.variant) { switches = switches.adding("COUPLED", 1) }
        if layer.squashesProduct { switches = switches.adding("OF_PRODUCT", 1) }
        if options.forgetSum == .max { switches = switches.adding("FORGET_MAX", 1) }
        if !options.zoneout.isNone {
            switches = switches.adding("ZONEOUT_H", Int(NoiseKey.threshold(options.zoneout.hidden)))
            switches = switches.adding("ZONEOUT_C", Int(NoiseKey.threshold(options.zoneout.cell)))
        }
        return switches
    }
}

extension Gate {
    /// The gate, or the first of its kind, in the names of constants: `GATE_I` is its slot, `PEEP_I` that of its peephole.
    fileprivate var kernelName: String {
        switch self {
        case .input: "I"
        case .forget: "F"
        case .candidate: "G"
        case .output: "O"
        case .share: "L"
        case .leak: "K"
        case .pastOutput: "O1"
        case .newOutput: "O2"
        }
    }
}
