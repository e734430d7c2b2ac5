import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// States that go from one piece of a sequence to the next: pieces give what the whole gives.
@MainActor @Suite(.serialized) struct CarriedStateTests {
    private nonisolated static let cells: [(name: String, cell: Cell, options: CellOptions)] =
        [LSTMVariant.standard, .coupled, .fullGateRecurrence].map { variant in
            ("lstm \(variant.rawValue)", .lstm, CellOptions { $0.variant = variant })
        }
        + LayerNorm.allCases.map { norm in ("lstm, norm \(norm.rawValue)", .lstm, CellOptions { $0.layerNorm = norm }) }
        + [
            ("zoneout", .lstm, CellOptions { $0.zoneout = Zoneout(hidden: 0.2, cell: 0.4) }),
            ("peepholes", .graves, CellOptions { $0.peepholes = true }),
            ("extended", .spatial, CellOptions { $0.extended = true }),
            ("stable", .stable, CellOptions()), ("leaky", .leaky, CellOptions()),
            ("tied grid", .grid, CellOptions { $0.grid = GridOptions(depth: 3) }),
            (
                "untied grid", .grid,
                CellOptions {
                    $0.grid = GridOptions(
                        depth: 2, tied: false, priorityAxes: [1], functions: [.lstm, .relu])
                }
            ),
        ]

    /// Ways in turn: what they share is more than what they do not.
    private nonisolated static func path(of index: Int) -> ComputePath { [.fused, .sweep, .gemm][index % 3] }

    /// Two layers of a cell, of 5 and 4 units, between symbols and logits.
    private func model(_ cell: Cell, _ options: CellOptions, oneHot: Bool = false) throws -> ModelConfiguration {
        func layer(_ inputs: Int, _ units: Int) throws -> LayerDescription {
            let axes = cell.traits.hasDepth ? 2 : 1
            return .recurrent(
                try LayerConfiguration(
                    cell: cell, inputSize: inputs, hiddenSize: units, directions: [.forward(axes: axes)],
                    options: options))
        }
        return try ModelConfiguration(
            inputSize: 1, axes: 1,
            layers: [
                oneHot ? .oneHot(symbols: 7) : .embedding(symbols: 7, size: 3), try layer(oneHot ? 7 : 3, 5),
                .dropout(rate: 0.2), try layer(5, 4), .dense(inputSize: 4, outputSize: 7),
            ])
    }

    private func symbols<T: Scalar>(_ model: ModelConfiguration, _ shape: [Int], seed: UInt64 = 1) -> Tensor<T> {
        model.randomInput(shape + [1], seed: seed)
    }

    private func piece<T: Scalar>(_ whole: Tensor<T>, _ range: Range<Int>) -> Tensor<T> {
        let (B, T, width) = (whole.shape[0], whole.shape[1], whole.shape[2])
        return Tensor(
            shape: [B, range.count, width],
            values: (0..<B).flatMap { b in
                whole.values[((b * T + range.lowerBound) * width)..<((b * T + range.upperBound) * width)]
            })
    }

    private func check<E: Scalar>(_ backend: any Backend<E>, _ model: ModelConfiguration, below bound: Double) throws {
        let network = try backend.makeModel(model, parameters: model.initialParameters(seed: 3))
        let input: Tensor<E> = symbols(model, [3, 9])
        let whole = try network.predict(input)
        let sequence = try network.makeSequence(batch: 3)
        for round in 0..<2 {
            for range in [0..<4, 4..<5, 5..<9] {
                let output = try sequence.next(piece(input, range))
                expectNMSE(actual: output, expected: piece(whole, range), below: bound, "round \(round), \(range)")
            }
            try sequence.reset()
        }
    }

    @Test(arguments: cells.indices) func piecesAreTheWhole(_ index: Int) throws {
        let (_, cell, options) = Self.cells[index]
        let model = try model(cell, options)
        try check(ReferenceBackend<Double>(), model, below: 1e-28)
        try check(Backends.shared(Self.path(of: index), Double.self), model, below: 1e-26)
    }

    @Test func oneHotVectorsToo() throws {
        let model = try model(.lstm, CellOptions(), oneHot: true)
        try check(ReferenceBackend<Double>(), model, below: 1e-28)
        try check(Backends.shared(.auto, Float.self), model, below: 1e-9)
    }

    /// A step that fails leaves states and weights as they were, so that the batch after it goes on as if it had not been.
    @Test(arguments: ["reference", "device", "in shards"]) func failedStepsLeaveStates(_ side: String) throws {
        let model = try ModelConfiguration(
            inputSize: 2, axes: 1,
            layers: [
                .recurrent(
                    LayerConfiguration(cell: .lstm, inputSize: 2, hiddenSize: 3, directions: [.forward(axes: 1)])),
                .dense(inputSize: 3, outputSize: 1),
            ])
        var training = TrainingConfiguration(
            loss: .meanSquaredError, optimizer: .sgd(), learningRate: LearningRateSchedule(0.1))
        training.carriesStates = true
        func trainer() throws -> any Trainer<Double> {
            let backend: any Backend<Double> =
                side == "reference" ? ReferenceBackend() : try Backends.shared(.auto, Double.self)
            return try backend.makeTrainer(
                model: model, parameters: model.initialParameters(seed: 3), training: training
            ).inShards(side == "in shards" ? 2 : nil, training: training)
        }
        func normal(_ shape: [Int], seed: UInt64) -> Tensor<Double> {
            let stream = RandomStream(seed: seed, stream: RandomStreams.data)
            return Tensor(shape: shape, values: stream.normal(count: shape.reduce(1, *)))
        }
        func batch(_ seed: UInt64, continues: Bool, sequences: Int = 2) -> TrainingBatch<Double> {
            var batch = TrainingBatch<Double>(
                input: normal([sequences, 5, 2], seed: seed), target: normal([sequences, 5, 1], seed: seed + 100))
            batch.continues = continues
            return batch
        }
        let (expected, actual) = (try trainer(), try trainer())
        for trainer in [expected, actual] { _ = try trainer.step(batch(1, continues: false)) }
        // In the middle of a training, of another size, and just after states were put back.
        for (continues, sequences) in [(true, 2), (false, 2), (false, 4), (true, 2)] {
            var bad = batch(2, continues: continues, sequences: sequences)
            bad.input.values[3] = .nan
            if sequences == 4 { try actual.restore(actual.state()) }
            let before = try actual.state()
            #expect(throws: MDLSTMError.self) { try actual.step(bad) }
            #expect(try actual.state() == before && !before.carried.names.isEmpty)
        }
        for seed in 3...4 {
            for trainer in [expected, actual] { _ = try trainer.step(batch(UInt64(seed), continues: true)) }
        }
        #expect(try actual.state() == expected.state())
    }

