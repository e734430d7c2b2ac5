import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// The data and the models of the diagonal task.
struct DiagonalTaskTests {
    typealias Kind = DiagonalTask.ModelKind

    private let rows = 4, columns = 9, samples = 256

    private func makeTask(_ kind: Kind = .md) throws -> DiagonalTask {
        try DiagonalTask(kind: kind, rows: rows, columns: columns, batch: samples)
    }

    /// Row and column of every one of a sample.
    private func ones(_ input: Tensor<Double>, sample b: Int) -> [[Int]] {
        let sites = rows * columns
        return (0..<sites).filter { input.values[b * sites + $0] == 1 }.map { [$0 / columns, $0 % columns] }
    }

    @Test func twoOnesOnADiagonalWithinTheMargins() throws {
        let input: Tensor<Double> = try makeTask().batch(seed: 1, step: 3).input
        #expect(input.shape == [samples, rows, columns, 1])
        var seen = Set<[Int]>()
        for b in 0..<samples {
            let places = ones(input, sample: b)
            try #require(places.count == 2)
            let (first, second) = (places[0], places[1])
            #expect(second == [first[0] + 1, first[1] + 1])
            #expect((1...(rows - 2)).contains(first[0]) && (1...(columns - 2)).contains(first[1]))
            seen.insert(first)
        }
        #expect(seen.count == (rows - 2) * (columns - 2), "every place occurs")
        let noise = input.values.filter { $0 != 1 }
        #expect(noise.allSatisfy { (0..<0.1).contains($0) })
        let mean = noise.reduce(0, +) / Double(noise.count)
        #expect((mean - 0.05).magnitude < 0.002)
        #expect(Set(noise).count > noise.count * 99 / 100)
    }

    @Test func targetIsThePixelToTheRight() throws {
        let batch: TrainingBatch<Double> = try makeTask().batch(seed: 1, step: 3)
        let rolled = Tensor<Double>.joined(
            [batch.input.slice(0..<samples, 0..<rows, 1..<columns), batch.input.slice(0..<samples, 0..<rows, 0..<1)],
            axis: 2)
        expectSame(batch.target.values!, rolled)
    }

    @Test func probesPredictTheSecondOne() throws {
        let batch: TrainingBatch<Double> = try makeTask().batch(seed: 1, step: 3)
        #expect(batch.probes.count == samples)
        for (b, probe) in batch.probes.enumerated() {
            let second = ones(batch.input, sample: b)[1]
            #expect(probe == (b * rows + second[0]) * columns + second[1] - 1)
            #expect(batch.target.values!.values[probe] == 1)
        }
    }

    @Test func dataDependOnSeedAndStepOnly() throws {
        let task = try makeTask()
        let batch: TrainingBatch<Double> = task.batch(seed: 1, step: 3)
        let again: TrainingBatch<Double> = try makeTask().batch(seed: 1, step: 3)
        #expect(again.input == batch.input && again.target == batch.target && again.probes == batch.probes)
        for (seed, step) in [(UInt64(1), 4), (1, 2), (2, 3)] {
            let other: TrainingBatch<Double> = task.batch(seed: seed, step: step)
            let same = zip(other.input.values, batch.input.values).count { $0 == $1 }
            #expect(same < 100, "seed \(seed), step \(step): only ones may meet")
            #expect(other.probes != batch.probes)
        }
        let single: TrainingBatch<Float> = task.batch(seed: 1, step: 3)
        expectClose(single.input, batch.input, absolute: 1e-8, relative: 1e-7)
        #expect(single.probes == batch.probes)
    }

    /// The same pixels in the same order, whatever the model makes of them.
    @Test func kindsDifferInShapeOnly() throws {
        let md: TrainingBatch<Double> = try makeTask().batch(seed: 1, step: 3)
        for (kind, shape) in [
            (Kind.md, [samples, rows, columns, 1]), (.horizontal, [samples * rows, columns, 1]),
            (.snake, [samples, rows * columns, 1]),
        ] {
            let task = try makeTask(kind)
            let batch: TrainingBatch<Double> = task.batch(seed: 1, step: 3)
            #expect(task.shape == shape && batch.input.shape == shape && batch.target.values!.shape == shape)
            #expect(batch.input.values == md.input.values && batch.target.values!.values == md.target.values!.values)
            #expect(batch.probes == md.probes && batch.samples == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func modelTakesAndGivesThatShape(_ kind: Kind) throws {
        let task = try DiagonalTask(kind: kind, rows: 3, columns: 4, batch: 2)
        let model = try task.model(hiddenSize: 5)
        #expect(model.inputSize == 1 && model.outputSize == 1 && model.axes == (kind == .md ? 2 : 1))
        let trainer = try ReferenceBackend<Double>().makeTrainer(
            model: model, parameters: task.initialParameters(of: model, seed: 1), training: TrainingConfiguration())
        let batch: TrainingBatch<Double> = task.batch(seed: 1, step: 1)
        #expect(try trainer.predict(batch.input, samples: nil).shape == task.shape)
        let report = try trainer.step(batch)
        #expect(report.loss > 0 && report.probeError > 0)
    }

    /// A matrix of a batch is the same for every kind of model, whatever the shape of its input.
    @Test(arguments: Kind.allCases) func matricesAreParts(_ kind: Kind) throws {
        let task = try DiagonalTask(kind: kind, rows: 5, columns: 7, batch: 3)
        let input: TrainingBatch<Double> = task.batch(seed: 1, step: 2)
        for b in 0..<3 {
            let matrix = task.matrix(b, of: input.input)
            #expect(matrix.shape == [5, 7] && matrix.values == Array(input.input.values[(35 * b)..<(35 * (b + 1))]))
        }
    }

    @Test func forgetBiasByKind() throws {
        for (kind, expected) in [(Kind.md, 0.0), (.horizontal, 1), (.snake, 1)] {
            let task = try makeTask(kind)
            for (given, value) in [(nil, expected), (0.25, 0.25)] as [(Double?, Double)] {
                guard case .recurrent(let layer, _) = try task.model(hiddenSize: 2, forgetBias: given).layers[0] else {
                    Issue.record("the first layer of \(kind) is not recurrent")
                    return
                }
                #expect(layer.forgetBias == value && layer.cell == (kind == .md ? .graves : .lstm))
            }
        }
    }

    /// The output starts at the mean of the targets.
    @Test func initialOutputIsTheMean() throws {
        let task = try makeTask()
        let model = try task.model(hiddenSize: 4)
        var parameters: ParameterTensors<Double> = task.initialParameters(of: model, seed: 1)
        try parameters.validate(against: model.parameterShapes)
        // Without weights only the bias is left.
        parameters["1.weight"] = Tensor(zeros: [1, 4])
        let batch: TrainingBatch<Double> = task.batch(seed: 1, step: 3)
        let trainer = try ReferenceBackend<Double>().makeTrainer(
            model: model, parameters: parameters, training: TrainingConfiguration())
        let mean = batch.target.values!.values.reduce(0, +) / Double(batch.target.values!.count)
        #expect(try trainer.predict(batch.input, samples: nil).values.allSatisfy { ($0 - mean).magnitude < 0.001 })
    }

    @Test func sizesThatCannotBeAreRefused() {
        for (rows, columns, batch) in [(2, 8, 1), (8, 2, 1), (8, 8, 0), (5000, 8, 1)] {
            let error = #expect(throws: MDLSTMError.self) {
                try DiagonalTask(kind: .md, rows: rows, columns: columns, batch: batch)
            }
            #expect(error?.kind == .option && error?.message.contains("\(rows) x \(columns) and \(batch)") == true)
        }
    }
}
