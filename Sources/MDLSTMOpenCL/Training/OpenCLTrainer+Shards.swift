public import MDLSTM
import OpenCLRuntime

/// Parts of a batch on the device: sums go to the host, and come back from there for the update.
extension OpenCLTrainer {
    /// The last layers whose gradients are a mebibyte, then those before them, and so on.
    public var gradientParts: [Range<Int>] { partsOfGradients.map(\.range) }

    public func shard(
        _ part: TrainingBatch<Element>, mass: Double, entering: ParameterTensors<Element>,
        ready: ((Range<Int>, [Element]) throws -> Void)?
    ) throws -> ComputedShard<Element> {
        guard !isPending else { throw gradientsAreWaiting() }
        let grid = try model.validatedGrid(of: part)
        try model.validateTarget(of: part, over: try model.grids(from: grid).last!, for: training.loss)
        try carried.set(entering)
        let buffers = try begin(part, over: grid, isShard: true)
        var reads: [PendingRead<Element>] = []
        let (losses, probed) = try computeGradients(part, buffers, mass: mass) { layer in
            guard ready != nil, let part = partsOfGradients.first(where: { $0.firstLayer == layer }) else { return }
            reads.append(try gradientValues.beginRead(part.range))
        }
        // What stays is the sum over all parts alone.
        isPending = false
        try library.finishStep(
            losses: losses, gradients: gradientValues, squares: squares, probed: probed, into: scalars)
        var parts: [[Element]] = []
        if let ready {
            try library.context.flush()
            for (part, read) in zip(partsOfGradients, reads) {
                parts.append(try read.wait())
                try ready(part.range, parts.last!)
            }
        }
        let numbers = try scalars.read()
        let sums = try ShardSums(
            gradients: ready == nil ? try gradientValues.read() : Array(parts.reversed().joined()),
            running: try runningNumbers(after: buffers.pass), loss: numbers[0],
            probeError: numbers[2], over: grid, model, training)
        carried.keep()
        let leaving = try carried.read()
        last = nil
        try carried.set(ParameterTensors())
        return ComputedShard(sums, leaving: leaving)
    }

    public func step(by sums: ShardSums<Element>) throws -> StepReport {
        guard !isPending else { throw gradientsAreWaiting() }
        last = nil
        try gradientValues.write(sums.gradients)
        guard sums.loss.isFinite else {
            let gradients = try gradients().map { ("the gradient of '\($0.name)'", $0.tensor.values) }
            throw notFiniteError(step: stepsTaken + 1, loss: Double(sums.loss), tensors: gradients)
        }
        let done = try update(others: [])
        for (place, means) in sums.means(of: model, training) {
            try store.values.write(means, at: place.lowerBound)
        }
        return StepReport(
            step: done.step, loss: Double(sums.loss), gradientNorm: done.gradientNorm,
            probeError: Double(sums.probeError), learningRate: done.learningRate)
    }

    /// The running numbers as an update by a pass alone would leave them; the parameters keep theirs.
    private func runningNumbers(after pass: ModelPass<Element>) throws -> [Element] {
        let places = training.runningLayers(of: model).map(\.numbers)
        guard !places.isEmpty else { return [] }
        let before = try places.map { try store.values.read($0) }
        try pass.keepRunning(in: store.values)
        let after = try places.flatMap { try store.values.read($0) }
        for (place, values) in zip(places, before) { try store.values.write(values, at: place.lowerBound) }
        return after
    }
}
