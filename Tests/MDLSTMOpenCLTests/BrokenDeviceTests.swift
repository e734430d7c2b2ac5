import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// A device that computes something else is found out: by the same numbers and tolerances that parity goes by.
@MainActor @Suite(.serialized) struct BrokenDeviceTests {
    /// Error of a forward pass with the kernels of `folder`.
    private func error(_ folder: KernelFolder, path: ComputePath) throws -> Double {
        let model = try ModelCase.named("merge sum")
        let expected: Tensor<Double> = try ReferenceBackend<Double>().makeTrainer(
            model: model.model, parameters: model.parameters(), training: model.training
        ).predict(model.batch(step: 0).input, samples: model.samples)
        let actual = try folder.makeTrainer(model, path: path, as: Float.self)
            .predict(model.batch(step: 0).input, samples: model.samples)
        return normalizedError(actual.values, expected.values)
    }

    @Test(arguments: [ComputePath.fused, .sweep, .gemm])
    func outputWithoutTanh(_ path: ComputePath) throws {
        let tolerance = ParityTolerance(.float32).forward
        let folder = try KernelFolder()
        #expect(try error(folder, path: path) <= tolerance)
        try folder.replace(
            "return output_gate(gates) * squash(OUTPUT, cell);", with: "return output_gate(gates) * cell;",
            in: "lstm_output.cl")
        #expect(try error(folder, path: path) > 1000 * tolerance)
    }

    /// A forget gate's gradient off by a thousandth shows in the weights after one step.
    @Test(arguments: [ComputePath.fused, .sweep, .gemm])
    func wrongForgetGradient(_ path: ComputePath) throws {
        let model = try ModelCase.named("clip by global norm")
        let reference = try ReferenceBackend<Double>().makeTrainer(
            model: model.model, parameters: model.parameters(), training: model.training)
        _ = try reference.step(model.batch(step: 1))
        let folder = try KernelFolder()
        func largestError() throws -> Double {
            let trainer = try folder.makeTrainer(model, path: path, as: Double.self)
            _ = try trainer.step(model.batch(step: 1))
            return try normalizedError(trainer.parameters().flat, reference.parameters().flat)
        }
        #expect(try largestError() <= ParityTolerance(.float64).backward)
        try folder.replace(
            "d[GATE_F + k] *= gate_slope", with: "d[GATE_F + k] *= (real)1.001f * gate_slope", in: "graves_backward.cl")
        #expect(try largestError() > ParityTolerance(.float64).backward)
    }
}
