import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Tensors are found by name: the order in which a caller sets them does not matter.
@Suite struct ParameterOrderTests {
    @MainActor @Test func layersTakeTensorsInAnyOrder() throws {
        let layer = try #require(LayerCase.all.first { $0.configuration.options.peepholes && $0.hasStates })
        let parameters: ParameterTensors<Float> = layer.parameters()
        let backends: [any Backend<Float>] = [ReferenceBackend<Float>(), try Backends.shared(.fused)]
        for backend in backends {
            let expected = try backend.run(layer.configuration, parameters: parameters, call: layer.call())
            let actual = try backend.run(layer.configuration, parameters: reversed(parameters), call: layer.call())
            #expect(actual.output == expected.output)
            for (name, tensor) in expected.gradients!.parameters.entries {
                #expect(actual.gradients!.parameters[name] == tensor, "\(name)")
            }
        }
    }

    @MainActor @Test func trainersTakeTensorsInAnyOrder() throws {
        let model = try #require(ModelCase.all.first { $0.name == "adam" })
        let parameters: ParameterTensors<Float> = model.parameters()
        let backends: [any Backend<Float>] = [ReferenceBackend<Float>(), try Backends.shared(.sweep)]
        for backend in backends {
            let (a, b) = (
                try backend.makeTrainer(model: model.model, parameters: parameters, training: model.training),
                try backend.makeTrainer(model: model.model, parameters: reversed(parameters), training: model.training)
            )
            for step in 1...3 {
                #expect(try a.step(model.batch(step: step)) == b.step(model.batch(step: step)))
            }
            let expected = try a.parameters()
            let actual = try b.parameters()
            for (name, tensor) in expected.entries { #expect(actual[name] == tensor, "\(name)") }
        }
    }

    @MainActor @Test func paddingOfTargetsDoesNotMatter() throws {
        let model = try #require(ModelCase.all.first { $0.name == "meanSquaredError ragged" })
        var batch: TrainingBatch<Float> = try model.batch(step: 1)
        let backends: [any Backend<Float>] = [ReferenceBackend<Float>(), try Backends.shared(.fused)]
        for backend in backends {
            let plain = try backend.makeTrainer(
                model: model.model, parameters: model.parameters(), training: model.training)
            let expected = try plain.step(try model.batch(step: 1))
            let trainer = try backend.makeTrainer(
                model: model.model, parameters: model.parameters(), training: model.training)
            // The last site of the first sample, [5, 3] of [5, 7], is padding.
            batch.probes = []
            batch.target.values!.values[5 * 7 * model.model.outputSize - 1] = .nan
            let report = try trainer.step(batch)
            #expect(report.loss == expected.loss && report.gradientNorm == expected.gradientNorm)
        }
    }

    private func reversed(_ tensors: ParameterTensors<Float>) -> ParameterTensors<Float> {
        var result = ParameterTensors<Float>()
        for (name, tensor) in tensors.entries.reversed() { result[name] = tensor }
        return result
    }
}
