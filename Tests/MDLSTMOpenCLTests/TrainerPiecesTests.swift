import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// A training in pieces, on the reference and on the device: losses of one's own, sums of gradients, frozen layers.
@MainActor @Suite(.serialized) struct TrainerPiecesTests: TrainerPieces {
    @Test(arguments: Pieces.Side.allCases) func ownLossIsTheBuiltInLoss(_ side: Pieces.Side) throws {
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
    @Test(arguments: Pieces.Side.allCases) func piecesAreAStep(_ side: Pieces.Side) throws {
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

    @Test(arguments: Pieces.Side.allCases, [nil, [[8], [3], [1], [5]]])
    private func partsAreTheWhole(_ side: Pieces.Side, _ samples: [[Int]]?) throws {
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

    /// By central differences, in a training whose layers are all frozen and in one that learns.
    @Test(arguments: Pieces.Side.allCases, [Set([0, 1, 2]), []])
    func inputsHaveGradients(_ side: Pieces.Side, _ frozen: Set<Int>) throws {
        let model = try Pieces.makeModel(rate: 0)
        let parameters: ParameterTensors<Double> = model.initialParameters(seed: 2)
        let x = Tensor<Double>.random([2, 4, 2], seed: 1), dy = Tensor<Double>.random([2, 4, 4], seed: 3)
        var training = TrainingConfiguration(frozen: frozen)
        let without = try backend(side).makeTrainer(model: model, parameters: parameters, training: training)
        training.wantsInputGradient = true
        let trainer = try backend(side).makeTrainer(model: model, parameters: parameters, training: training)
        #expect(throws: MDLSTMError.self) { try trainer.inputGradient() }
        for trainer in [trainer, without] {
            _ = try trainer.forward(TrainingBatch(input: x))
            try trainer.backward(outputGradient: dy)
        }
        #expect(throws: MDLSTMError.self) { try without.inputGradient() }
        #expect(try trainer.gradients() == without.gradients())
        // No update, so every pass has the masks of the first step.
        let expected = try centralDifferences(at: x) { moved in
            let y = try trainer.forward(TrainingBatch(input: moved))
            return zip(y.values, dy.values).reduce(0) { $0 + $1.0 * $1.1 }
        }
        _ = try trainer.forward(TrainingBatch(input: x))
        try trainer.backward(outputGradient: dy)
        expectClose(try trainer.inputGradient(), expected, absolute: 1e-9, relative: 1e-9, "the gradient by the input")
    }

    /// A part has the masks that it has in the whole: bits of its output tell.
    @Test(arguments: Pieces.Side.allCases) func masksFollowThePlaceInTheWhole(_ side: Pieces.Side) throws {
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

    @Test(arguments: Pieces.Side.allCases) func backwardTwiceIsTwice(_ side: Pieces.Side) throws {
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
    @Test(arguments: Pieces.Side.allCases) func gradientsOfAnotherDeviceAreAdded(_ side: Pieces.Side) throws {
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

    @Test(arguments: Pieces.Side.allCases) func frozenLayersKeepTheirWeights(_ side: Pieces.Side) throws {
        for frozen in [0, 2] {
            let training = TrainingConfiguration(optimizer: .sgd(momentum: 0.5), frozen: [frozen])
            // A layer that does not learn has no weights to leave out, and the losses would differ.
            let trainer = try makeTrainer(side, training, weightDropout: 0)
            let free = try makeTrainer(side, weightDropout: 0)
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

    @Test(arguments: Pieces.Side.allCases) func unlabelledSitesNeitherCountNorMatter(_ side: Pieces.Side) throws {
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

    /// The number of labelled sites that belong to a sample, counted by hand.
    @Test func massIsThatOfLabelledSites() throws {
        let y = Tensor<Double>.random([2, 3, 2], seed: 1)
        let labels = Tensor<Int32>(shape: [2, 3], values: [0, -1, 1, 1, 1, 0])
        let softmax = Loss.softmaxCrossEntropy
        #expect(try softmax.evaluate(y, target: .labels(labels)).divisor == 5)
        #expect(try softmax.evaluate(y, target: .labels(labels), samples: [[3], [1]]).divisor == 3)
        let shares = Tensor<Double>(shape: [2, 3, 2], values: [0.5, 0.5, 0, 0, 0.25, 0, 1, 0, 1, 1, 1, 1])
        #expect(try softmax.evaluate(y, target: .values(shares)).divisor == 6.25)
        #expect(try softmax.evaluate(y, target: .values(shares), samples: [[3], [1]]).divisor == 2.25)
        #expect(try Loss.meanSquaredError.evaluate(y, target: .values(shares), samples: [[3], [1]]).divisor == 8)
        for samples in [[[3]], [[3], [1], [1]]] {
            #expect(throws: MDLSTMError.self) {
                try softmax.evaluate(y, target: .labels(labels), samples: samples)
            }
        }
    }

    /// NaN where nothing is known, on every side; the layer before is frozen, since its input is NaN there too.
    @Test(arguments: Pieces.Side.allCases) func unlabelledOutputMayBeNaN(_ side: Pieces.Side) throws {
        let model = try ModelConfiguration(inputSize: 2, axes: 1, layers: [.dense(inputSize: 2, outputSize: 3)])
        let training = TrainingConfiguration(loss: .softmaxCrossEntropy, frozen: [0])
        let labels = Tensor<Int32>(shape: [1, 3], values: [2, -1, 0])
        var oneHot = Tensor<Double>(zeros: [1, 3, 3])
        (oneHot[0, 0, 2], oneHot[0, 2, 0]) = (1, 1)
        for target in [TrainingTarget.labels(labels), .values(oneHot)] {
            let trainer = try backend(side).makeTrainer(
                model: model, parameters: model.initialParameters(seed: 2), training: training)
            var batch = TrainingBatch(input: .random([1, 3, 2], seed: 3), target: target)
            let plain = try trainer.step(batch).loss
            (batch.input[0, 1, 0], batch.input[0, 1, 1]) = (.nan, .nan)
            #expect(try trainer.forward(batch)[0, 1, 0].isNaN)
            #expect(try trainer.step(batch).loss == plain)
        }
    }

    /// What was summed before a plain step is part of it.
    @Test(arguments: Pieces.Side.allCases) func aStepTakesWaitingGradientsAlong(_ side: Pieces.Side) throws {
        let (trainer, plain) = (try makeTrainer(side), try makeTrainer(side))
        let batch = makeBatch()
        _ = try plain.step(batch)
        let own = try plain.gradients()
        try trainer.add(gradients: own)
        _ = try trainer.step(batch)
        for (name, tensor) in try trainer.gradients() { expectSame(tensor, own[name]!.map { 2 * $0 }, name) }
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
}
