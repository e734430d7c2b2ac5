import Dispatch
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing

@Suite struct ForesightTests {
    /// Steps over ragged grids whose tables other threads have made are those of a trainer that makes its own, to the bit.
    @Test(arguments: [ComputePath.sweep, .fused, .gemm])
    func sameSteps(_ path: ComputePath) throws {
        let model = try ModelConfiguration(
            inputSize: 1, axes: 2,
            layers: [
                .convolution(window: [3, 3], stride: [1, 1], padding: .same, inputSize: 1, outputSize: 3),
                .maxPool(window: [2, 2]),
                .recurrent(
                    LayerConfiguration(
                        cell: .stable, inputSize: 3, hiddenSize: 4, directions: Direction.all(axes: 2))),
                .patch(window: [1, 2]), .pool(axes: nil, by: .mean), .dense(inputSize: 32, outputSize: 2),
            ])
        let backend = try OpenCLBackend<Float>(device: Device.select(nil), path: path)
        func trainer() throws -> any Trainer<Float> {
            try backend.makeTrainer(
                model: model, parameters: model.initialParameters(seed: 3),
                training: TrainingConfiguration(loss: .softmaxCrossEntropy))
        }
        let batches = try (1...6).map { number -> TrainingBatch<Float> in
            let samples = [[3 + number, 5], [4, 2 * number]].map { extents in
                Sample(
                    input: Tensor(
                        shape: extents + [1], values: (0..<extents.reduce(1, *)).map { Float($0 % 7) / 7 }),
                    target: .labels(Tensor<Int32>(shape: [], values: [Int32(number % 2)])))
            }
            return try TrainingBatch(samples)
        }
        let (plain, foreseeing) = (try trainer(), try trainer())
        let foresight = try #require(foreseeing.foresight)
        let grids = try batches.map { try Grid(extents: Array($0.input.shape[1...2]), samples: $0.samples!) }
        DispatchQueue.concurrentPerform(iterations: 2 * grids.count) { foresight(grids[$0 / 2]) }
        for batch in batches { #expect(try plain.step(batch) == foreseeing.step(batch)) }
        #expect(try plain.parameters() == foreseeing.parameters())
    }
}
