public import MDLSTM
import OpenCLRuntime

/// The parts of a step, for losses of the caller's and gradients over several batches.
extension OpenCLTrainer {
    public func forward(_ batch: TrainingBatch<Element>) throws -> Tensor<Element> {
        let buffers = try begin(batch, over: try model.validatedGrid(of: batch))
        carried.keep()
        return try buffers.pass.readOutput()
    }

    public func backward(outputGradient dy: Tensor<Element>) throws {
        guard let last else { throw noForwardPass() }
        let values = try model.validated(outputGradient: dy, over: last.buffers.pass.outputGrid)
        // A backward pass takes the place of what the forward pass kept.
        if last.isSpent { try computeForward(last) }
        try computeBackward(try last.buffers.write(outputGradient: values))
    }

    public func add(gradients: ParameterTensors<Element>) throws {
        let added = try gradients.ordered(as: model.parameterShapes).flat
        var sums = isPending ? try gradientValues.read() : Array(repeating: 0, count: added.count)
        for index in trainedRanges.joined() { sums[index] += added[index] }
        try gradientValues.write(sums)
        isPending = true
    }

    public func inputGradient() throws -> Tensor<Element> {
        guard let last, last.isSpent, let gradient = try last.buffers.pass.readInputGradient() else {
            throw noInputGradient()
        }
        return gradient
    }

    public func apply(scale: Double) throws -> UpdateReport {
        guard isPending else { throw noGradients() }
        if scale != 1 { try library.scale(gradientValues, by: scale) }
        let done = try update(others: [])
        return UpdateReport(step: done.step, gradientNorm: done.gradientNorm, learningRate: done.learningRate)
    }
}
