import MDLSTM
import OpenCLRuntime

/// One launch for each wavefront, over all of its tiles.
struct FusedWay<Element: Scalar>: ItemTilesWay {
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let launch = try forwardLaunch(layer)
        for d in 0..<layer.schedule.host.wavefrontCount { try launch(d, x) }
    }

    /// What computes a wavefront of the forward pass, given its number and the input.
    func forwardLaunch(_ layer: Recurrent<Element>) throws -> (_ wavefront: Int, _ x: Buffer<Element>) throws -> Void {
        let (shape, schedule) = (layer.shape, layer.schedule.host)
        let cell = shape.cell
        let kernel = try forwardKernel(layer, "fused_forward")
        let state = try layer.forwardState()
        let finish = try finish(layer, "norm_forward", files: shape.program.forwardFiles, state: state)
        return { [weights = layer.weights] d, x in
            let (first, rows) = (schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d))
            let tiles = (rows + shape.forwardRows - 1) / shape.forwardRows
            for phase in cell.phases {
                try kernel.launch(
                    items: phase.count * (shape.padded / shape.width) * tiles, sets: shape.directions,
                    [
                        .int(first), .int(rows), .int(schedule.firstSet(wavefront: d)), .int(phase.lowerBound),
                        .int(phase.count), .int(cell.inputSize), .int(shape.padded), .buffer(x),
                        .buffer(weights.forward),
                    ] + state)
            }
            try finish?(d)
        }
    }

    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws {
        let (shape, schedule) = (layer.shape, layer.schedule.host)
        let kernel = try backwardKernel(layer, "fused_backward")
        let state = try layer.backwardState()
        let finish = try finish(layer, "norm_backward", files: shape.program.backwardFiles, state: state)
        let spans = shape.padded / (shape.width * shape.backwardSpan)
        for d in (0..<schedule.wavefrontCount).reversed() {
            let (first, rows) = (schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d))
            let tiles = (rows + shape.backwardRows - 1) / shape.backwardRows
            for phase in shape.cell.phases.reversed() {
                try kernel.launch(
                    items: phase.count * spans * tiles, sets: shape.directions,
                    [
                        .int(first), .int(rows), .int(schedule.firstSet(wavefront: d)), .int(phase.lowerBound),
                        .int(phase.count),
                    ] + target + [.buffer(layer.weights.backward)] + state)
            }
            try finish?(d)
        }
    }
}
