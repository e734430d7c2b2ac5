import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

/// Training on batches of lines, every grid a new one or each several times in a row.
final class GridBenchmark {
    private let batch: Int
    private let trainer: any Trainer<Float>

    init(batch: Int, hiddenSize: Int, device: Device) throws {
        self.batch = batch
        let model = try ModelConfiguration(
            inputSize: 1, axes: 2,
            layers: [
                .recurrent(
                    LayerConfiguration(
                        cell: .stable, inputSize: 1, hiddenSize: hiddenSize, directions: Direction.all(axes: 2))),
                .dense(inputSize: 4 * hiddenSize, outputSize: 4),
            ])
        trainer = try OpenCLBackend<Float>(device: device).makeTrainer(
            model: model, parameters: model.initialParameters(seed: 1),
            training: TrainingConfiguration(loss: .softmaxCrossEntropy, learningRate: LearningRateSchedule(0.001)))
    }

    /// Seconds a site on new grids and on the same ones.
    func round(_ number: UInt64) throws -> (new: Double, same: Double) {
        let samples = (0..<Self.batches).map { lines(seed: number << 8 | UInt64($0)) }
        let sites = samples.joined().reduce(0.0) { $0 + Double($1.extents.reduce(1, *)) }
        let batches = try samples.map { try TrainingBatch($0) }
        let new = try time(Repeated(batches: batches, times: 1)) / sites
        let same = try time(Repeated(batches: batches, times: Self.repetitions))
        return (new, same / (sites * Double(Self.repetitions - 1)))
    }

    private static let batches = 12, repetitions = 4

    /// Lines of 32 rows and 64 to 256 columns, with a class for each site.
    private func lines(seed: UInt64) -> [Sample<Float>] {
        (0..<batch).map { number in
            let stream = RandomStream(seed: seed, tensor: UInt32(number), stream: 77)
            let extents = [32, 64 + stream.index(below: 193, element: 0)]
            let sites = 0..<extents.reduce(1, *)
            return Sample(
                input: Tensor(shape: extents + [1], values: sites.map { Float(stream.uniform($0)) }),
                target: .labels(Tensor(shape: extents, values: sites.map { Int32($0 % 4) })))
        }
    }

    /// Seconds of all steps; of batches that come several times in a row, without the first.
    private func time(_ source: Repeated) throws -> Double {
        let fit = try Fit(trainer, on: source, configuration: FitConfiguration(epochs: 1))
        let clock = ContinuousClock()
        var mark = clock.now
        var seconds = 0.0
        var step = 0
        try fit.run(afterStep: { _ in
            let now = clock.now
            if source.times == 1 || step % source.times != 0 { seconds += (now - mark) / .seconds(1) }
            step += 1
            mark = now
        })
        return seconds
    }
}

/// Batches in order, each several times in a row.
private struct Repeated: BatchSource {
    let batches: [TrainingBatch<Float>]
    let times: Int

    func count(epoch: Int) -> Int { batches.count * times }
    func batch(epoch: Int, index: Int) -> TrainingBatch<Float> { batches[index / times] }
}
