import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// A training in pieces, on the reference and on the device: losses of one's own, sums of gradients, frozen layers.
@MainActor @Suite(.serialized) struct TrainerPiecesTests {
    /// Each piece with everything that draws masks, over one axis, so that there is zoneout.
    private static func makeModel(rate: Double = 0.25) throws -> ModelConfiguration {
        let options = CellOptions { $0.zoneout = Zoneout(hidden: 0.25, cell: 0.5) }
        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 2, hiddenSize: 5, directions: ["+", "-"], options: options)
        return try ModelConfiguration(
            inputSize: 2, axes: 1,
            layers: [.recurrent(layer), .dropout(rate: rate), .dense(inputSize: 10, outputSize: 4)])
    }

    private enum Side: String, CaseIterable { case reference, fused, sweep, gemm }

    private func backend(_ side: Side) throws -> any Backend<Double> {
        switch side {
        case .reference: ReferenceBackend<Double>()
        case .fused: try Backends.shared(.fused, Double.self)
        case .sweep: try Backends.shared(.sweep, Double.self)
        case .gemm: try Backends.shared(.gemm, Double.self)
        }
    }

    private func makeTrainer(
        _ side: Side, _ training: TrainingConfiguration = TrainingConfiguration()
    ) throws -> any Trainer<Double> {
        let model = try Self.makeModel()
        return try backend(side).makeTrainer(
            model: model, parameters: model.initialParameters(seed: 2), training: training)
    }

    /// Four samples of eight sites, so that a mean over all numbers divides by a power of two.
    private func makeBatch(samples: [[Int]]? = nil, labels: Bool = false) -> TrainingBatch<Double> {
        let input = Tensor<Double>.random([4, 8, 2], seed: 1)
        guard labels else {
            return TrainingBatch(input: input, target: .random([4, 8, 4], seed: 2), samples: samples)
        }
        let values = (0..<32).map { Int32($0 % 5 == 3 ? -1 : $0 % 4) }
        return TrainingBatch(input: input, labels: Tensor(shape: [4, 8], values: values), samples: samples)
    }

    @Test(arguments: Side.allCases) private func ownLossIsTheBuiltInLoss(_ side: Side) throws {
        let (own, built) = (try makeTrainer(side), try makeTrainer(side))
        let batch = makeBatch()
        for _ in 0..<2 {
            let report = try own.step(batch) { y in
                let loss = try Loss.meanSquaredError.evaluate(y, target: batch.target)
                return (loss.mean, loss.outputGradient.map { $0 / loss.divisor })
            }
            let expected = try built.step(batch)
            #expect((report.loss - expected.loss).magnitude < 1e-14 && report.step == expected.step)
            #expect(report.gradientNorm == expected.gradientNorm)
        }
        #expect(try own.parameters() == built.parameters())
    }

    /// Dividing by a power of two rounds nothing, so that one part has the bits of the whole.
    @Test(arguments: Side.allCases) private func piecesAreAStep(_ side: Side) throws {
        let (pieces, whole) = (try makeTrainer(side), try makeTrainer(side))
        let batch = makeBatch()
        let loss = try Loss.meanSquaredError.evaluate(try pieces.forward(batch), target: batch.target)
        try pieces.backward(outputGradient: loss.outputGradient)
        let update = try pieces.apply(scale: 1 / loss.divisor)
        let report = try whole.step(batch)
        #expect(update.gradientNorm == report.gradientNorm && update.step == 1 && pieces.stepsTaken == 1)
        #expect(update.learningRate == report.learningRate)
        #expect(try pieces.gradients() == whole.gradients())
        #expect(try pieces.parameters() == whole.parameters())
    }

    @Test(arguments: Side.allCases, [nil, [[8], [3], [1], [5]]])
    private func partsAreTheWhole(_ side: Side, _ samples: [[Int]]?) throws {
        var training = TrainingConfiguration(loss: .softmaxCrossEntropy)
        training.recompute = side == .fused
        let (parts, whole) = (try makeTrainer(side, training), try makeTrainer(side, training))
        let batch = makeBatch(samples: samples, labels: true)
        for _ in 0..<2 {
            var (sum, mass) = (0.0, 0.0)
            for part in [batch.part(0..<1), batch.part(1..<4)] {
                let loss = try training.loss.evaluate(
                    try parts.forward(part), target: part.target, samples: part.samples)
                try parts.backward(outputGradient: loss.outputGradient)
                (sum, mass) = (sum + Double(loss.sum), mass + loss.divisor)
            }
            try parts.apply(scale: 1 / mass)
            #expect((sum / mass - (try whole.step(batch).loss)).magnitude < 1e-12)
        }
        for (name, tensor) in try whole.parameters() {
            expectClose(try parts.parameters()[name]!, tensor, absolute: 1e-12, relative: 1e-12, name)
        }
    }

    /// A part has the masks that it has in the whole: bits of its output tell.
    @Test(arguments: Side.allCases) private func masksFollowThePlaceInTheWhole(_ side: Side) throws {
        var training = TrainingConfiguration()
        training.recompute = side == .sweep
        let trainer = try makeTrainer(side, training)
        let batch = makeBatch(samples: [[8], [3], [6], [5]])
        let whole = try trainer.forward(batch)
        let part = try trainer.forward(batch.part(2..<4))
        expectClose(
            part, Tensor(shape: [2, 8, 4], values: Array(whole.values[64...])), absolute: 1e-14, relative: 1e-14)
        // Without its place, other masks.
        var misplaced = batch.part(2..<4)
        misplaced.firstSample = 0
        #expect(try trainer.forward(misplaced) != part)
    }

    @Test(arguments: Side.allCases) private func backwardTwiceIsTwice(_ side: Side) throws {
        let trainer = try makeTrainer(side)
        let batch = makeBatch()
        _ = try trainer.forward(batch)
        let dy = Tensor<Double>.random([4, 8, 4], seed: 7)
        try trainer.backward(outputGradient: dy)
        let once = try trainer.gradients()
        try trainer.backward(outputGradient: dy)
        for (name, tensor) in try trainer.gradients() { expectSame(tensor, once[name]!.map { 2 * $0 }, name) }
        // An update ends the sum.
        try trainer.apply()
        _ = try trainer.forward(batch)
        try trainer.backward(outputGradient: dy)
        #expect(try trainer.gradients()["2.bias"]! == once["2.bias"]!)
    }

    /// Two trainers, as of two devices: each has a part, one sums the gradients.
    @Test(arguments: Side.allCases) private func gradientsOfAnotherDeviceAreAdded(_ side: Side) throws {
        let (first, second) = (try makeTrainer(side), try makeTrainer(.reference))
        let batch = makeBatch()
        let dy = Tensor<Double>.random([2, 8, 4], seed: 7)
        for (trainer, part) in [(first, batch.part(0..<2)), (second, batch.part(2..<4))] {
            _ = try trainer.forward(part)
            try trainer.backward(outputGradient: dy)
        }
        let (a, b) = (try first.gradients(), try second.gradients())
        try first.add(gradients: b)
        for (name, tensor) in try first.gradients() {
            let sum = zip(a[name]!.values, b[name]!.values).map { $0 + $1 }
            expectSame(tensor, Tensor(shape: tensor.shape, values: sum), name)
        }
        #expect(throws: MDLSTMError.self) { try first.add(gradients: ParameterTensors()) }
    }

    @Test(arguments: Side.allCases) private func frozenLayersKeepTheirWeights(_ side: Side) throws {
        for frozen in [0, 2] {
            let training = TrainingConfiguration(optimizer: .sgd(momentum: 0.5), frozen: [frozen])
            let (trainer, free) = (try makeTrainer(side, training), try makeTrainer(side))
            let before = try trainer.parameters()
            let (report, expected) = (try trainer.step(makeBatch()), try free.step(makeBatch()))
            #expect(report.loss == expected.loss && report.gradientNorm < expected.gradientNorm)
            try trainer.add(gradients: before)
            for (name, tensor) in try trainer.gradients() where name.hasPrefix("\(frozen).") {
                #expect(tensor.values.allSatisfy { $0 == 0 }, "\(name)")
            }
            try trainer.apply()
            let gradients = try free.gradients()
            for (name, tensor) in try trainer.parameters() {
                #expect((tensor == before[name]!) == name.hasPrefix("\(frozen)."), "\(name)")
            }
            #expect(gradients["0.weight_ih"]!.values.contains { $0 != 0 })
        }
        #expect(throws: MDLSTMError.self) { try makeTrainer(side, TrainingConfiguration(frozen: [3])) }
    }

    @Test(arguments: Side.allCases) private func unlabelledSitesNeitherCountNorMatter(_ side: Side) throws {
        let training = TrainingConfiguration(loss: .softmaxCrossEntropy)
        let batch = makeBatch(labels: true)
        guard case .labels(let labels) = batch.target else { return }
        var oneHot = Tensor<Double>(zeros: [4, 8, 4])
        for (site, label) in labels.values.enumerated() where label >= 0 { oneHot.values[site * 4 + Int(label)] = 1 }
        let (a, b) = (try makeTrainer(side, training), try makeTrainer(side, training))
        let reports = (try a.step(batch), try b.step(TrainingBatch(input: batch.input, target: oneHot)))
        #expect(reports.0 == reports.1)
        #expect(try a.parameters() == b.parameters())
        // The mean is over the labelled sites: their gradients alone, divided by their number.
        let c = try makeTrainer(side, training)
        let y = try c.forward(batch)
        var dy = try training.loss.evaluate(y, target: .values(oneHot)).outputGradient
        for (site, label) in labels.values.enumerated() where label < 0 {
            for j in 0..<4 { #expect(dy[site / 8, site % 8, j] == 0) }
        }
        let count = Double(labels.values.count { $0 >= 0 })
        dy = dy.map { $0 / count }
        try c.backward(outputGradient: dy)
        #expect((try c.apply().gradientNorm - reports.0.gradientNorm).magnitude < 1e-12)
        // A batch in which no site has a label moves nothing.
        let none = TrainingBatch(input: batch.input, labels: labels.map { _ in -1 })
        let d = try makeTrainer(side, TrainingConfiguration(loss: .softmaxCrossEntropy, optimizer: .sgd()))
        let report = try d.step(none)
        #expect(report.loss == 0 && report.gradientNorm == 0)
    }

    /// What the model gives where nothing is known does not matter, NaN neither.
    @Test func unlabelledOutputDoesNotMatter() throws {
        var y = Tensor<Double>.random([1, 2, 3], seed: 1)
        let target = TrainingTarget<Double>.values(Tensor(shape: [1, 2, 3], values: [0, 0, 0, 0.25, 0.5, 0.25]))
        let plain = try Loss.softmaxCrossEntropy.evaluate(y, target: target)
        y[0, 0, 1] = .nan
        let odd = try Loss.softmaxCrossEntropy.evaluate(y, target: target)
        #expect(odd.sum == plain.sum && odd.outputGradient == plain.outputGradient && odd.divisor == 1)
    }

    @Test(arguments: Side.allCases) private func wrongCallsAreRefused(_ side: Side) throws {
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
    @Test(arguments: Side.allCases) private func notFiniteIsRefusedAndForgotten(_ side: Side) throws {
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

    /// A model has the trainer's numbers, and on a device neither gradients nor moments.
    @Test(arguments: Side.allCases) private func modelsPredict(_ side: Side) throws {
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
