import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Masks on the device are those the key says, bit for bit.
@MainActor @Suite(.serialized) struct NoiseParityTests {
    private let key = NoiseKey(seed: 0x8765_4321_9abc_def0, step: 9, layer: 2)

    /// A unit that zoneout keeps has its old value exactly; any other has not.
    @Test(arguments: DeviceVariant.all) func zoneout(_ variant: DeviceVariant) throws {
        let (D, B, H, key) = (2, 23, 13, key)
        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 2, hiddenSize: H, directions: Direction.all(axes: 1),
            options: CellOptions { $0.zoneout = Zoneout(hidden: 0.25, cell: 0.5) })
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let old = BoundaryState<T>(h: [.random([D, B, 1, H], seed: 2)], c: [.random([D, B, 1, H], seed: 3)])
            let new = try backend.run(
                layer, parameters: layer.initialParameters(seed: 1),
                call: LayerCall(
                    input: .random([B, 1, 2]), initialState: old, wantsFinalState: true, noise: key)
            ).finalState!
            for s in 0..<D {
                for b in 0..<B {
                    for j in 0..<H {
                        let index = (s * B + b) * H + j
                        let words = key.block((b * D + s) * H + j)
                        let keepsH = Double(words.x) < 0.25 * 0x1p32
                        let keepsC = Double(words.y) < 0.5 * 0x1p32
                        #expect((new.h[0].values[index] == old.h[0].values[index]) == keepsH)
                        #expect((new.c[0].values[index] == old.c[0].values[index]) == keepsC)
                    }
                }
            }
        }
        try variant.run(check, check)
    }

    /// Kept features, scaled, leave their traces in the gradient of the layer before.
    @Test(arguments: Precision.allCases) func dropout(_ precision: Precision) throws {
        let (B, features, rate) = (11, 307, 0.2)
        let model = try ModelConfiguration(
            inputSize: 1, axes: 0, layers: [.dense(inputSize: 1, outputSize: features), .dropout(rate: rate)])
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            var parameters: ParameterTensors<T> = model.initialParameters(seed: 1)
            parameters["0.weight"] = Tensor(repeating: 1, shape: [features, 1])
            let trainer = try backend.makeTrainer(
                model: model, parameters: parameters,
                training: TrainingConfiguration(
                    optimizer: .sgd(), learningRate: LearningRateSchedule(1), seed: 5))
            let batch = TrainingBatch<T>(
                input: Tensor(repeating: 1, shape: [B, 1]), target: Tensor(zeros: [B, features]))
            _ = try trainer.step(batch)
            let mask = NoiseKey(seed: 5, step: 1, layer: 1)
            let bias = try trainer.parameters()["0.bias"]!
            for feature in 0..<features {
                let kept = (0..<B).count { Double(mask.block($0 * features + feature).x) >= rate * 0x1p32 }
                let gradient = 2 * 1.5625 / Double(B * features) * Double(kept)
                #expect((Double(bias.values[feature]) + gradient).magnitude < 1e-7)
            }
        }
        try DeviceVariant(path: .fused, precision: precision).run(check, check)
    }
}
