import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// The data, the models and the training of the parity task.
struct ParityTaskTests {
    private let task: ParityTask

    init() throws { task = try ParityTask(bits: 5, batch: 512) }

    @Test func targetsAreTheParity() {
        let batch: TrainingBatch<Double> = task.batch(seed: 1, step: 3)
        #expect(batch.input.shape == [512, 5] && batch.target.values!.shape == [512, 1] && batch.samples == nil)
        #expect(batch.input.values.allSatisfy { $0 == 1 || $0 == -1 })
        for b in 0..<512 {
            // The product of -1 for every one bit, told by another way than counting.
            let sign = batch.input.values[(b * 5)..<(b * 5 + 5)].reduce(1) { $0 * -$1 }
            #expect(batch.target.values!.values[b] == (sign < 0 ? 1 : 0))
        }
        let strings = Set((0..<512).map { Array(batch.input.values[($0 * 5)..<($0 * 5 + 5)]) })
        #expect(strings.count == 32, "every string of 5 bits occurs among 512")
    }

    /// Bits of one draw say nothing about those of another, of other purposes, steps and seeds.
    @Test func everyDrawIsFresh() {
        let draws = ParityTask.Purpose.allCases.flatMap { purpose in
            [(UInt64(1), 0), (1, 1), (2, 0)].map { seed, step in
                task.strings(1000, for: purpose, seed: seed, step: step, as: Float.self).input
            }
        }
        for (index, draw) in draws.enumerated() {
            let ones = draw.values.count { $0 > 0 }
            #expect((2300...2700).contains(ones), "\(ones) of 5000 bits are ones")
            for other in draws[..<index] {
                let same = zip(draw.values, other.values).count { $0 == $1 }
                #expect((2300...2700).contains(same), "\(same) of 5000 bits are the same")
            }
        }
        let again = task.strings(1000, for: .test, seed: 1, step: 0, as: Float.self)
        #expect(again.input == draws[6])
    }

    @Test func accuracyCountsTheRightSides() {
        let output = Tensor<Double>(shape: [7, 1], values: [0.2, -3, 4, -1, 0, .nan, .nan])
        let target = Tensor<Double>(shape: [7, 1], values: [1, 0, 0, 1, 0, 0, 1])
        #expect(ParityTask.accuracy(of: output, target: target) == 2.0 / 7)
    }

    @Test func modelsHaveTheSizes() throws {
        func count(_ model: ModelConfiguration) -> Int { model.parameterShapes.reduce(0) { $0 + $1.count } }
        let (k, H, L) = (5, 7, 3)
        let (entrance, layer, exit) = (2 * H * (k + 1), 4 * H * (H + 1), H + 1)
        let tied = try task.model(.grid, layers: L, hiddenSize: H)
        let untied = try task.model(.grid, layers: L, hiddenSize: H, tied: false)
        let dense = try task.model(.feedForward, layers: L, hiddenSize: H)
        #expect(count(tied) == entrance + layer + exit && count(untied) == entrance + L * layer + exit)
        #expect(count(dense) == H * (k + 1) + (L - 1) * H * (H + 1) + exit)
        for model in [tied, untied, dense] {
            #expect(model.axes == 0 && model.inputSize == k && model.outputSize == 1)
        }
    }

    /// Twice the usual bounds, but in the output; biases as they were.
    @Test func weightsStartWide() throws {
        for kind in ParityTask.ModelKind.allCases {
            let model = try task.model(kind, layers: 3, hiddenSize: 19, tied: false)
            let usual: ParameterTensors<Double> = model.initialParameters(seed: 1)
            let wide: ParameterTensors<Double> = task.initialParameters(of: model, seed: 1)
            try wide.validate(against: model.parameterShapes)
            for (name, tensor) in wide.entries {
                if !name.contains("weight") || name == "\(model.layers.count - 1).weight" {
                    expectSame(tensor, usual[name]!, name)
                } else {
                    let bound = 2 / Double(tensor.shape.last!).squareRoot()
                    let largest = tensor.values.map(\.magnitude).max()!
                    #expect(largest <= bound && largest > 0.9 * bound, "\(kind) \(name)")
                }
            }
        }
    }

    /// One number for all bits of a unit is added to the input's weights, and nothing else changes.
    @Test(arguments: ParityTask.ModelKind.allCases)
    func weightsInCommon(_ kind: ParityTask.ModelKind) throws {
        let model = try task.model(kind, layers: 2, hiddenSize: 50)
        let without: ParameterTensors<Double> = task.initialParameters(of: model, seed: 1)
        let with: ParameterTensors<Double> = task.initialParameters(of: model, seed: 1, commonWeight: 3)
        for ((name, before), (_, after)) in zip(without.entries, with.entries) {
            guard ["0.weight", "0.weight_in"].contains(name) else {
                expectSame(after, before, name)
                continue
            }
            let added = zip(after.values, before.values).map { $0 - $1 }
            let units = stride(from: 0, to: added.count, by: task.bits).map { added[$0] }
            #expect(added.indices.allSatisfy { abs(added[$0] - units[$0 / task.bits]) < 1e-12 })
            #expect(units.min()! < -2 && units.max()! > 2 && units.allSatisfy { abs($0) <= 3 })
        }
    }

