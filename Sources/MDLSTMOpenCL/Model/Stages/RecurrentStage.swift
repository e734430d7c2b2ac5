import MDLSTM
import OpenCLRuntime

/// A recurrent layer of a model.
final class RecurrentStage<Element: Scalar>: ModelStage {
    private let pass: any RecurrentPass<Element>

    init(_ configuration: LayerConfiguration, merge: DirectionMerge, _ maker: StageMaker<Element>) throws {
        var request = LayerRequest(
            configuration, grid: maker.grid, path: maker.path, training: maker.training,
            slots: RecurrentSlots(maker.layout, prefix: maker.prefix), merge: merge,
            inputGradient: maker.wantsInputGradient)
        request.boundaryStates = maker.carriesStates
        pass = try maker.library.makeRecurrentPass(
            request, schedule: maker.table as? HostSchedule, recomputing: maker.workSpace)
        layer?.weights.keepsPacked = maker.keepsPacked
    }

    /// The layer, where it keeps all states.
    var layer: Recurrent<Element>? { pass as? Recurrent<Element> }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try pass.output(x: x, parameters: parameters, training: training, noise: noise)
    }

    func backward(_ pass: StageBackward<Element>) throws {
        try self.pass.gradients(
            x: pass.x, dy: pass.dy, parameters: pass.parameters, into: pass.gradients, adding: pass.adding,
            inputGradient: pass.dx)
    }
}
