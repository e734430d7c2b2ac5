import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// A training in pieces that is called wrongly or fails, and models that only predict.
@MainActor @Suite(.serialized) struct TrainerRefusalTests: TrainerPieces {
    @Test(arguments: Pieces.Side.allCases) func wrongCallsAreRefused(_ side: Pieces.Side) throws {
        let trainer = try makeTrainer(side)
        let batch = makeBatch()
        let dy = Tensor<Double>(zeros: [4, 8, 4])
        func expectRefused(_ words: String, _ body: () throws -> Void) {
            let error = #expect(throws: MDLSTMError.self) { try body() }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "") should say \(words)")
        }
        expectRefused("call forward") { try trainer.backward(outputGradient: dy) }
        expectRefused("call backward") { try trainer.apply() }
        _ = try trainer.forward(batch)
        expectRefused("expected [4, 8, 4]") { try trainer.backward(outputGradient: Tensor(zeros: [4, 4, 8])) }
        expectRefused("loss of your own") { _ = try trainer.step(TrainingBatch(input: batch.input)) }
        let labels = Tensor<Int32>(shape: [4, 8], values: Array(repeating: 4, count: 32))
        expectRefused("does not take") { _ = try trainer.step(TrainingBatch(input: batch.input, labels: labels)) }
        let softmax = try makeTrainer(side, TrainingConfiguration(loss: .softmaxCrossEntropy))
        expectRefused("classes from 0 to 3") {
            _ = try softmax.step(TrainingBatch(input: batch.input, labels: labels))
        }
        expectRefused("one for each site") {
            _ = try softmax.step(
                TrainingBatch(input: batch.input, labels: Tensor<Int32>(repeating: 0, shape: [8, 4])))
        }
        var probed = makeBatch(labels: true)
        probed.probes = [0]
        expectRefused("probes need") { _ = try softmax.step(probed) }
        try trainer.backward(outputGradient: dy)
        try trainer.restore(try trainer.state())
        expectRefused("call backward") { try trainer.apply() }
    }

    /// A gradient that is NaN ends the update, and the sum with it.
    @Test(arguments: Pieces.Side.allCases) func notFiniteIsRefusedAndForgotten(_ side: Pieces.Side) throws {
        let (trainer, undisturbed) = (try makeTrainer(side), try makeTrainer(side))
        let batch = makeBatch()
        _ = try trainer.forward(batch)
        var dy = Tensor<Double>(zeros: [4, 8, 4])
        dy[1, 2, 3] = .nan
        try trainer.backward(outputGradient: dy)
        let applied = #expect(throws: MDLSTMError.self) { try trainer.apply() }
        #expect(applied?.kind == .notFinite && applied?.message.contains("the gradient of") == true)
        let own = #expect(throws: MDLSTMError.self) {
            try trainer.step(batch) { (.infinity, $0) }
        }
        #expect(own?.kind == .notFinite)
        struct Stop: Error {}
        #expect(throws: Stop.self) { try trainer.step(batch) { _ in throw Stop() } }
        #expect(try trainer.step(batch) == undisturbed.step(batch))
        #expect(try trainer.parameters() == undisturbed.parameters())
    }

    /// Once the parameters may have changed, there is no pass whose gradients could be taken by mistake.
    @Test(arguments: Pieces.Side.allCases) func restoringForgetsThePass(_ side: Pieces.Side) throws {
        let trainer = try makeTrainer(side)
        _ = try trainer.forward(makeBatch())
        try trainer.restore(try trainer.state())
        #expect(throws: MDLSTMError.self) { try trainer.backward(outputGradient: Tensor(zeros: [4, 8, 4])) }
        #expect(try trainer.gradients().flat.allSatisfy { $0 == 0 })
    }

    /// A model has the trainer's numbers, and on a device neither gradients nor moments.
    @Test(arguments: Pieces.Side.allCases) func modelsPredict(_ side: Pieces.Side) throws {
        let trainer = try makeTrainer(side)
        _ = try trainer.step(makeBatch())
        let (model, input) = (trainer.model, makeBatch().input)
        let predictor = try backend(side).makeModel(model, parameters: try trainer.parameters())
        #expect(try predictor.predict(input) == trainer.predict(input))
        #expect(try predictor.predict(input, samples: [[8], [3], [1], [5]]).shape == [4, 8, 4])
        #expect(try predictor.parameters() == trainer.parameters() && predictor.model == model)
        #expect(throws: MDLSTMError.self) { try predictor.predict(Tensor(zeros: [1, 8, 3])) }
        #expect(throws: MDLSTMError.self) { try backend(side).makeModel(model, parameters: ParameterTensors()) }
    }

    @Test func modelsTakeTheMemoryOfTheirParameters() throws {
        let model = try ModelConfiguration(inputSize: 200, axes: 0, layers: [.dense(inputSize: 200, outputSize: 500)])
        let backend = try Backends.make(.fused, Float.self)
        let predictor = try backend.makeModel(model, parameters: model.initialParameters(seed: 1))
        #expect(backend.context.peakAllocatedBytes <= 4 * 100_500)
        withExtendedLifetime(predictor) {}
    }
}