    /// A small network learns two bits and stops early; the grid is the trainer's.
    @Test(arguments: ParityTask.ModelKind.allCases)
    func trainingLearnsAndStops(_ kind: ParityTask.ModelKind) throws {
        let task = try ParityTask(bits: 2, batch: 16)
        let training = ParityTraining<Double>(
            task: task, model: try task.model(kind, layers: 2, hiddenSize: 7), steps: 1000, seed: 1,
            configuration: ParityTraining<Double>.configuration(learningRate: 0.02))
        var seen: [Int] = []
        let result = try training.run(on: ReferenceBackend(), progress: { seen.append($0.step) })
        #expect(result.accuracy == 1 && result.steps < 1000)
        #expect(result.validations.suffix(4).allSatisfy { $0.accuracy == 1 })
        #expect(result.validations.dropLast(4).last.map { $0.accuracy < 1 } ?? true, "it stops as soon as it may")
        #expect(seen == result.validations.map(\.step) && seen == seen.indices.map { 25 * ($0 + 1) })
        let again = try training.run(on: ReferenceBackend())
        #expect(again.parameters == result.parameters)
    }

    @Test func trainingEndsAtItsSteps() throws {
        let task = try ParityTask(bits: 5, batch: 3)
        let training = ParityTraining<Float>(
            task: task, model: try task.model(.grid, layers: 2, hiddenSize: 3), steps: 26, seed: 1)
        let result = try training.run(on: ReferenceBackend())
        #expect(result.steps == 26 && result.validations.count == 1 && result.accuracy < 1)
        let right = Int((result.accuracy * 1000).rounded())
        #expect(right + result.mistakes == 1000 && result.mistakes > 0 && !result.isLearned)
    }

    /// Stopped before, at, or after a validation, and gone on with: the same validations, parameters and end.
    @Test func trainingGoesOn() throws {
        let task = try ParityTask(bits: 3, batch: 16)
        let training = ParityTraining<Double>(
            task: task, model: try task.model(.grid, layers: 2, hiddenSize: 5), steps: 1000, seed: 1,
            configuration: ParityTraining<Double>.configuration(learningRate: 0.01))
        var saved: [(state: TrainerState<Double>, history: ParameterTensors<Double>)] = []
        let whole = try training.run(
            on: ReferenceBackend(), afterStep: { saved.append((try $0.state(), $1())) })
        func texts(_ result: ParityTraining<Double>.Result) -> [String] {
            result.validations.map { "\($0.step) \($0.loss) \($0.accuracy)" }
        }
        func goOn(_ state: TrainerState<Double>, _ history: ParameterTensors<Double>) throws {
            let resumed = try training.run(
                on: ReferenceBackend(),
                resume: { trainer in
                    try trainer.restore(state)
                    return history
                })
            #expect(texts(resumed) == texts(whole), "step \(state.stepsTaken)")
            #expect(resumed.parameters == whole.parameters && resumed.accuracy == whole.accuracy)
        }
        let last = saved.count
        #expect(last == whole.steps && last > 100 && whole.validations[0].accuracy < 1)
        for step in [24, 25, last - 50, last - 1, last] {
            let (state, history) = saved[step - 1]
            #expect(state.stepsTaken == step)
            try goOn(state, history)
        }
        // Earlier versions noted the validation of a step before the checkpoint of it.
        for step in [25, last - 50, last] {
            var history = ParameterTensors<Double>()
            let rows = whole.validations.prefix(step / 25)
            history["validations"] = Tensor(
                shape: [rows.count, 3], values: rows.flatMap { [Double($0.step), $0.loss, $0.accuracy] })
            history["loss"] = Tensor(shape: [], values: [0])
            try goOn(saved[step - 1].state, history)
        }
        // So many validations do not go with so many steps.
        for (step, other) in [(24, 26), (51, 1)] {
            let error = #expect(throws: MDLSTMError.self) {
                try goOn(saved[step - 1].state, saved[other - 1].history)
            }
            #expect(error?.kind == .data && error?.message.contains("at step \(step)") == true)
        }
    }

    @Test func sizesThatCannotBeAreRefused() throws {
        for (bits, batch) in [(0, 1), (4097, 1), (1, 0), (1, 65_537), (4096, 65_536)] {
            let error = #expect(throws: MDLSTMError.self) { try ParityTask(bits: bits, batch: batch) }
            #expect(error?.kind == .option && error?.message.contains("\(bits) and \(batch)") == true)
        }
        for kind in ParityTask.ModelKind.allCases {
            let error = #expect(throws: MDLSTMError.self) { try task.model(kind, layers: 4097, hiddenSize: 1) }
            #expect(error?.kind == .option && error?.message.contains("4097") == true)
        }
    }
}
