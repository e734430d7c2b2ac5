import MDLSTM
import OpenCLRuntime

/// One launch for many wavefronts: each work-item walks the wavefronts of its own samples, block of sites and direction.
struct SweepWay<Element: Scalar>: ItemTilesWay {
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let shape = layer.shape
        let sweep = try layer.schedule.sweep()
        let kernel = try forwardKernel(layer, "sweep_forward")
        let state = try layer.forwardState()
        for stage in sweep.stages {
            try kernel.launch(
                items: stage.count,
                [
                    .int(stage.lowerBound), .int(stage.count), .int(shape.directions), .int(shape.cell.inputSize),
                    .int(shape.configuration.hiddenSize), .int(shape.padded), .buffer(sweep.items),
                    .buffer(sweep.starts), .buffer(sweep.sets), .buffer(sweep.rows), .buffer(x),
                    .buffer(layer.weights.forward),
                ] + state)
        }
    }

    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws {
        let sweep = try layer.schedule.sweep()
        let kernel = try backwardKernel(layer, "sweep_backward")
        let state = try layer.backwardState()
        for stage in sweep.stages.reversed() {
            try kernel.launch(
                items: stage.count,
                [
                    .int(stage.lowerBound), .int(stage.count), .int(layer.directions), .buffer(sweep.items),
                    .buffer(sweep.starts), .buffer(sweep.sets), .buffer(sweep.rows),
                ] + target + [.buffer(layer.weights.backward)] + state)
        }
    }
}
