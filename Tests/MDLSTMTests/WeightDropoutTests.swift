import MDLSTM
import Testing
import _TestSupport

/// Recurrent weights that a step leaves out.
struct WeightDropoutTests {
    private func makeTraining(_ rate: Double, frozen: Set<Int> = []) -> TrainingConfiguration {
        var training = TrainingConfiguration(
            optimizer: .sgd(), learningRate: LearningRateSchedule(1), seed: 5, frozen: frozen)
        training.weightDropout = rate
        return training
    }

    private func lstm(_ I: Int, _ H: Int) throws -> LayerDescription {
        .recurrent(try LayerConfiguration(cell: .lstm, inputSize: I, hiddenSize: H, directions: ["+"]))
    }

    /// A step is that of the weights which the random blocks leave, times 1 / (1 - rate); what is left out keeps its value.
    @Test func blocksSayWhichWeights() throws {
        let (rate, H) = (0.25, 7)
        let model = try ModelConfiguration(inputSize: 2, axes: 1, layers: [lstm(2, H), lstm(H, H)])
        let parameters: ParameterTensors<Double> = model.initialParameters(seed: 1)
        let trainer = try ReferenceTrainer(model: model, parameters: parameters, training: makeTraining(rate))
        let batch = TrainingBatch<Double>(input: .random([3, 5, 2]), target: .random([3, 5, H], seed: 2))
        var (first, left, total) = (0, 0, 0)
        var dropped = parameters
        var factors = ParameterTensors<Double>(zeros: model.parameterShapes)
        for shape in model.parameterShapes {
            let isRecurrent = shape.name.hasSuffix(".weight_hh")
            for index in 0..<shape.count {
                var factor = 1.0
                if isRecurrent {
                    let counter = SIMD4(UInt32(first + index), 0, 1, RandomStreams.weights)
                    let word = Philox.block(counter: counter, key: [5, 0]).x
                    factor = Double(word) < rate * 0x1p32 ? 0 : 4.0 / 3
                    total += 1
                    left += factor == 0 ? 1 : 0
                }
                factors[shape.name]!.values[index] = factor
                dropped[shape.name]!.values[index] *= factor
            }
            first += shape.count
        }
        #expect(total == 2 * 4 * H * H && (60...140).contains(left))
        let plain = try ReferenceTrainer(model: model, parameters: dropped, training: makeTraining(0))
        #expect(try trainer.step(batch).loss == plain.step(batch).loss)
        for (name, gradient) in plain.gradients().entries {
            let expected = zip(gradient.values, factors[name]!.values).map { $0 * $1 }
            #expect(trainer.gradients()[name]!.values == expected, "\(name)")
            for index in expected.indices where factors[name]!.values[index] == 0 {
                #expect(trainer.parameters()[name]!.values[index] == parameters[name]!.values[index])
            }
        }
        // Nothing is left out where nothing is learnt, and the next step has other masks.
        expectSame(
            try trainer.predict(batch.input),
            try ReferenceTrainer(model: model, parameters: trainer.parameters(), training: makeTraining(0)).predict(
                batch.input))
        _ = try trainer.step(batch)
        let zeros = trainer.gradients()["0.weight_hh"]!.values.indices.filter {
            trainer.gradients()["0.weight_hh"]!.values[$0] == 0
        }
        #expect(zeros != factors["0.weight_hh"]!.values.indices.filter { factors["0.weight_hh"]!.values[$0] == 0 })
    }

    /// A layer that does not learn keeps all its weights.
    @Test func frozenLayersKeepAll() throws {
        let model = try ModelConfiguration(inputSize: 2, axes: 1, layers: [lstm(2, 3), lstm(3, 3)])
        let dropout = try #require(WeightDropout(of: model, makeTraining(0.5, frozen: [0])))
        #expect(dropout.parts.map(\.layer) == [1])
        #expect(WeightDropout(of: model, makeTraining(0)) == nil)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let model = try ModelConfiguration(inputSize: 2, axes: 1, layers: [lstm(2, 3)])
        for rate in [1, -0.1, .nan] {
            expectMDLSTMError(.option, ["weight dropout", "from 0 below 1"]) {
                try makeTraining(rate).validate(for: model)
            }
        }
        let dense = try ModelConfiguration(inputSize: 2, axes: 1, layers: [.dense(inputSize: 2, outputSize: 1)])
        let refused = ["0.5", "no layer that learns", "recurrent layer"]
        expectMDLSTMError(.option, refused) { try makeTraining(0.5).validate(for: dense) }
        expectMDLSTMError(.option, refused) { try makeTraining(0.5, frozen: [0]).validate(for: model) }
    }
}
