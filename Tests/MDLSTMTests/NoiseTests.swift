import MDLSTM
import Testing
import _TestSupport

/// Zoneout and dropout: their means in inference, their masks in training.
struct NoiseTests {
    private let zoneout = Zoneout(hidden: 0.25, cell: 0.5)
    private let key = NoiseKey(seed: 0x1234_5678_9abc, step: 7, layer: 3)

    private func makeLayer(_ signs: String, H: Int, _ zoneout: Zoneout, cell: Cell = .lstm) throws -> LayerConfiguration
    {
        try LayerConfiguration(
            cell: cell, inputSize: 2, hiddenSize: H,
            directions: signs.split(separator: " ").map { Direction(String($0))! },
            options: CellOptions { $0.zoneout = zoneout })
    }

    /// One step of every sample between the states of `state`.
    private func step(
        _ layer: LayerConfiguration, batch: Int, state: BoundaryState<Double>, noise: NoiseKey? = nil
    ) throws -> BoundaryState<Double> {
        try ReferenceBackend<Double>().run(
            layer, parameters: layer.initialParameters(seed: 1),
            call: LayerCall(input: .random([batch, 1, 2]), initialState: state, wantsFinalState: true, noise: noise)
        ).finalState!
    }

    private func randomState(_ D: Int, _ B: Int, _ H: Int) -> BoundaryState<Double> {
        BoundaryState(h: [.random([D, B, 1, H], seed: 2)], c: [.random([D, B, 1, H], seed: 3)])
    }

    /// In inference every unit moves by the mean share: `z old + (1 - z) new`.
    @Test(arguments: [Cell.lstm, .graves]) func inferenceIsTheMean(_ cell: Cell) throws {
        let (B, H) = (5, 3)
        let old = randomState(1, B, H)
        let new = try step(makeLayer("+", H: H, Zoneout(), cell: cell), batch: B, state: old)
        let kept = try step(makeLayer("+", H: H, zoneout, cell: cell), batch: B, state: old)
        func mean(_ z: Double, _ old: Tensor<Double>, _ new: Tensor<Double>) -> Tensor<Double> {
            Tensor(shape: old.shape, values: zip(old.values, new.values).map { z * $0 + (1 - z) * $1 })
        }
        expectClose(kept.h[0], mean(0.25, old.h[0], new.h[0]), absolute: 1e-15, relative: 0)
        expectClose(kept.c[0], mean(0.5, old.c[0], new.c[0]), absolute: 1e-15, relative: 0)
    }

    /// In training a unit is old or new, as the two words of its element in the order [sites, directions, H] say.
    @Test func trainingMasksFollowTheKey() throws {
        let (D, B, H) = (2, 211, 13)
        let old = randomState(D, B, H)
        let new = try step(makeLayer("+ -", H: H, Zoneout()), batch: B, state: old)
        let mixed = try step(makeLayer("+ -", H: H, zoneout), batch: B, state: old, noise: key)
        var kept = (h: 0, c: 0)
        for s in 0..<D {
            for b in 0..<B {
                for j in 0..<H {
                    let index = (s * B + b) * H + j
                    let words = key.block((b * D + s) * H + j)
                    let keepsH = Double(words.x) < 0.25 * 0x1p32
                    let keepsC = Double(words.y) < 0.5 * 0x1p32
                    #expect(mixed.h[0].values[index] == (keepsH ? old : new).h[0].values[index])
                    #expect(mixed.c[0].values[index] == (keepsC ? old : new).c[0].values[index])
                    kept.h += keepsH ? 1 : 0
                    kept.c += keepsC ? 1 : 0
                }
            }
        }
        expectRate(kept.h, of: D * B * H, 0.25)
        expectRate(kept.c, of: D * B * H, 0.5)
    }

    /// Within four standard deviations of the binomial distribution.
    private func expectRate(
        _ count: Int, of total: Int, _ rate: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let deviation = (Double(total) * rate * (1 - rate)).squareRoot()
        #expect((Double(count) - Double(total) * rate).magnitude < 4 * deviation, sourceLocation: sourceLocation)
    }

    /// Seed, step and layer each give other masks; 64 bits of the seed count.
    @Test func everyPartOfTheKeyCounts() {
        var others = [key, key, key, key]
        others[0].seed += 1
        others[1].seed += 1 << 32
        others[2].step += 1
        others[3] = key.of(layer: 4)
        #expect(others[3] == NoiseKey(seed: key.seed, step: key.step, layer: 4))
        for other in others { #expect((0..<4).allSatisfy { other.block($0) != key.block($0) }) }
    }

    /// Dropout does nothing in inference; in training a feature is 0 or scaled so that its mean stays.
    @Test func dropout() throws {
        let (B, features, rate) = (11, 307, 0.2)
        let model = try ModelConfiguration(
            inputSize: 1, axes: 0, layers: [.dense(inputSize: 1, outputSize: features), .dropout(rate: rate)])
        var parameters: ParameterTensors<Double> = model.initialParameters(seed: 1)
        parameters["0.weight"] = Tensor(repeating: 1, shape: [features, 1])
        let trainer = try ReferenceTrainer(
            model: model, parameters: parameters,
            training: TrainingConfiguration(optimizer: .sgd(), learningRate: LearningRateSchedule(0), seed: 5))
        let input = Tensor<Double>(repeating: 1, shape: [B, 1])
        let target = Tensor<Double>(zeros: [B, features])
        expectSame(try trainer.predict(input), Tensor(repeating: 1, shape: [B, features]))
        for step in 1...2 {
            let report = try trainer.step(TrainingBatch(input: input, target: target))
            let mask = NoiseKey(seed: 5, step: UInt32(step), layer: 1)
            let kept = (0..<(B * features)).filter { Double(mask.block($0).x) >= rate * 0x1p32 }
            expectRate(kept.count, of: B * features, 1 - rate)
            // y = 1.25 where it is kept, and the loss is the mean of y^2.
            let mean = 1.5625 * Double(kept.count) / Double(B * features)
            #expect((report.loss - mean).magnitude < 1e-12)
            var gradient = Array(repeating: 0.0, count: features)
            for element in kept { gradient[element % features] += 2 * 1.5625 / Double(B * features) }
            expectClose(
                trainer.gradients()["0.bias"]!, Tensor(shape: [features], values: gradient), absolute: 1e-15,
                relative: 0)
        }
    }
}
