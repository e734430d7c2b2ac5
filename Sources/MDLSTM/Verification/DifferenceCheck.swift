/// How the gradients of a case are compared with differences of its forward pass.
package struct DifferenceCheck: Sendable {
    /// Step h of the differences of single elements; that along a direction through everything is a tenth of it.
    package var step = 1e-3

    /// What an element may be off whatever its size: this part of the tensor's largest gradient, and this much.
    package var relativeFloor = 1e-9, absoluteFloor = 0.0

    /// Whether the equations jump where numbers of the case may be: elements whose differences at two steps disagree are
    /// then left out.
    package var hasJumps = false

    /// For equations that jump: a step that seldom reaches a jump, and the rounding that it brings.
    package static let acrossJumps = DifferenceCheck(step: 1e-5, absoluteFloor: 1e-9, hasJumps: true)

    package init(step: Double = 1e-3, absoluteFloor: Double = 0, hasJumps: Bool = false) {
        (self.step, self.absoluteFloor, self.hasJumps) = (step, absoluteFloor, hasJumps)
    }

    /// Shorter steps where a layer norm of nearly equal values makes the loss bend more, or where clips, hard sigmoids and
    /// relus would bring their corners within reach.
    package init(_ options: CellOptions) {
        if options.layerNorm != .none { step = 2e-5 }
        let hasCorners =
            options.cellClip != nil || options.preactivationClip != nil || options.gateActivation == .hardSigmoid
            || options.candidateActivation == .relu || options.outputActivation == .relu
        if hasCorners { step = 1e-5 }
    }
}