    /// A training that carries states over three batches, begins anew, and goes on from a checkpoint's state; twice.
    @Test(arguments: cells.indices) func trainingCarriesStates(_ index: Int) throws {
        let (_, cell, options) = Self.cells[index]
        let model = try model(cell, options)
        var training = TrainingConfiguration(
            loss: .softmaxCrossEntropy, optimizer: .adam(epsilon: 1e-3), learningRate: LearningRateSchedule(0.02))
        training.carriesStates = true
        func trainer(_ backend: any Backend<Double>) throws -> any Trainer<Double> {
            try backend.makeTrainer(model: model, parameters: model.initialParameters(seed: 3), training: training)
        }
        func batch(_ step: Int, continues: Bool) -> TrainingBatch<Double> {
            let all: Tensor<Double> = symbols(model, [3, 6], seed: UInt64(step))
            var batch = TrainingBatch<Double>(
                input: piece(all, 0..<5),
                labels: Tensor(shape: [3, 5], values: piece(all, 1..<6).values.map { Int32($0) }))
            batch.continues = continues
            return batch
        }
        let path = Self.path(of: index)
        let (expected, actual) = (try trainer(ReferenceBackend()), try trainer(Backends.shared(path, Double.self)))
        var second = try trainer(Backends.shared(path, Double.self))
        for step in 1...6 {
            let own = batch(step, continues: step != 1 && step != 4)
            let (e, a) = (try expected.step(own), try actual.step(own))
            #expect((a.loss - e.loss).magnitude <= 1e-10 * e.loss, "step \(step)")
            if step == 5 {
                second = try trainer(Backends.shared(path, Double.self))
                try second.restore(try actual.state())
            }
            if step == 6 { #expect(try second.step(own) == a) }
        }
        #expect(try second.state() == actual.state())
        for (name, tensor) in try expected.state().carried.entries {
            expectNMSE(actual: try actual.state().carried[name]!, expected: tensor, below: 1e-20, name)
        }
        // What a training without states does with the second batch is something else.
        var apart = batch(2, continues: false)
        let anew = try trainer(ReferenceBackend())
        _ = try anew.step(batch(1, continues: false))
        let (cut, carried) = (
            try anew.forward(apart),
            try {
                apart.continues = true; return try anew.forward(apart)
            }()
        )
        #expect(normalizedMeanSquareError(cut, carried) > 1e-6)
    }

    @Test func refusals() throws {
        func refused(_ what: String, _ body: () throws -> Void) {
            do {
                try body()
                Issue.record("expected a refusal: \(what)")
            } catch let error as MDLSTMError { #expect(error.message.contains(what), "\(error.message)") } catch {
                Issue.record("\(error)")
            }
        }
        let both = try ModelConfiguration(
            inputSize: 2, axes: 1, layers: [.recurrent(try makeLayer("+ -", I: 2, H: 3, cell: .lstm, peepholes: false))]
        )
        let forwards = try ModelConfiguration(
            inputSize: 2, axes: 1, layers: [.recurrent(try makeLayer("+", I: 2, H: 3, cell: .lstm, peepholes: false))])
        var carrying = TrainingConfiguration()
        carrying.carriesStates = true
        for backend in [ReferenceBackend<Float>() as any Backend<Float>, try Backends.shared(.auto, Float.self)] {
            refused("reads it backwards") {
                let parameters: ParameterTensors<Float> = both.initialParameters(seed: 1)
                _ = try backend.makeModel(both, parameters: parameters).makeSequence(batch: 1)
            }
            let parameters: ParameterTensors<Float> = forwards.initialParameters(seed: 1)
            func batch(_ count: Int) -> TrainingBatch<Float> {
                var batch = TrainingBatch<Float>(
                    input: .random([count, 4, 2]), target: .random([count, 4, 3], seed: 2))
                batch.continues = true
                return batch
            }
            let plain = try backend.makeTrainer(
                model: forwards, parameters: parameters, training: TrainingConfiguration())
            refused("carriesStates") { _ = try plain.step(batch(2)) }
            let trainer = try backend.makeTrainer(model: forwards, parameters: parameters, training: carrying)
            refused("none before it") { _ = try trainer.step(batch(2)) }
            var first = batch(2)
            first.continues = false
            _ = try trainer.step(first)
            refused("keep the number of samples") { _ = try trainer.step(batch(3)) }
            refused("pieces of 2 sequences") {
                _ = try trainer.makeSequence(batch: 2).next(.random([1, 4, 2]))
            }
        }
    }
}
